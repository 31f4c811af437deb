import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { InputError, type Problem } from '../../errors.ts';
import type { VariableLayer } from '../node.ts';
import { parseYaml, type YamlOptions } from '../yaml.ts';
import { mappingVariables } from '../yaml-value.ts';
import type { VarsFolder } from './inventory.ts';

/** What is looked for, in this order; the first that exists ends the search. */
const EXTENSIONS = ['', '.yml', '.yaml', '.json'];

export interface VarsReading {
  readonly yaml: YamlOptions;
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/**
 * The files of `group_vars/` and `host_vars/` in a folder. `place` says which folder that is, for the layer's source:
 * `beside the inventory`, `beside the playbook`.
 */
export function readVarsFolder(
  folder: string,
  place: string,
  names: { readonly groups: Iterable<string>; readonly hosts: Iterable<string> },
  reading: VarsReading,
): VarsFolder {
  return {
    groups: readEntities(folder, 'group_vars', place, names.groups, reading),
    hosts: readEntities(folder, 'host_vars', place, names.hosts, reading),
  };
}

function readEntities(
  folder: string,
  kind: string,
  place: string,
  names: Iterable<string>,
  reading: VarsReading,
): ReadonlyMap<string, readonly VariableLayer[]> {
  const layers = new Map<string, readonly VariableLayer[]>();
  const path = join(folder, kind);
  const present = listFolder(path, reading);
  if (present.size === 0) return layers;
  for (const name of names) {
    // A path as a host name (chroot) has no files, nor has a name that leads out of the folder.
    if (name.includes('/')) continue;
    const found = EXTENSIONS.map((extension) => `${name}${extension}`).find((entry) => present.has(entry));
    if (found === undefined) continue;
    const files = filesOf(join(path, found));
    const read = files.flatMap((file) => readVarsFile(file, `${kind}/${name} ${place}`, reading) ?? []);
    layers.set(name, read);
  }
  return layers;
}

/** A file itself, or everything below a folder: sorted, without hidden files and backups. */
function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path)
    .filter((entry) => !entry.startsWith('.') && !entry.endsWith('~'))
    .sort();
  return entries.flatMap((entry) => {
    const below = join(path, entry);
    const extension = extname(entry);
    if (statSync(below).isDirectory()) return extension === '' ? filesOf(below) : [];
    return EXTENSIONS.includes(extension) ? [below] : [];
  });
}

/** One file of variables as a layer; nothing when it is empty or, after a problem was added, unreadable. */
function readVarsFile(file: string, source: string, reading: VarsReading): VariableLayer | undefined {
  try {
    const { node, warnings } = parseYaml(readFileSync(file, 'utf8'), file, reading.yaml);
    reading.warnings.push(...warnings);
    if (node === undefined || (node.kind === 'scalar' && !node.value)) return undefined;
    if (node.kind === 'mapping') return { source, variables: mappingVariables(node) };
    const message = 'a file of variables is a mapping of names to values, and this is none';
    reading.problems.push({ message, at: node.at, hint: 'write one "name: value" a line' });
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    reading.problems.push(...error.problems);
    return undefined;
  }
}

function listFolder(path: string, reading: VarsReading): ReadonlySet<string> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return new Set();
  if (stat.isDirectory()) return new Set(readdirSync(path));
  const at = { file: path, line: 1, column: 1 };
  reading.warnings.push({
    message: 'this is no folder, it is skipped',
    at,
    hint: 'make it a folder of variable files',
  });
  return new Set();
}
