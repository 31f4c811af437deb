import path from 'node:path';
import { isVaultText } from './config/vault.ts';
import { parseYaml } from './config/yaml.ts';
import type { DecryptVault } from './config/yaml-compose.ts';
import { nodeToValue } from './config/yaml-value.ts';
import { BrokkrError } from './errors.ts';
import { type Environment, extendEnvironment } from './jinja/environment.ts';
import { createEnvironment } from './jinja/standard.ts';
import type { Scope } from './jinja/value.ts';
import { fileFilters } from './lookups/file-filters.ts';
import { fileTests } from './lookups/file-tests.ts';
import { fileLookups } from './lookups/files.ts';
import { hostLookups } from './lookups/hosts.ts';
import { passwordLookup } from './lookups/password.ts';
import { programLookups } from './lookups/programs.ts';
import { pythonPlugins } from './lookups/python-plugins.ts';
import { sequence } from './lookups/sequence.ts';
import { tableLookups } from './lookups/tables.ts';
import { templateLoader } from './lookups/template-loader.ts';
import { urlLookup } from './lookups/url.ts';
import { valueLookups } from './lookups/values.ts';

/** What lookups may do beside reading files. */
export interface EnvironmentOptions {
  /** Opens vaulted files; without it they are an error. */
  readonly decryptVault?: DecryptVault;
  /** Let `pipe` and `lines` run programs on the control machine. */
  readonly allowPipe?: boolean;
  /** Where roles stand, beside the usual folders. */
  readonly rolesPath?: readonly string[];
  /** Renders an `.hbs` file; without it such a file is an error. */
  readonly handlebars?: () => (text: string, file: string, scope: Scope) => string;
}

/** What expressions can name, in playbooks and in template files. */
export interface Environments {
  /** For expressions of playbooks and inventories. */
  readonly environment: Environment;
  /** For a template file: what it includes is looked for around it, too. */
  readonly environmentOf: (file: string) => Environment;
}

/** The standard filters and tests, and the lookups and tests that read the control machine. */
export function makeEnvironments(playbookDir: string, options: EnvironmentOptions = {}): Environments {
  const open = (text: string, file: string): string => {
    if (!isVaultText(text)) return text;
    if (options.decryptVault !== undefined) return options.decryptVault(text, { file, line: 1, column: 1 });
    throw new BrokkrError(`${file} is vaulted and there is no vault password`, {
      hint: 'give --vault-password-file FILE',
    });
  };
  const inFile = new Map<string, Environment>();
  const environmentOf = (file: string): Environment => {
    const folder = path.dirname(file);
    const known = inFile.get(folder);
    if (known !== undefined) return known;
    const folders = [...aroundTemplates(folder), playbookDir, folder];
    const made = extendEnvironment(environment, { loader: templateLoader(folders, open) });
    inFile.set(folder, made);
    return made;
  };
  const environment: Environment = createEnvironment({
    filters: fileFilters,
    tests: fileTests,
    explain: pythonPlugins(playbookDir, options.rolesPath ?? []),
    loader: templateLoader([playbookDir], open),
    readYaml: (text) => {
      const { node } = parseYaml(text, 'from_yaml');
      return [node === undefined ? null : nodeToValue(node)];
    },
    lookups: {
      ...valueLookups,
      ...hostLookups,
      ...fileLookups({
        playbookDir,
        decryptVault(text, file) {
          const clear = open(text, file);
          if (clear !== text) options.decryptVault?.onSecret?.(clear);
          return clear;
        },
        environmentOf,
        renderHandlebars(text, file, scope) {
          if (options.handlebars === undefined)
            throw new BrokkrError(`${file} is a Handlebars template, which is not rendered here`);
          return options.handlebars()(text, file, scope);
        },
      }),
      ...programLookups({ allowed: options.allowPipe === true, playbookDir }),
      ...tableLookups(playbookDir),
      password: passwordLookup(playbookDir),
      sequence,
      url: urlLookup(),
    },
  });
  return { environment, environmentOf };
}

/** The folder that holds `templates/`, of a role or of a project: its templates name each other from there. */
function aroundTemplates(folder: string): readonly string[] {
  const parts = folder.split(path.sep);
  const at = parts.lastIndexOf('templates');
  return at < 1 ? [] : [parts.slice(0, at).join(path.sep)];
}
