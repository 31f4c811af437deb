import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { RenderedFile } from '../apply/render-files.ts';
import { BrokkrError, InputError } from '../errors.ts';

/** The name of the list of all files with their modes and owners. */
const MANIFEST = 'manifest.json';

/** What a tree holds: `host/path/of/the/file` → bytes, and the manifest. */
export type Tree = ReadonlyMap<string, Uint8Array>;

/** A tree that is there already, and the hosts whose files stay in it unless they are rendered anew. */
interface Kept {
  readonly tree: Tree;
  of(host: string): boolean;
}

const manifestSchema = z.array(z.looseObject({ host: z.string(), path: z.string() }));

/**
 * The tree of rendered files: the same files give the same bytes.
 * @param kept a tree, and of which hosts it keeps the files that are not among these
 */
export function treeOf(files: readonly RenderedFile[], redact: (text: string) => string, kept?: Kept): Tree {
  const entries: unknown[] = [];
  const tree = new Map<string, Uint8Array>();
  if (kept !== undefined) {
    const places = new Set(files.map(placeOf));
    for (const each of manifestOf(kept.tree)) if (kept.of(each.host) && !places.has(placeOf(each))) entries.push(each);
    for (const [name, bytes] of kept.tree) if (kept.of(name.split('/')[0] ?? '')) tree.set(name, bytes);
  }
  for (const file of files) {
    const text = Buffer.from(file.bytes).toString();
    const isText = Buffer.from(text).equals(Buffer.from(file.bytes));
    tree.set(placeOf(file), isText ? Buffer.from(redact(text)) : file.bytes);
    entries.push({
      host: file.host,
      path: file.path,
      mode: typeof file.mode === 'number' ? file.mode.toString(8).padStart(4, '0') : file.mode,
      owner: file.owner,
      group: file.group,
    });
  }
  const list = manifestSchema.parse(entries).sort((a, b) => compare(a.host, b.host) || compare(a.path, b.path));
  tree.set(MANIFEST, Buffer.from(`${JSON.stringify(list, undefined, 2)}\n`));
  return tree;
}

/** Where a file stands in the tree. @throws BrokkrError for one that would stand outside of it */
function placeOf({ host, path: file }: Pick<RenderedFile, 'host' | 'path'>): string {
  const parts = [host, ...file.split('/').filter((part) => part !== '')];
  if (host === '' || parts.some((part) => part === '..' || part === '.') || host.includes('/'))
    throw new BrokkrError(`${host}: ${file} leaves the folder`);
  return parts.join('/');
}

function manifestOf(tree: Tree): z.infer<typeof manifestSchema> {
  const bytes = tree.get(MANIFEST);
  const parsed = bytes === undefined ? undefined : manifestSchema.safeParse(jsonOf(Buffer.from(bytes).toString()));
  return parsed?.success === true ? parsed.data : [];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The tree in a folder; empty when there is none. @throws InputError for a folder that holds something else */
export function readTree(folder: string): Tree {
  if (!existsSync(folder)) return new Map();
  const isFolder = statSync(folder).isDirectory();
  if (!isFolder || (readdirSync(folder).length > 0 && !existsSync(path.join(folder, MANIFEST))))
    throw new InputError([
      {
        message: `${folder} is there already and holds no rendered files`,
        hint: 'give the name of another folder with --out',
      },
    ]);
  return new Map(filesBelow(folder).map((name) => [name, readFileSync(path.join(folder, name))]));
}

function filesBelow(folder: string, prefix = ''): string[] {
  return readdirSync(path.join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(prefix, entry.name);
    if (entry.isDirectory()) return filesBelow(folder, name);
    return entry.isFile() ? [name] : [];
  });
}

/** Writes a tree into its folder: what is the same is not touched, what is not in the tree is removed. */
export function writeTree(folder: string, tree: Tree, before: Tree, mode: number | undefined): void {
  for (const name of before.keys()) if (!tree.has(name)) rmSync(path.join(folder, name));
  for (const [name, bytes] of tree) {
    const target = path.join(folder, name);
    const same = before.get(name);
    if (same !== undefined && Buffer.from(same).equals(Buffer.from(bytes)) && mode === undefined) continue;
    mkdirSync(path.dirname(target), { recursive: true });
    // A link is replaced, and never followed to a place outside of the folder.
    if (existsSync(target) || isLink(target)) rmSync(target, { recursive: true });
    writeFileSync(target, bytes, mode === undefined ? {} : { mode });
  }
}

function isLink(target: string): boolean {
  return lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
