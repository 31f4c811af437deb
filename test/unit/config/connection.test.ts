import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { readConnection } from '../../../src/config/connection.ts';
import { loadInventory } from '../../../src/config/inventory/load.ts';
import { RunState } from '../../../src/config/variables/host-state.ts';
import { RunVariables } from '../../../src/config/variables/run-variables.ts';
import { formatProblem, type Problem } from '../../../src/errors.ts';
import { useFolders } from '../commands/fake-io.ts';

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  userInfo: () => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  },
}));
const folderOf = useFolders();

async function scopeOf(variables: string) {
  const folder = folderOf({});
  writeFileSync(path.join(folder, 'hosts.yml'), `all: {hosts: {h1: {${variables}}}}\n`);
  const inventory = await loadInventory([path.join(folder, 'hosts.yml')]);
  const state = new RunState(() => undefined);
  const run = { inventory, extraVars: [], playbookDir: folder, checkMode: false, diffMode: false };
  return new RunVariables({ ...run, stateOf: state.stateOf, revision: () => 0 }).hostScope('h1');
}

test('a user id without an account has to be told whom to log in as', async () => {
  const scope = await scopeOf('');
  const problems: Problem[] = [];
  expect(readConnection(scope, { user: 'ops' }, problems).user).toBe('ops');
  expect(problems).toEqual([]);
  readConnection(scope, {}, problems);
  expect(problems.map(formatProblem)).toEqual([
    expect.stringMatching(/h1: nothing says which user to log in as.*-u USER/s),
  ]);
});

test.each([
  ['', undefined, undefined],
  ['brokkr_ssh_persist: 0', undefined, undefined],
  ['brokkr_ssh_persist: 600', 600, undefined],
  ['brokkr_ssh_persist: "60", brokkr_ssh: system', 60, undefined],
  ['brokkr_ssh_persist: 1h', undefined, /h1: brokkr_ssh_persist must be a number of seconds from 0 to 3600/],
  ['brokkr_ssh_persist: 7200', undefined, /h1: brokkr_ssh_persist must be/],
  ['brokkr_ssh_persist: 60, brokkr_ssh: builtin', undefined, /only the system's ssh keeps connections/],
])('how long a connection is kept: %s', async (variables, seconds, problem) => {
  const problems: Problem[] = [];
  const { keptSeconds } = readConnection(await scopeOf(variables), { user: 'ops' }, problems);
  if (problem === undefined) expect([keptSeconds, problems]).toEqual([seconds, []]);
  else expect(problems.map(formatProblem)).toEqual([expect.stringMatching(problem)]);
});
