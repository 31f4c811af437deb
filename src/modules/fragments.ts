import { posix } from 'node:path';
import { ended } from './line-edit.ts';
import { localFile, readLocal } from './local-file.ts';
import type { Answers } from './module.ts';
import { namesIn, stat } from './paths.ts';

/** The contents of files in the order of their names, or why they cannot be had. */
type Fragments = { readonly fragments: readonly Uint8Array[] } | { readonly message: string; readonly hint?: string };

/** Larger fragments of a host are not read. */
const maxBytes = 16 * 1024 * 1024;

const LINE_FEED = 10;

/** The files of a folder of the control machine whose names are wanted, in the order of their names. */
export function localFragments(folder: string, isWanted: (name: string) => boolean, answers: Answers): Fragments {
  const found = readLocal(answers.get(localFile(folder)));
  if (found.type === 'absent') return { message: found.error };
  if (found.type === 'file') return { message: `${folder} is a file on the control machine, not a folder` };
  const own = found.entries.filter(({ path, type }) => type === 'file' && !path.includes('/') && isWanted(path));
  const names = sorted(own.map(({ path }) => path));
  answers.require(names.map((name) => localFile(posix.join(folder, name))));
  const fragments: Uint8Array[] = [];
  for (const name of names) {
    const path = posix.join(folder, name);
    const local = readLocal(answers.get(localFile(path)));
    const bytes = local.type === 'file' ? local.fresh.bytes : undefined;
    if (local.type === 'absent') return { message: local.error };
    if (bytes === undefined) return { message: `${path} is larger than 1 MB`, hint: 'bring it with copy' };
    if (Buffer.from(bytes.subarray(0, 15)).toString() === '$ANSIBLE_VAULT;') {
      return {
        message: `${path} is encrypted by ansible-vault, and assemble would write it as it is`,
        hint: 'keep the secret in a vaulted variable and write it with a template',
      };
    }
    fragments.push(bytes);
  }
  return { fragments };
}

/** The files of a folder of the host whose names are wanted, in the order of their names; links are followed. */
export function hostFragments(folder: string, isWanted: (name: string) => boolean, answers: Answers): Fragments {
  const found = answers.get(stat(folder));
  if (found === null) return { message: `${folder} does not exist on the host` };
  if (found.type !== 'directory') return { message: `${folder} is no folder` };
  const paths = (answers.get(namesIn(folder)) ?? []).map(({ path }) => path);
  const wanted = paths.filter((path) => isWanted(posix.basename(path)));
  answers.require(wanted.map(stat));
  const files = sorted(wanted.filter((path) => answers.get(stat(path))?.type === 'file'));
  answers.require(files.map(contentOf));
  const fragments: Uint8Array[] = [];
  for (const path of files) {
    const bytes = answers.get(contentOf(path));
    if (bytes === null) return { message: `${path} cannot be read, or is larger than 16 MB` };
    fragments.push(bytes);
  }
  return { fragments };
}

/**
 * One file out of the fragments, each of which begins on a line of its own; between two of them stands the delimiter on
 * lines of its own. What is behind the last one is left as it is.
 */
export function joinFragments(fragments: readonly Uint8Array[], delimiter: string | undefined): Uint8Array {
  const between = delimiter === undefined || delimiter === '' ? '' : ended(delimiter);
  const parts = fragments.flatMap((bytes, index) => {
    const before = fragments[index - 1];
    if (before === undefined) return [bytes];
    return [Buffer.from(before.at(-1) === LINE_FEED ? between : `\n${between}`), bytes];
  });
  return Buffer.concat(parts);
}

function contentOf(path: string) {
  return { ask: 'content', path, maxBytes } as const;
}

/** By code points, as Python sorts. */
function sorted(names: readonly string[]): string[] {
  return names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
