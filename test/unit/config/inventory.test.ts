import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Inventory } from '../../../src/config/inventory/inventory.ts';
import { loadInventory } from '../../../src/config/inventory/load.ts';
import { encryptVault, vaultDecrypter } from '../../../src/config/vault.ts';
import { InputError } from '../../../src/errors.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brokkr-inventory-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string, mode = 0o644): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** The problems as `file:line:column message` and hint, without the temporary folder. */
async function problemsOf(...sources: string[]): Promise<[string, string | undefined][]> {
  try {
    await loadInventory(sources);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(({ message, at, hint }) => [
      `${at?.file.replace(`${folder}/`, '')}:${at?.line}:${at?.column} ${message}`.replaceAll(`${folder}/`, ''),
      hint,
    ]);
  }
  throw new Error('the inventory was read without a problem');
}

function warningsOf(inventory: Inventory): [number | undefined, string, string | undefined][] {
  return inventory.warnings.map(({ message, at, hint }) => [at?.line, message, hint]);
}

describe('wrong input', () => {
  test('all problems of a YAML inventory come at once, with their places', async () => {
    const source = write(
      'hosts.yml',
      'all:\n  hosts:\n    1:\n    h[1:]:\n    h1: [a]\n  children:\n    - kafka\nkafka:\n  children:\n    kafka:\n    web:\nweb:\n  children: {kafka: }\n  vars: [x]\n',
    );
    expect(await problemsOf(source)).toEqual([
      ['hosts.yml:3:5 the host name 1 is not a string', "put the name in quotes: '1'"],
      ['hosts.yml:4:5 [1:] has no end', expect.stringContaining('web[1:3]')],
      ['hosts.yml:5:9 what stands below the host h1 has to be a mapping of its variables', expect.any(String)],
      [
        'hosts.yml:6:3 children of the group all has to be a mapping, and is a sequence',
        expect.stringContaining('"- "'),
      ],
      ['hosts.yml:10:5 the group kafka is its own child', expect.any(String)],
      ['hosts.yml:13:14 the group web is below kafka already, so kafka cannot be its child', expect.any(String)],
      ['hosts.yml:14:3 vars of the group web has to be a mapping, and is a sequence', expect.any(String)],
    ]);
  });

  test('all problems of an INI inventory come at once, with the nearest names', async () => {
    const source = write(
      'hosts.ini',
      "[kafka]\nh1 a=1 b\nh2 c='x\nh3:\n[kafka:var]\nx=1\n[kafka:vars]\nfoo\n[site:children]\nkafak\na b\n[g one]\n",
    );
    expect(await problemsOf(source)).toEqual([
      ['hosts.ini:2:8 b is no name=value', expect.stringContaining('quotes')],
      ["hosts.ini:3:1 the quote ' is not closed", expect.any(String)],
      ['hosts.ini:4:1 the host h3: ends with a colon and has no port', expect.any(String)],
      ['hosts.ini:5:1 the section [kafka:var] is of an unknown kind', 'did you mean [kafka:vars]?'],
      ['hosts.ini:8:1 foo is no name=value', expect.any(String)],
      ['hosts.ini:11:1 a b is no group name', expect.any(String)],
      ['hosts.ini:12:1 [g one] is no section', expect.any(String)],
      ['hosts.ini:10:1 [site:children] names the group kafak, which no section declares', 'did you mean kafka?'],
    ]);
  });

  test('problems of sources, of variable files and of missing files come together', async () => {
    const source = write('hosts.yml', 'kafka: {hosts: {h1: }}\n');
    write('group_vars/kafka.yml', 'a: {{ b }}\nc: @d\n');
    write('host_vars/h1.yml', '- a\n');
    expect(await problemsOf(source, join(folder, 'missing.yml'))).toEqual([
      ['missing.yml:1:1 there is no such inventory', expect.stringContaining('comma')],
      ['group_vars/kafka.yml:2:4 an unquoted value cannot start with this character', expect.any(String)],
      [
        'host_vars/h1.yml:1:1 a file of variables is a mapping of names to values, and this is none',
        expect.any(String),
      ],
    ]);
  });

  test.each([
    ['#!/bin/sh\necho boom >&2; exit 3\n', /inv\.sh --list:1:1 the script failed: boom/],
    ['#!/bin/sh\necho "[1]"\n', /printed no JSON object/],
    ['#!/bin/sh\necho \'{"g": {"hosts": "h1"}, "_meta": {"hostvars": {}}}\'\n', /inv\.sh --list:1:8 hosts is no list/],
    ['#!/bin/sh\necho \'{"g": {}, "_meta": {}}\'\n', /the group g has neither hosts nor vars nor children/],
    [
      '#!/bin/sh\necho \'{"g": {"hosts": [1]}, "_meta": {"hostvars": {}}}\'\n',
      /1:18 hosts has an entry that is no name/,
    ],
  ])('a script %j is refused', async (text, expected) => {
    const problems = await problemsOf(write('inv.sh', text, 0o755));
    expect(problems.map(([problem]) => problem)).toContainEqual(expect.stringMatching(expected));
  });

  test('a folder without inventories and TOML are refused', async () => {
    write('empty/readme.md', '');
    const toml = write('hosts.toml', '[all]\n');
    expect((await problemsOf(join(folder, 'empty'), toml)).map(([problem]) => problem)).toEqual([
      'empty:1:1 the folder holds no inventory',
      'hosts.toml:1:1 TOML inventories are not read',
    ]);
  });
});

