import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { InputError, type Problem } from '../../errors.ts';
import type { ConfigNode, VariableLayer } from '../node.ts';
import type { Templated } from '../play.ts';
import { parseYaml, type YamlOptions } from '../yaml.ts';
import type { VariableScope } from './scope.ts';

export interface VarsFilesOptions extends YamlOptions {
  /** The text of a file, `undefined` when there is none. Absent: from the disk. */
  readonly readText?: (file: string) => string | undefined;
}

/** Reads `vars_files`; a file is read once, however many hosts and plays name it. */
export class VarsFiles {
  readonly #options: VarsFilesOptions;
  readonly #files = new Map<string, VariableLayer | undefined>();
  readonly #warnings: Problem[] = [];

  constructor(options: VarsFilesOptions = {}) {
    this.#options = options;
  }

  /** What the files read so far gave rise to: keys written twice. */
  get warnings(): readonly Problem[] {
    return this.#warnings;
  }

  /**
   * The layers of `vars_files` for a host, in their order. A name is templated with `scope`, and looked for in `vars/`
   * beside the playbook, then beside it; of a list the first file that exists is read.
   * @throws InputError when there is no such file, NotYetKnown when its name needs a fact, TemplateError
   */
  layers(entries: readonly Templated[], scope: VariableScope): readonly VariableLayer[] {
    return entries.map((entry) => this.#first(entry, scope));
  }

  #first(entry: ConfigNode, scope: VariableScope): VariableLayer {
    const names = entry.kind === 'sequence' ? entry.items : [entry];
    const tried = names.flatMap((name) => candidates(entry.at.file, scope.text(name)));
    for (const file of tried) {
      const layer = this.read(file);
      if (layer !== undefined) return layer;
    }
    const message = `no file of 'vars_files' for the host ${scope.host}: there is no ${tried.join(' and no ')}`;
    throw new InputError([{ message, at: entry.at, hint: 'paths are relative to the playbook' }]);
  }

  /** A file as a layer; `undefined` when there is none. @throws InputError when it is no file of variables */
  readonly read = (file: string): VariableLayer | undefined => {
    if (this.#files.has(file)) return this.#files.get(file);
    const readText = this.#options.readText ?? ((path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined));
    const text = readText(file);
    const layer = text === undefined ? undefined : this.#parse(text, file);
    this.#files.set(file, layer);
    return layer;
  };

  #parse(text: string, file: string): VariableLayer {
    const { node, warnings } = parseYaml(text, file, this.#options);
    this.#warnings.push(...warnings);
    const source = `vars_files ${file}`;
    if (node === undefined || (node.kind === 'scalar' && node.value === null)) return { source, variables: new Map() };
    if (node.kind === 'mapping') {
      return { source, variables: new Map(node.entries.map(({ key, value }) => [key, value])) };
    }
    throw new InputError([{ message: 'a file of variables must be a mapping of names to values', at: node.at }]);
  }
}

function candidates(playbook: string, name: string): readonly string[] {
  if (isAbsolute(name)) return [name];
  const folder = dirname(playbook);
  return name.split('/').includes('vars') ? [join(folder, name)] : [join(folder, 'vars', name), join(folder, name)];
}
