import { extname, join } from 'node:path';
import type { Position } from '../../../errors.ts';
import type { ConfigNode, MappingNode, VariableLayer } from '../../node.ts';
import { describeNode, isNothing } from '../describe.ts';
import { addProblem, type LoadContext } from '../load-context.ts';
import type { PlaybookFile } from '../playbook-file.ts';
import { readVariables } from '../variable-names.ts';

/** `main.yml` and its other spellings, the first that exists counts. */
const EXTENSIONS = ['.yml', '.yaml', '.json', ''];

/** The part of a role that is meant: `main`, or what `tasks_from` and its like name. */
export interface PartName {
  readonly part: 'tasks' | 'handlers' | 'vars' | 'defaults' | 'meta';
  readonly name: string;
  /** Where the name is written; absent: nobody named it, and it need not be there. */
  readonly at: Position | undefined;
}

/** The YAML of a part of a role; nothing when the role has none. A part that was asked for by name has to be there. */
export function readPart(folder: string, named: PartName, context: LoadContext): PlaybookFile | undefined {
  const file = partFile(folder, named, context);
  return file === undefined ? undefined : context.readFile(file, named.at, context.importing);
}

function partFile(folder: string, { part, name, at }: PartName, context: LoadContext): string | undefined {
  const places = [name, ...EXTENSIONS.map((extension) => `${name}${extension}`)].map((each) =>
    join(folder, part, each),
  );
  const found = places.find((place) => context.disk.isFile(place));
  if (found === undefined && at !== undefined && !context.disk.isFolder(join(folder, part, name))) {
    addProblem(context, at, `the role has no ${part} file '${name}'`, `looked for ${places[1]} and its like`);
  }
  return found;
}

/** The variables of `vars/` or `defaults/`: of one file, or of all files of a folder of that name, the later ones stronger. */
export function readRoleVariables(folder: string, named: PartName, context: LoadContext): readonly VariableLayer[] {
  const below = join(folder, named.part, named.name);
  const file = partFile(folder, named, context);
  const files = file === undefined ? filesBelow(below, context) : [file];
  return files.flatMap((each) => {
    const read = context.readFile(each, named.at, context.importing);
    const layer = read === undefined ? undefined : variablesOf(read, named.part, context);
    return layer === undefined ? [] : [layer];
  });
}

function filesBelow(folder: string, context: LoadContext): readonly string[] {
  return [...context.disk.list(folder)].sort().flatMap((name) => {
    const path = join(folder, name);
    if (name.startsWith('.') || name.endsWith('~')) return [];
    if (context.disk.isFolder(path)) return filesBelow(path, context);
    return EXTENSIONS.includes(extname(name)) ? [path] : [];
  });
}

function variablesOf({ file, node }: PlaybookFile, part: string, context: LoadContext): VariableLayer | undefined {
  if (node === undefined || isNothing(node)) return undefined;
  const source = `${part === 'vars' ? 'role vars' : 'role defaults'} ${file}`;
  if (node.kind === 'mapping') return { source, variables: readVariables(node, context) };
  addProblem(
    context,
    node.at,
    `a file of variables must be a mapping of names to values, and is ${describeNode(node)}`,
  );
  return undefined;
}

/** What `meta/main.yml` says that matters here. */
export interface RoleMeta {
  readonly dependencies: readonly ConfigNode[];
  readonly allowsDuplicates: boolean;
  readonly argumentSpecs: MappingNode | undefined;
}

/** Reads `meta/main.yml` and `meta/argument_specs.yml`. What only Galaxy reads is passed over. */
export function readMeta(folder: string, context: LoadContext): RoleMeta {
  const main = mappingOf(readPart(folder, { part: 'meta', name: 'main', at: undefined }, context), context);
  const specs = mappingOf(readPart(folder, { part: 'meta', name: 'argument_specs', at: undefined }, context), context);
  const entry = (mapping: MappingNode | undefined, key: string) =>
    mapping?.entries.find((each) => each.key === key)?.value;
  const dependencies = entry(main, 'dependencies');
  const duplicates = entry(main, 'allow_duplicates');
  const argumentSpecs = entry(specs, 'argument_specs') ?? entry(main, 'argument_specs');
  if (dependencies !== undefined && dependencies.kind !== 'sequence' && !isNothing(dependencies))
    addProblem(
      context,
      dependencies.at,
      `'dependencies' must be a list of roles, and is ${describeNode(dependencies)}`,
    );
  return {
    dependencies: dependencies?.kind === 'sequence' ? dependencies.items : [],
    allowsDuplicates: duplicates?.kind === 'scalar' && (duplicates.value === true || duplicates.value === 'yes'),
    argumentSpecs: argumentSpecs?.kind === 'mapping' ? argumentSpecs : undefined,
  };
}

function mappingOf(file: PlaybookFile | undefined, context: LoadContext): MappingNode | undefined {
  const node = file?.node;
  if (node === undefined || isNothing(node)) return undefined;
  if (node.kind === 'mapping') return node;
  addProblem(context, node.at, `the file must be a mapping, and is ${describeNode(node)}`);
  return undefined;
}