test('what Ansible skips silently or warns about is a warning with the nearest name', async () => {
  const text =
    'all:\n  host: {h1: }\n  hosts: {h2: , kafka: , "x[5:3]": }\n  vars: {a-b: 1}\nkafka: {vrs: 1}\nweb: 5\nbad-name:\n';
  expect(warningsOf(await loadInventory([write('hosts.yml', text)]))).toEqual([
    [2, 'the key host of the group all is unknown, it is skipped', 'did you mean hosts?'],
    [3, 'the range in x[5:3] is empty, so it names no host', expect.any(String)],
    [4, 'a-b is no name that a template could use for a variable', expect.any(String)],
    [5, 'the key vrs of the group kafka is unknown, it is skipped', 'did you mean vars?'],
    [6, 'web is no group, it is skipped', expect.any(String)],
    [7, 'the group name bad-name has characters that a variable name cannot have', expect.any(String)],
    [3, 'kafka is the name of a group and of a host', expect.any(String)],
  ]);
});

describe('the layers of a host', () => {
  test('stand from the weakest to the strongest, each with its source and places', async () => {
    const source = write('inv/hosts.yml', 'all: {vars: {a: 1}}\nkafka:\n  hosts:\n    h1: {a: 6}\n  vars: {a: 2}\n');
    write('inv/group_vars/all.yml', 'a: 3\n');
    write('inv/group_vars/kafka/one.yml', 'a: 5\n');
    write('inv/group_vars/kafka/two.yml', 'b: 5\n');
    write('inv/host_vars/h1.yml', 'a: 7\n');
    write('play/group_vars/all.yml', 'a: 4\n');
    write('play/host_vars/h1.yml', 'a: 8\n');
    const inventory = await loadInventory([source], { playbookDir: join(folder, 'play') });
    expect(
      inventory.layersOf('h1').map(({ source: where, variables }) => [where, [...variables.keys()].join()]),
    ).toEqual([
      ['inventory group all', 'a'],
      ['inventory group kafka', 'a'],
      ['group_vars/all beside the inventory', 'a'],
      ['group_vars/all beside the playbook', 'a'],
      ['group_vars/kafka beside the inventory', 'a'],
      ['group_vars/kafka beside the inventory', 'b'],
      ['inventory host h1', 'a'],
      ['host_vars/h1 beside the inventory', 'a'],
      ['host_vars/h1 beside the playbook', 'a'],
    ]);
    expect(inventory.layersOf('h1').at(-1)?.variables.get('a')?.at).toEqual({
      file: join(folder, 'play/host_vars/h1.yml'),
      line: 1,
      column: 4,
    });
    expect(inventory.groupNamesOf('h1')).toEqual(['kafka']);
    expect(inventory.sourceOf('h1')).toEqual({ file: source, folder: join(folder, 'inv') });
  });

  test('an INI value stands at its word', async () => {
    const inventory = await loadInventory([write('hosts', '[kafka]\nh1  a=1 b=[2]\n')]);
    const own = inventory.layersOf('h1').at(-1)?.variables;
    expect(own?.get('a')?.at).toMatchObject({ line: 2, column: 5 });
    expect(own?.get('b')).toMatchObject({ kind: 'sequence', at: { line: 2, column: 9 } });
  });

  test('the implicit localhost is local and has the variables of all', async () => {
    const inventory = await loadInventory([write('hosts.yml', 'all: {hosts: {h1: }, vars: {a: 1}}\n')]);
    expect(inventory.hosts).toEqual(['h1']);
    expect(inventory.groupNamesOf('localhost')).toEqual([]);
    expect(inventory.layersOf('localhost').flatMap(({ variables }) => [...variables.keys()])).toEqual([
      'a',
      'ansible_connection',
    ]);
  });

  test('a vaulted file of variables is read with the password', async () => {
    const password = { id: undefined, secret: 'pw' };
    const source = write('hosts.yml', 'kafka: {hosts: {h1: }}\n');
    write('group_vars/kafka.yml', encryptVault('secret: s3cret\n', password));
    const inventory = await loadInventory([source], { decryptVault: vaultDecrypter([password]) });
    expect(inventory.layersOf('h1')[0]?.variables.get('secret')).toMatchObject({ value: 's3cret', vaulted: true });
  });
});

test('a file with a comma in its name is a file, not a list', async () => {
  expect((await loadInventory([write('a,b.yml', 'all: {hosts: {h1: }}\n')])).hosts).toEqual(['h1']);
});

test('an executable file that is no script is read as data', async () => {
  expect((await loadInventory([write('hosts.yml', 'all: {hosts: {h1: }}\n', 0o755)])).hosts).toEqual(['h1']);
});

test('five thousand hosts in a hundred groups are loaded in one go', async () => {
  const groups = Array.from({ length: 100 }, (_, i) => `g${i}: {hosts: {"h${i}n[1:50]": {a: ${i}}}, vars: {b: ${i}}}`);
  const inventory = await loadInventory([write('hosts.yml', groups.join('\n'))]);
  expect(inventory.hosts).toHaveLength(5000);
  expect(inventory.layersOf('h99n50').map((layer) => layer.source)).toEqual([
    'inventory group g99',
    'inventory host h99n50',
  ]);
});
