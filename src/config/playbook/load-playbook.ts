import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorText, InputError, type Position, type Problem } from '../../errors.ts';
import type { Environment } from '../../jinja/environment.ts';
import type { ConfigNode, MappingNode } from '../node.ts';
import type { ModuleCatalogue, Play, Playbook } from '../play.ts';
import { parseYaml, type YamlOptions } from '../yaml.ts';
import { describeNode, isNothing } from './describe.ts';
import { besideFile, readImportedPath } from './import-tasks.ts';
import { IncludeLoader } from './include-loader.ts';
import { KeywordReader } from './keyword-reader.ts';
import { addProblem, type Disk, type LoadContext, newPlayParts } from './load-context.ts';
import { readPlay } from './play.ts';
import type { PlaybookFile } from './playbook-file.ts';

export interface PlaybookOptions extends YamlOptions {
  /** The filters, tests and lookups that templates may name. Absent: the standard ones. */
  readonly environment?: Environment;
  /** The text of a file, UTF-8. @throws when it cannot be read. Absent: from the disk. */
  readonly readText?: (file: string) => string;
  /** What else is looked at on the disk, by roles; absent: the disk. */
  readonly disk?: Disk;
  /** `roles_path` of ansible.cfg. */
  readonly rolesPath?: readonly string[];
}

/**
 * Reads a playbook and the files it imports, and checks every keyword, module, argument name, template and notified
 * handler of all its plays.
 * @throws InputError with every problem of every play
 */
export function loadPlaybook(file: string, catalogue: ModuleCatalogue, options: PlaybookOptions = {}): Playbook {
  const context = makeContext(file, catalogue, options);
  const { problems, warnings, readFile } = context;
  const main = readFile(file, undefined, context.importing);
  const plays = main === undefined ? [] : readPlays(main, context);
  if (problems.length > 0) throw new InputError(inReadingOrder(problems));
  return { file, plays, warnings };
}

/** What reads the files that tasks of this playbook include. */
export function includeLoader(file: string, catalogue: ModuleCatalogue, options: PlaybookOptions = {}): IncludeLoader {
  return new IncludeLoader((roles) => ({ ...makeContext(file, catalogue, options), roles }));
}

function makeContext(file: string, catalogue: ModuleCatalogue, options: PlaybookOptions): LoadContext {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  return {
    catalogue,
    environment: options.environment,
    problems,
    warnings,
    readFile: fileReader(options, problems, warnings),
    importing: [],
    disk: options.disk ?? realDisk,
    roleFolders: { playbookDir: dirname(file), rolesPath: options.rolesPath ?? [] },
    roles: [],
    play: newPlayParts(),
  };
}

const realDisk: Disk = {
  isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
  isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  list: (folder) => (realDisk.isFolder(folder) ? readdirSync(folder).sort() : []),
};

/** Problems as one reads the files: file by file in the order they were met, and downwards within each. */
function inReadingOrder(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map(({ at }) => at?.file))];
  const place = ({ at }: Problem) => [files.indexOf(at?.file), at?.line ?? 0, at?.column ?? 0];
  return [...problems].sort((left, right) => {
    const other = place(right);
    return (
      place(left)
        .map((part, index) => part - (other[index] ?? 0))
        .find((difference) => difference !== 0) ?? 0
    );
  });
}

function fileReader(options: PlaybookOptions, problems: Problem[], warnings: Problem[]) {
  const readText = options.readText ?? ((file: string) => readFileSync(file, 'utf8'));
  return (file: string, at: Position | undefined, importing: readonly string[]): PlaybookFile | undefined => {
    const place = at === undefined ? {} : { at };
    if (importing.includes(file)) {
      problems.push({ message: `the import closes a circle: ${[...importing, file].join(' → ')}`, ...place });
      return undefined;
    }
    let text: string;
    try {
      text = readText(file);
    } catch (error) {
      const reason = errorText(error);
      problems.push({ message: `cannot read ${file}: ${reason}`, ...place });
      return undefined;
    }
    try {
      const yaml = parseYaml(text, file, options);
      warnings.push(...yaml.warnings);
      return { file, node: yaml.node };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
}

function readPlays({ file, node }: PlaybookFile, context: LoadContext): readonly Play[] {
  const start = { file, line: 1, column: 1 };
  if (node === undefined || isNothing(node)) {
    addProblem(context, node?.at ?? start, 'the playbook is empty', 'it is a list of plays, each with hosts and tasks');
    return [];
  }
  if (node.kind !== 'sequence') {
    const message = `a playbook must be a list of plays, and is ${describeNode(node)}`;
    addProblem(context, node.at, message, "begin each play with '- hosts: …'");
    return [];
  }
  context.importing.push(file);
  const plays = node.items.flatMap((item) => readEntry(item, context));
  context.importing.pop();
  return plays;
}

const importNames = new Set(['import_playbook', 'ansible.builtin.import_playbook']);

function readEntry(item: ConfigNode, context: LoadContext): readonly Play[] {
  if (item.kind !== 'mapping') {
    addProblem(context, item.at, `a play must be a mapping, and is ${describeNode(item)}`);
    return [];
  }
  if (item.entries.some(({ key }) => importNames.has(key))) return importPlaybook(item, context);
  const play = readPlay(item, context);
  return play === undefined ? [] : [play];
}

/** The plays of another playbook; the tags of the import are added to each. */
function importPlaybook(item: MappingNode, context: LoadContext): readonly Play[] {
  for (const { key, keyAt } of item.entries) {
    if (importNames.has(key) || key === 'name' || key === 'tags') continue;
    addProblem(
      context,
      keyAt,
      `'${key}' beside 'import_playbook' is not supported`,
      'only name and tags can stand there',
    );
  }
  const tags = new KeywordReader(item, context).tags();
  const path = readImportedPath(item, importNames, context);
  if (path === undefined) return [];
  const imported = context.readFile(besideFile(path.at.file, path.value), path.at, context.importing);
  const plays = imported === undefined ? [] : readPlays(imported, context);
  return plays.map((play) => ({ ...play, tags: [...tags, ...play.tags] }));
}
