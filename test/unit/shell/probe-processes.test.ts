import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileProbe } from '../../../src/shell/probe-program.ts';
import type { HostQuestion } from '../../../src/shell/question.ts';
import { type LocalShell, localShells, payloadOf, runLocal, temporaryFolder } from './local-shell.ts';

const place = temporaryFolder();
const files = join(place, 'files');
mkdirSync(files);
const paths = Array.from({ length: 300 }, (_, index) => join(files, `file ${index}`));
for (const path of paths) writeFileSync(path, path);

function questionsOf(count: number): HostQuestion[] {
  return paths.slice(0, count).flatMap((path): HostQuestion[] => [
    { ask: 'stat', path, follow: false },
    { ask: 'stat', path, follow: true },
    { ask: 'hash', path },
    { ask: 'content', path, maxBytes: 1000 },
  ]);
}

/** Processes that a probe starts: where it sees none but its own, the next one's number tells. */
function processesOf(shell: LocalShell, questions: readonly HostQuestion[]): number {
  const program = compileProbe(questions);
  const text = `${program.text}\ns LAST; sh -c 'echo "$$"'`;
  const alone = {
    ...shell,
    path: `${shell.path}:/usr/bin`,
    command: ['/usr/bin/unshare', '--pid', '--fork', ...shell.command] as [string, ...string[]],
  };
  const { stdout } = runLocal(alone, { ...program, text }, join(place, 'state'));
  return Number(payloadOf(stdout, 'LAST'));
}

describe.each(localShells(place))('in $name', (shell) => {
  test('a probe starts as many processes for a hundred files as for ten', () => {
    const few = processesOf(shell, questionsOf(10));
    expect(few).toBeGreaterThan(5);
    expect(processesOf(shell, questionsOf(100))).toBe(few);
  });
});
