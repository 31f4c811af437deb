import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/commands/eval.ts';
import { explain } from '../../../src/commands/explain.ts';
import { hosts } from '../../../src/commands/hosts.ts';
import { inspectOptions } from '../../../src/commands/inspection.ts';
import { inventory, inventoryOptions } from '../../../src/commands/inventory.ts';
import { readOptions } from '../../../src/commands/options.ts';
import { encryptVault } from '../../../src/config/vault.ts';
import { fakeIo, useFolders } from './fake-io.ts';

const folderOf = useFolders();
const vault = encryptVault('s3cret-word', { id: undefined, secret: 'pw' }, Buffer.alloc(32, 7));

function project(): string {
  return folderOf({
    'hosts.yml': `all:
  vars:
    port: 9092
    listener: "{{ inventory_hostname }}:{{ port }}"
  children:
    kafka:
      hosts: {k1: {port: 9093}, k2: {}}
      vars: {raw: !unsafe "{{ x }}"}
    zookeeper:
      hosts: {z1: {}}
`,
    'group_vars/kafka.yml': `password: !vault |\n${vault.replaceAll(/^/gm, '  ')}\n`,
    'group_vars/zookeeper.yml': encryptVault('hidden: another-word\n', { id: undefined, secret: 'pw' }),
    'play/group_vars/all.yml': 'port: 1\n',
    pw: 'pw\n',
  });
}

function flags(folder: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    inventory: [path.join(folder, 'hosts.yml')],
    playbookDir: folder,
    vaultPassFile: [path.join(folder, 'pw')],
    ...more,
  };
}

async function printed(run: (io: ReturnType<typeof fakeIo>) => Promise<number>): Promise<string> {
  const io = fakeIo();
  expect(await run(io)).toBe(0);
  return io.out();
}

const inspect = (folder: string, more?: Record<string, unknown>) => readOptions(inspectOptions, flags(folder, more));
const listing = (folder: string, more: Record<string, unknown>) => readOptions(inventoryOptions, flags(folder, more));

describe('inventory', () => {
  it('lists groups, hosts and variables, with vaults closed', async () => {
    const folder = project();
    const text = await printed((io) => inventory(io, undefined, listing(folder, { list: true })));
    const list = JSON.parse(text);
    expect(list.kafka).toEqual({ hosts: ['k1', 'k2'] });
    expect(list.all).toEqual({ children: ['ungrouped', 'kafka', 'zookeeper'] });
    expect(list._meta.hostvars.k1).toEqual({
      listener: '{{ inventory_hostname }}:{{ port }}',
      password: { __ansible_vault: vault },
      port: 9093,
      raw: { __ansible_unsafe: '{{ x }}' },
    });
    expect(list._meta.hostvars.z1.hidden).toBe('<redacted>');
  });

  it('shows the clear text of a vaulted file only when asked to', async () => {
    const folder = project();
    const text = await printed((io) => inventory(io, undefined, listing(folder, { list: true, reveal: true })));
    expect(JSON.parse(text)._meta.hostvars.z1.hidden).toBe('another-word');
  });

  it('lists only the hosts that the limit leaves, which may be none', async () => {
    const folder = project();
    const of = (limit: string) => printed((io) => inventory(io, undefined, listing(folder, { list: true, limit })));
    expect(Object.keys(JSON.parse(await of('z*'))._meta.hostvars)).toEqual(['z1']);
    expect(JSON.parse(await of('nobody'))._meta.hostvars).toEqual({});
  });

  it('exports variables where they are defined', async () => {
    const folder = project();
    const text = await printed((io) => inventory(io, undefined, listing(folder, { list: true, export: true })));
    const list = JSON.parse(text);
    expect(list._meta.hostvars).toEqual({ k1: { port: 9093 } });
    expect(list.all.vars.port).toBe(9092);
    const besidePlaybook = listing(folder, { list: true, export: true, playbookDir: path.join(folder, 'play') });
    expect(JSON.parse(await printed((io) => inventory(io, undefined, besidePlaybook))).all.vars.port).toBe(1);
  });

  it('tells what is wrong beside inventory and playbook once', async () => {
    const files = { 'hosts.yml': 'all: {hosts: {h1: {}}}\n', 'group_vars/all.yml': 'a: !!set {b}\n', pw: 'pw\n' };
    const folder = folderOf(files);
    const sameFolder = { inventory: [`${folder}/./hosts.yml`] };
    const run = inventory(fakeIo(), undefined, listing(folder, { list: true, ...sameFolder }));
    await expect(run).rejects.toMatchObject({ problems: [{ message: 'the tag !!set is unknown here' }] });
  });

  it('draws groups and hosts, with variables when asked to', async () => {
    const folder = project();
    expect(await printed((io) => inventory(io, undefined, listing(folder, { graph: true })))).toBe(
      '@all:\n  |--@ungrouped:\n  |--@kafka:\n  |  |--k1\n  |  |--k2\n  |--@zookeeper:\n  |  |--z1\n',
    );
    const text = await printed((io) => inventory(io, 'kafka', listing(folder, { graph: true, vars: true })));
    expect(text).toContain('@kafka:\n  |--k1\n  |  |--{listener = {{ inventory_hostname }}:{{ port }}}\n');
    expect(text).toContain('{password = <redacted>}');
  });

  it('prints one host, whose name may be a pattern', async () => {
    const folder = project();
    const text = await printed((io) => inventory(io, undefined, listing(folder, { host: 'kafka:!k2' })));
    expect(JSON.parse(text)).toMatchObject({ port: 9093, raw: '{{ x }}' });
  });

  it.each([
    [{}, /one of --list, --graph and --host/],
    [{ list: true, graph: true }, /one of --list, --graph and --host/],
    [{ host: 'k3' }, /names no host/],
    [{ host: 'kafka' }, /names 2 hosts/],
    [{ list: true, vaultPassFile: [] }, /there is no vault password/],
    [{ list: true, inventory: ['nowhere.yml'] }, /there is no such inventory/],
  ])('refuses %j', async (more, message) => {
    const folder = project();
    await expect(inventory(fakeIo(), undefined, listing(folder, more))).rejects.toThrow(message);
  });

  it('refuses a group that is not there, and names the nearest', async () => {
    const folder = project();
    await expect(inventory(fakeIo(), 'kafak', listing(folder, { graph: true }))).rejects.toThrow(/did you mean kafka/);
  });
});

