import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { InputError } from '../errors.ts';
import type { Tree } from './render-tree.ts';

/** The largest rendered tree that is read out of git, in bytes. */
const LARGEST = 256 * 1024 * 1024;

/** A folder as a revision of its git repository has it. @throws InputError */
export function treeOfRevision(folder: string, revision: string): Tree {
  const above = path.dirname(path.resolve(folder));
  const git = (words: readonly string[], input = ''): Buffer =>
    execFileSync('git', ['-C', above, ...words], { input, maxBuffer: LARGEST, stdio: ['pipe', 'pipe', 'pipe'] });
  const within = `${path.basename(path.resolve(folder))}/`;
  try {
    const commit = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
    const listed = git(['ls-tree', '-r', '-z', commit.toString().trim(), '--', within]);
    const files = listed
      .toString()
      .split('\0')
      .flatMap((line) => {
        const [, blob, name] = /^100\d{3} blob (\w+)\t(.*)$/s.exec(line) ?? [];
        return blob === undefined || name === undefined ? [] : [{ blob, name: name.slice(within.length) }];
      });
    const contents = blobsOf(git(['cat-file', '--batch'], files.map(({ blob }) => `${blob}\n`).join('')));
    return new Map(files.map(({ name }, index) => [name, contents[index] ?? Buffer.alloc(0)]));
  } catch (error) {
    const reason = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new InputError([
      {
        message: `${revision} is neither a folder nor a revision that has ${folder}${reason === '' ? '' : `: ${reason}`}`,
        hint: 'name a folder that render wrote, or for example HEAD',
      },
    ]);
  }
}

/** What `git cat-file --batch` prints: a line with name, type and size, then that many bytes and a line break, for each. */
function blobsOf(output: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let start = 0; start < output.length; ) {
    const end = output.indexOf(0x0a, start);
    const size = Number(output.subarray(start, end).toString().split(' ')[2]);
    if (end < 0 || !Number.isInteger(size)) break;
    found.push(output.subarray(end + 1, end + 1 + size));
    start = end + 1 + size + 1;
  }
  return found;
}
