import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureHint } from '../../../src/apply/failure-hint.ts';

const folder = mkdtempSync(join(tmpdir(), 'brokkr-hint-'));
beforeAll(() => void execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder]));
afterAll(() => {
  execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
});

/** What a program in the C locale says on a real file system. */
function said(script: string): { rc: number; stdout: string; stderr: string } {
  try {
    execFileSync('sh', ['-c', script], { cwd: folder, env: { ...process.env, LC_ALL: 'C' }, stdio: 'pipe' });
    return { rc: 0, stdout: '', stderr: '' };
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    return { rc: 1, stdout: '', stderr };
  }
}

const outcome = (from: ReturnType<typeof said>) => ({ ...from, startedAt: 0, seconds: 0 });

test('what the system refuses is told with what helps; other failures and successes without', () => {
  const full = outcome(said('head -c 100000 /dev/zero > big'));
  expect(failureHint(full)).toContain('(df -h)');
  expect(failureHint(full, { do: 'mkdir', path: "/srv/it's/new" })).toContain(`(df -h '/srv/it'\\''s')`);
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  expect(failureHint(outcome(said('touch new')))).toContain('read-only');
  expect(failureHint(outcome(said('cat none')))).toBeUndefined();
  expect(failureHint({ ...outcome(said('touch new')), rc: 0 })).toBeUndefined();
  expect(failureHint(undefined)).toBeUndefined();
});