describe('hosts', () => {
  it('prints them in play order', async () => {
    const folder = project();
    expect(await printed((io) => hosts(io, 'z1:kafka', inspect(folder, { limit: '!k1' })))).toBe('z1\nk2\n');
  });

  it('refuses a pattern that matches nothing', async () => {
    await expect(hosts(fakeIo(), 'kafak', inspect(project()))).rejects.toThrow(
      /matches no host and no group\n {2}→ did you mean kafka/,
    );
  });
});

describe('eval', () => {
  it.each([
    ['port + 1', '9094'],
    ['{{ port }}/tcp', '"9093/tcp"'],
    ['{{ port }}', '9093'],
    ["groups['kafka'] | map('upper') | list", '[\n    "K1",\n    "K2"\n]'],
    ["hostvars['k2'].listener", '"k2:9092"'],
    ['1.0', '1.0'],
    ['password', '"<redacted>"'],
    ["{'a': 'x' ~ password}", '{\n    "a": "x<redacted>"\n}'],
  ])('%s', async (expression, json) => {
    const folder = project();
    expect(await printed((io) => evaluate(io, 'k1', expression, inspect(folder)))).toBe(`${json}\n`);
  });

  it('shows a secret when asked to', async () => {
    const folder = project();
    const text = await printed((io) => evaluate(io, 'k1', 'password', inspect(folder, { reveal: true })));
    expect(text).toBe('"s3cret-word"\n');
  });

  it('reads variables beside a playbook and of -e', async () => {
    const folder = project();
    const of = (more: Record<string, unknown>) =>
      printed((io) => evaluate(io, 'k2', 'port', inspect(folder, { playbookDir: path.join(folder, 'play'), ...more })));
    expect(await of({})).toBe('1\n');
    expect(await of({ extraVars: ['port=2'] })).toBe('"2"\n');
  });

  it('knows the control machine', async () => {
    expect(await printed((io) => evaluate(io, 'localhost', 'ansible_connection', inspect(project())))).toBe(
      '"local"\n',
    );
  });

  it.each([
    ['k1', 'nope', /'nope' is undefined/],
    ['k1', '{{ prot }}', /'prot' is undefined\n {2}→ did you mean 'port'/],
    ['k1', '1 +', /expression/],
    ['k9', '1', /there is no host k9[\s\S]*did you mean/],
  ])('%s %s is refused', async (host, expression, message) => {
    const refused = evaluate(fakeIo(), host, expression, inspect(project()));
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ exitCode: 4 });
  });
});

describe('explain', () => {
  it('tells the value, its place and what it overrode', async () => {
    const folder = project();
    const text = await printed((io) => explain(io, 'k1', 'port', inspect(folder)));
    const file = path.join(folder, 'hosts.yml');
    expect(text).toBe(
      `port = 9093\n  from ${file}:7:26 (inventory host k1)\n  overrode 9092 from ${file}:3:11 (inventory group all)\n`,
    );
  });

  it('tells how a template was written, and redacts secrets', async () => {
    const folder = project();
    expect(await printed((io) => explain(io, 'k1', 'listener', inspect(folder)))).toContain(
      'listener = "k1:9093"\n  from ',
    );
    expect(await printed((io) => explain(io, 'k1', 'listener', inspect(folder)))).toContain(
      'written as "{{ inventory_hostname }}:{{ port }}"',
    );
    expect(await printed((io) => explain(io, 'k1', 'password', inspect(folder)))).toContain('password = "<redacted>"');
  });

  it('lists all variables by source', async () => {
    const folder = project();
    const text = await printed((io) => explain(io, 'k1', undefined, inspect(folder, { extraVars: ['a=b'] })));
    expect(text).toContain('-e (-e)\n  a = "b"\n');
    expect(text).toContain(`inventory host k1 (${path.join(folder, 'hosts.yml')})\n  port = 9093  # overrode 1\n`);
    expect(text).toContain('password = "<redacted>"');
    expect(text).not.toContain('s3cret-word');
    expect(text).not.toContain('inventory_hostname =');
  });

  it('names the nearest variable', async () => {
    await expect(explain(fakeIo(), 'k1', 'listner', inspect(project()))).rejects.toThrow(/did you mean listener/);
  });
});
