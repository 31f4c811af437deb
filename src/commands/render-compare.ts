import { diffLines } from '../report/diff-text.ts';
import { printable } from '../report/printable.ts';
import type { Style } from '../report/style.ts';
import { count } from '../report/wording.ts';
import type { Tree } from './render-tree.ts';

/** One file in which two trees differ. */
export interface TreeDifference {
  readonly name: string;
  readonly is: 'changed' | 'missing' | 'left over';
}

/** How a tree differs from what would be written: `missing` and `left over` are said of the tree. */
export function compareTrees(tree: Tree, wanted: Tree): TreeDifference[] {
  const names = [...new Set([...tree.keys(), ...wanted.keys()])].sort();
  return names.flatMap((name): TreeDifference[] => {
    const [has, wants] = [tree.get(name), wanted.get(name)];
    if (has === undefined) return [{ name, is: 'missing' }];
    if (wants === undefined) return [{ name, is: 'left over' }];
    return Buffer.from(has).equals(Buffer.from(wants)) ? [] : [{ name, is: 'changed' }];
  });
}

/** The names of what differs, with the lines when `full`, and how many there are. */
export function comparisonLines(
  differences: readonly TreeDifference[],
  trees: { readonly tree: Tree; readonly wanted: Tree; readonly name: string },
  options: { readonly full: boolean; readonly style: Style },
): string[] {
  const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
  const lines = differences.flatMap(({ name, is }) => [
    `${is.padEnd(9)} ${printable(name)}`,
    ...(options.full
      ? diffLines(
          { kind: 'text', path: name, before: text(trees.tree.get(name)), after: text(trees.wanted.get(name)) },
          options.style,
        ).map((line) => `  ${line}`)
      : []),
  ]);
  const summary =
    differences.length === 0
      ? `${trees.name} is what would be written: ${count(trees.wanted.size - 1, 'file')}`
      : `${trees.name} is stale: ${count(differences.length, 'file')} of ${trees.wanted.size} ${differences.length === 1 ? 'differs' : 'differ'}`;
  return [...lines, summary];
}
