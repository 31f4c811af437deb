import type { RenderedFile } from '../apply/render-files.ts';
import type { Stat } from '../shell/question.ts';
import type { DriftRow } from './drift.ts';

type Wanted = Pick<RenderedFile, 'mode' | 'owner' | 'group'>;

/** A row for the mode of a file and one for whom it belongs to, each only where it is not as the playbook says. */
export function attributeRows(path: string, wanted: Wanted, found: Stat | undefined): readonly DriftRow[] {
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
    ...row('owner', ...pair(wanted.owner, found.owner, found.uid)),
    ...row('group', ...pair(wanted.group, found.group, found.gid)),
  ];
}

/** An account may be given by its number. */
function pair(wanted: string | undefined, name: string, id: number): [string, string] {
  return wanted === undefined || wanted === name || wanted === String(id) ? [name, name] : [wanted, name];
}
