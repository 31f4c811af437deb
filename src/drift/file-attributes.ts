import type { RenderedFile } from '../apply/render-files.ts';
import type { DriftRow } from './drift.ts';

/** Mode, owner and group of a file on a host; owner and group by name and by number. */
export interface FileAttributes {
  /** Permission bits. */
  readonly mode: number;
  readonly owner: readonly string[];
  readonly group: readonly string[];
}

type Wanted = Pick<RenderedFile, 'mode' | 'owner' | 'group'>;

/** Reads the lines of `ls -ld` and `ls -ldn`; `undefined` when they are not of that form. */
export function readAttributes(text: string): FileAttributes | undefined {
  const lines = text.split('\n').filter((line) => line !== '');
  const parts = lines.map((line) => /^(\S{10})\S*\s+\d+\s+(\S+)\s+(\S+)\s/.exec(line));
  const letters = parts[0]?.[1];
  if (letters === undefined || parts.includes(null)) return undefined;
  return {
    mode: modeOf(letters.slice(1)),
    owner: parts.flatMap((each) => each?.[2] ?? []),
    group: parts.flatMap((each) => each?.[3] ?? []),
  };
}

/** The bits of nine letters; s and t stand where x would, in capitals without it. */
function modeOf(letters: string): number {
  const bits = [...letters].map((letter) => (/[rwxst]/.test(letter) ? 1 : 0)).join('');
  const special = [2, 5, 8].map((at) => (/[sStT]/.test(letters[at] ?? '') ? 1 : 0)).join('');
  return Number.parseInt(`${special}${bits}`, 2);
}

/** A row for the mode of a file and one for whom it belongs to, each only where it is not as the playbook says. */
export function attributeRows(path: string, wanted: Wanted, found: FileAttributes | undefined): readonly DriftRow[] {
  if (found === undefined) return [];
  const row = (what: string, rendered: string, disk: string): DriftRow[] =>
    rendered === disk
      ? []
      : [
          {
            key: `${path} (${what})`,
            rendered,
            disk,
            effect: undefined,
            source: undefined,
            differences: ['changed on disk'],
          },
        ];
  const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
  // A mode in symbols says what is to be changed, and not what is to be there.
  const mode = typeof wanted.mode === 'number' ? row('mode', octal(wanted.mode), octal(found.mode)) : [];
  return [
    ...mode,
    ...row('owner', ...pair(wanted.owner, found.owner)),
    ...row('group', ...pair(wanted.group, found.group)),
  ];
}

/** An account may be given by its number. */
function pair(wanted: string | undefined, found: readonly string[]): [string, string] {
  const [name = ''] = found;
  return wanted === undefined || found.includes(wanted) ? [name, name] : [wanted, name];
}
