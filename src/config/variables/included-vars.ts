import { readdirSync, statSync } from 'node:fs';
import { basename, extname, isAbsolute, join, resolve } from 'node:path';
import { InputError, type Position } from '../../errors.ts';
import type { MappingNode, VariableLayer } from '../node.ts';

/** What an `include_vars` asks for, as its arguments have it. */
export interface VarsRequest {
  readonly file: string | undefined;
  readonly dir: string | undefined;
  /** The variable that holds everything; absent: each is one of its own. */
  readonly name: string | undefined;
  /** How many folders deep `dir` is read; 0: all of it. */
  readonly depth: number;
  /** A regular expression for file names. */
  readonly filesMatching: string | undefined;
  readonly ignoreFiles: readonly string[];
  readonly extensions: readonly string[];
  readonly ignoreUnknownExtensions: boolean;
  readonly at: Position;
  /** The folders around the task, the nearest first. */
  readonly folders: readonly string[];
}

/** What was read, the later files stronger. */
export interface IncludedVars {
  readonly files: readonly string[];
  readonly layers: readonly VariableLayer[];
}

/**
 * Reads what an `include_vars` asks for: a file in `vars/` of one of the folders or in that folder itself, or all files of a
 * folder, sorted. Source: Ansible's docs of `include_vars`, 2.19.
 * @throws InputError when it is not there, or is no file of variables
 */
export function includeVars(request: VarsRequest, read: (file: string) => VariableLayer | undefined): IncludedVars {
  const files = request.dir === undefined ? [findVarsFile(request, read)] : filesOfFolder(request.dir, request);
  const layers = files.map((file) => read(file) ?? { source: file, variables: new Map() });
  const named = layers.map(({ variables }) => ({ source: `include_vars ${files.join(', ')}`, variables }));
  return { files, layers: request.name === undefined ? named : [wrapped(request.name, named, request.at)] };
}

function findVarsFile({ file, at, folders }: VarsRequest, read: (file: string) => VariableLayer | undefined): string {
  const name = file ?? '';
  const places = isAbsolute(name)
    ? [name]
    : folders.flatMap((folder) =>
        name.split('/')[0] === 'vars' ? [join(folder, name)] : [join(folder, 'vars', name), join(folder, name)],
      );
  const found = places.find((place) => read(place) !== undefined);
  if (found !== undefined) return resolve(found);
  throw new InputError([
    { message: `there is no file of variables '${name}'`, at, hint: `looked for ${[...new Set(places)].join(', ')}` },
  ]);
}

function filesOfFolder(dir: string, request: VarsRequest): readonly string[] {
  const { folders, at } = request;
  const [nearest = '.'] = folders;
  const places = isAbsolute(dir) ? [dir] : [join(nearest, dir), ...folders.map((folder) => join(folder, 'vars', dir))];
  const found = places.find((place) => statSync(place, { throwIfNoEntry: false })?.isDirectory() === true);
  if (found !== undefined) return walk(resolve(found), 1, request);
  throw new InputError([{ message: `there is no folder '${dir}'`, at, hint: `looked for ${places.join(', ')}` }]);
}

function walk(folder: string, level: number, request: VarsRequest): string[] {
  const names = readdirSync(folder).sort();
  const isFolder = (name: string): boolean => statSync(join(folder, name)).isDirectory();
  const files = names.filter((name) => !isFolder(name) && isWanted(name, request));
  for (const name of files) checkExtension(join(folder, name), request);
  const deeper = request.depth === 0 || level < request.depth ? names.filter(isFolder) : [];
  return [
    ...files.filter((name) => request.extensions.includes(extname(name).slice(1))).map((name) => join(folder, name)),
    ...deeper.flatMap((name) => walk(join(folder, name), level + 1, request)),
  ];
}

function isWanted(name: string, { filesMatching, ignoreFiles, at }: VarsRequest): boolean {
  if (ignoreFiles.some((pattern) => expression(`${pattern}$`, at).test(name))) return false;
  return filesMatching === undefined || expression(filesMatching, at).test(name);
}

function expression(pattern: string, at: Position): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    throw new InputError([{ message: `'${pattern}' is no regular expression`, at }]);
  }
}

function checkExtension(file: string, { extensions, ignoreUnknownExtensions, at }: VarsRequest): void {
  if (ignoreUnknownExtensions || extensions.includes(extname(file).slice(1))) return;
  throw new InputError([
    {
      message: `${basename(file)} has none of the extensions ${extensions.join(', ')}`,
      at,
      hint: 'name it in ignore_files, or set ignore_unknown_extensions',
    },
  ]);
}

function wrapped(name: string, layers: readonly VariableLayer[], at: Position): VariableLayer {
  const all = new Map(layers.flatMap(({ variables }) => [...variables]));
  const node: MappingNode = {
    kind: 'mapping',
    at,
    entries: [...all].map(([key, value]) => ({ key, keyAt: value.at, value })),
  };
  return { source: layers[0]?.source ?? 'include_vars', variables: new Map([[name, node]]) };
}
