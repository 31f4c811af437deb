import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'brokkr-late-'));
  // ssh is asked how it would reach a host, and all of them are reached in vain.
  writeFileSync(
    path.join(folder, 'ssh'),
    `#!/bin/sh
for last; do :; done; echo "$last" >>${folder}/asked
[ "$last" != crooked ] || { echo 'Bad configuration option: nosuch' >&2; exit 255; }
printf 'hostname 127.0.0.1\\nport 1\\nuser me\\n'`,
    { mode: 0o755 },
  );
  const hosts = Object.fromEntries(['one', 'two', 'three', 'crooked'].map((name) => [name, {}]));
  const vars = {
    ansible_ssh_common_args: '-J bastion',
    ansible_password: 'not this',
    brokkr_ssh: 'builtin',
    ansible_user: 'me',
  };
  const inventory = {
    all: { hosts: { ...hosts, here: { ansible_connection: 'local' } }, vars },
    some: { hosts: { one: {}, two: {} } },
  };
  writeFileSync(path.join(folder, 'inventory.json'), JSON.stringify(inventory));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function askedAbout(
  verb: string,
  pattern: string,
  ...flags: string[]
): Promise<{ asked: string[]; status: number | null; said: string }> {
  const tasks = [{ name: 'look', command: { argv: ['true'] } }];
  writeFileSync(path.join(folder, 'site.json'), JSON.stringify([{ hosts: pattern, gather_facts: false, tasks }]));
  const log = path.join(folder, 'asked');
  rmSync(log, { force: true });
  const args = [verb, 'site.json', '-i', 'inventory.json', ...flags];
  const ran = await runCli(folder, args, { PATH: `${folder}:${process.env.PATH}` });
  const asked = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return { asked: [...new Set(asked)].sort(), status: ran.status, said: ran.stderr + ran.stdout };
}

test('ssh is asked about the hosts of the plays only', async () => {
  expect((await askedAbout('plan', 'some')).asked).toEqual(['one', 'two']);
});

test('of those, about the hosts that the limit leaves', async () => {
  expect((await askedAbout('plan', 'all', '-l', 'three')).asked).toEqual(['three']);
  expect((await askedAbout('plan', "{{ 'so' ~ 'me' }}", '-l', 'three')).asked).toEqual(['three']);
});

test('about all where ssh has to say who logs in', async () => {
  const file = path.join(folder, 'inventory.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"ansible_user":"me"', '"a":1'));
  expect((await askedAbout('plan', 'some', '-l', 'one,two,three')).asked).toEqual(['crooked', 'one', 'three', 'two']);
});

test('about none where nobody is connected to', async () => {
  expect(await askedAbout('provision', 'some', '--list-hosts')).toMatchObject({ asked: [], status: 0 });
  expect((await askedAbout('render', 'some', '--out', 'rendered')).asked).toEqual([]);
});

test('what it refuses is told of the hosts that are meant, before any is touched', async () => {
  const refused = await askedAbout('plan', 'crooked');
  expect(refused).toMatchObject({ status: 4 });
  expect(refused.said).toMatch(/ssh refuses to reach crooked: Bad configuration option/);
});

test('a host that a task is delegated to is asked about when it is connected to', async () => {
  writeFileSync(
    path.join(folder, 'delegate.json'),
    JSON.stringify([
      {
        hosts: 'here',
        gather_facts: false,
        tasks: [{ stat: { path: '/' }, delegate_to: 'crooked' }],
      },
    ]),
  );
  const ran = await runCli(folder, ['plan', 'delegate.json', '-i', 'inventory.json'], {
    PATH: `${folder}:${process.env.PATH}`,
  });
  expect(ran).toMatchObject({ status: 1 });
  expect(ran.stderr + ran.stdout).toMatch(/ssh refuses to reach crooked/);
});
