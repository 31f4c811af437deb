import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { BrokkrError, errorText } from '../errors.ts';
import type { Environment, Lookup } from '../jinja/environment.ts';
import { TemplateError } from '../jinja/error.ts';
import { compileTemplate } from '../jinja/template.ts';
import { isDict, type List, type Scope, type Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import { sequenceItems } from '../jinja/values/types.ts';
import { LookupOptions, textOf, textsOf } from './options.ts';
import { findFile, requireFile, searchPath } from './search-path.ts';

/** What the lookups that read files need. */
export interface FileLookupParts {
  readonly playbookDir: string;
  /** Opens a vaulted file. @throws InputError when no password fits */
  readonly decryptVault: (text: string, file: string) => string;
  /** The environment of templates in that file. */
  readonly environmentOf: (file: string) => Environment;
  readonly renderHandlebars: (text: string, file: string, scope: Scope) => string;
}

/** The lookups that read files of the control machine. */
export function fileLookups(parts: FileLookupParts): Readonly<Record<string, Lookup>> {
  const { playbookDir } = parts;
  const read = (file: string): string => parts.decryptVault(readText(file), file);
  const find = (lookup: string, term: Value, below: string, scope: Scope): string =>
    requireFile(lookup, textOf(term, `what the lookup ${lookup} is to find`), below, searchPath(scope, playbookDir));
  return {
    file(terms, named, scope) {
      const options = new LookupOptions('file', named, ['rstrip', 'lstrip']);
      return terms.map((term) => {
        let text = read(find('file', term, 'files', scope));
        if (options.flag('lstrip', false)) text = text.trimStart();
        return options.flag('rstrip', true) ? text.trimEnd() : text;
      });
    },
    unvault(terms, named, scope) {
      new LookupOptions('unvault', named, []);
      return terms.map((term) => read(find('unvault', term, 'files', scope)));
    },
    template(terms, named, scope) {
      const options = new LookupOptions('template', named, TEMPLATE_OPTIONS);
      const variables = options.get('template_vars');
      const inner = variables !== undefined && isDict(variables) ? withVariables(scope, variables) : scope;
      const whiteSpace = {
        trimBlocks: options.flag('trim_blocks', true),
        lstripBlocks: options.flag('lstrip_blocks', false),
      };
      return terms.map((term) => {
        const file = find('template', term, 'templates', scope);
        const text = read(file);
        if (file.endsWith('.hbs')) return parts.renderHandlebars(text, file, inner);
        const at = { file, line: 1, column: 1 };
        return compileTemplate(text, at, { environment: parts.environmentOf(file), ...whiteSpace }).evaluateFile(inner);
      });
    },
    fileglob(terms, named, scope) {
      new LookupOptions('fileglob', named, []);
      return terms.flatMap((term) =>
        globFiles(textOf(term, 'the pattern of fileglob'), searchPath(scope, playbookDir)),
      );
    },
    first_found: (terms, named, scope) => firstFound(terms, named, searchPath(scope, playbookDir)),
  };
}

const TEMPLATE_OPTIONS = ['template_vars', 'trim_blocks', 'lstrip_blocks', 'convert_data'];

function withVariables(scope: Scope, variables: ReadonlyMap<Value, Value>): Scope {
  return {
    lookup: (name) => variables.get(name) ?? scope.lookup(name),
    *names() {
      for (const name of variables.keys()) yield toText(name);
      yield* scope.names?.() ?? [];
    },
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = errorText(error);
    throw new BrokkrError(`${file} cannot be read: ${reason}`, { hint: 'check the path and its permissions' });
  }
}

/** Files, not folders; only the last part of the name is a pattern. Sorted, where Ansible has the order of the disk. */
export function globFiles(pattern: string, folders: readonly string[]): string[] {
  const folder = path.dirname(pattern);
  const places = path.isAbsolute(pattern)
    ? [folder]
    : pattern.includes('/')
      ? [findFile(folder, 'files', folders)]
      : folders.flatMap((each) => [path.join(each, 'files'), each]);
  const name = globExpression(path.basename(pattern));
  for (const place of places) {
    if (place === undefined || statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) continue;
    const found = readdirSync(place)
      .filter((entry) => name.test(entry) && (!entry.startsWith('.') || path.basename(pattern).startsWith('.')))
      .map((entry) => path.join(place, entry))
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
    if (found.length > 0) return found.sort();
  }
  return [];
}

function globExpression(glob: string): RegExp {
  const parts = glob.match(/\[!?\]?[^\]]*\]|[\s\S]/g) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1) return `[${part.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
    return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 's');
}

/** The first file that exists, of names, lists of names, and mappings of `files` and `paths`. */
function firstFound(terms: List, named: ReadonlyMap<string, Value>, folders: readonly string[]): List {
  const options = new LookupOptions('first_found', named, ['files', 'paths', 'skip']);
  let skip = options.flag('skip', false);
  const tried: string[] = [];
  const candidates = function* (term: Value): Generator<string> {
    const items = sequenceItems(term);
    if (items !== undefined && typeof term !== 'string') {
      for (const item of items) yield* candidates(item);
    } else if (isDict(term)) {
      const own = new LookupOptions(
        'first_found',
        new Map([...term].map(([key, value]) => [toText(key), value])),
        FOUND,
      );
      skip ||= own.flag('skip', false);
      yield* combined(own.list('files'), own.list('paths'));
    } else yield* combined(textsOf(term, 'a file of first_found'), options.list('paths'));
  };
  const given = options.has('files') ? [...terms, options.list('files')] : terms;
  for (const term of given) {
    for (const name of candidates(term)) {
      tried.push(name);
      const found = findHere(name, folders);
      if (found !== undefined) return [found];
    }
  }
  if (skip) return [];
  throw new TemplateError('the lookup first_found found none of its files', {
    hint: `looked for ${tried.join(', ')}; skip=True makes nothing of it`,
  });
}

const FOUND = ['files', 'paths', 'skip'];

function combined(files: readonly string[], paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return files;
  return paths.flatMap((folder) => files.map((file) => path.join(folder, file)));
}

/** `first_found` looks below no `files/` of its own accord: its paths say where. */
function findHere(name: string, folders: readonly string[]): string | undefined {
  return findFile(path.isAbsolute(name) ? name : `./${name}`.replace(/^(?:\.\/)+/, './'), '.', folders);
}
