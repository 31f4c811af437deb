import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AdHocSetting } from '../../../src/ad-hoc.ts';
import { evaluate } from '../../../src/commands/eval.ts';
import { exec } from '../../../src/commands/exec.ts';
import { facts, factsOptions } from '../../../src/commands/facts.ts';
import { inspectOptions } from '../../../src/commands/inspection.ts';
import { readOptions } from '../../../src/commands/options.ts';
import { UnreachableError } from '../../../src/errors.ts';
import { Host } from '../../../src/transport/host.ts';
import { fakeIo, useFolders } from './fake-io.ts';

const folderOf = useFolders();

function project(): string {
  return folderOf({
    'hosts.yml': `all:
  vars: {ansible_connection: local, ansible_python_interpreter: /usr/bin/python3}
  hosts: {l1: , l2: , l3: {}}
`,
  });
}

function flags(folder: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { inventory: [path.join(folder, 'hosts.yml')], playbookDir: folder, ...more };
}

async function run(words: readonly string[], more: Record<string, unknown> = {}, connect?: AdHocSetting['connect']) {
  const io = fakeIo();
  const options = readOptions(inspectOptions, flags(project(), more));
  const code = await exec(io, 'all', words, options, connect);
  return { code, out: io.out(), err: io.err() };
}

describe('exec', () => {
  it('tells once what several hosts said', async () => {
    expect(await run(['echo', 'one;', 'echo two >&2'])).toEqual({
      code: 0,
      out: 'l1, l2, l3 (3 hosts): ok\n  one\n  two\n',
      err: '',
    });
  });

  it('runs where the limit leaves hosts, with nothing on stdin', async () => {
    expect(await run(['cat; printf no-newline'], { limit: 'l2' })).toMatchObject({ out: 'l2: ok\n  no-newline\n' });
  });

  it('fails when one host failed', async () => {
    const connect: AdHocSetting['connect'] = (target) => {
      const host = new Host(target);
      if (target.name !== 'l2') return host;
      host.run = () => Promise.reject(new UnreachableError('l2', 'l2 cannot be reached', { hint: 'is it up?' }));
      return host;
    };
    expect(await run(['exit 3'], { forks: 2 }, connect)).toMatchObject({
      code: 1,
      out: 'l1, l3 (2 hosts): exit status 3\nl2: failed\n  l2 cannot be reached\n  → is it up?\n',
    });
  });

  it('tells a command that ended its own shell from one that said something', async () => {
    const { code, out } = await run(['kill -9 $PPID'], { limit: 'l1' });
    expect(code).toBe(1);
    expect(out).toMatch(/^l1: failed\n/);
  });

  it('prints JSON, and redacts secrets in what hosts say', async () => {
    const { out } = await run(['echo "$0 hunter22"; exit 1'], {
      json: true,
      limit: 'l1',
      extraVars: ['ansible_password=hunter22'],
    });
    expect(JSON.parse(out)).toEqual({ host: 'l1', rc: 1, stdout: 'sh <redacted>\n', stderr: '', dropped: 0 });
  });

  it('refuses wrong connection settings before anything runs', async () => {
    await expect(run(['true'], { extraVars: ['ansible_port=none', 'ansible_connection=winrm'] })).rejects.toThrow(
      /-e:1:1: .*winrm is not supported[\s\S]*-e:1:1: .*ansible_port must be a port number[\s\S]*→ the port/,
    );
  });

  it('refuses a pattern that selects no host', async () => {
    const options = readOptions(inspectOptions, flags(project()));
    const refused = { exitCode: 4, problems: [{ message: expect.stringContaining('nobody matches no host') }] };
    await expect(exec(fakeIo(), 'nobody', ['true'], options)).rejects.toMatchObject(refused);
    await expect(facts(fakeIo(), 'nobody', options)).rejects.toMatchObject(refused);
  });
});

describe('facts', () => {
  it('are kept in a file, which eval reads', async () => {
    const folder = project();
    const file = path.join(folder, 'facts.json');
    expect(await facts(fakeIo(), 'l1', readOptions(factsOptions, flags(folder, { output: file })))).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8')).l1.system).toBe('Linux');
    const io = fakeIo();
    const options = readOptions(inspectOptions, flags(folder, { facts: file }));
    await evaluate(io, 'l1', '[ansible_system, ansible_facts.system, ansible_facts.nope is defined]', options);
    expect(JSON.parse(io.out())).toEqual(['Linux', 'Linux', false]);
  });

  it.each([
    ['nowhere.json', /cannot be read/],
    ['hosts.yml', /cannot be read/],
    ['list.json', /holds no facts of hosts/],
  ])('%s is refused', async (name, message) => {
    const folder = folderOf({ 'hosts.yml': 'all: {hosts: {l1: }}\n', 'list.json': '[1]' });
    const options = readOptions(inspectOptions, flags(folder, { facts: path.join(folder, name) }));
    await expect(evaluate(fakeIo(), 'l1', '1', options)).rejects.toThrow(message);
  });
});
