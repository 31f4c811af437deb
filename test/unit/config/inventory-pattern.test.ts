import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileGlob } from '../../../src/config/inventory/glob.ts';
import type { Inventory } from '../../../src/config/inventory/inventory.ts';
import { loadInventory } from '../../../src/config/inventory/load.ts';
import { selectHosts, selectSomeHosts, splitPattern } from '../../../src/config/inventory/pattern.ts';
import { formatProblem } from '../../../src/errors.ts';

let inventory: Inventory;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'brokkr-pattern-'));
  const file = join(folder, 'hosts.yml');
  writeFileSync(
    file,
    'kafka: {hosts: {s1: , s2: , s3: }}\nzookeeper: {hosts: {s1: }}\nsite: {hosts: {web1: , web2: }}\n',
  );
  inventory = await loadInventory([file]);
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['kafka', 's1 s2 s3'],
  ['s*', 'web1 web2 s1 s2 s3'],
  ['!s1,kafka', 's2 s3'],
  ['kafka:&zookeeper', 's1'],
  ['kafka[0:1]', 's1 s2'],
  ['kafka[-1]', 's3'],
  ['~s[12]$', 's1 s2'],
  ['web2,web1', 'web2 web1'],
])('%s selects %s', (pattern, hosts) => {
  expect(selectHosts(inventory, pattern).hosts.join(' ')).toBe(hosts);
});

test('a list of patterns is one pattern', () => {
  expect(selectHosts(inventory, ['s2', 'site:!web1']).hosts).toEqual(['s2', 'web2']);
});

describe('what matches nothing', () => {
  test('warns, with the nearest name', () => {
    expect(selectHosts(inventory, 'kafak,s1').warnings.map(formatProblem)).toEqual([
      'the pattern kafak matches no host and no group\n  → did you mean kafka?',
    ]);
  });

  test('in the limit is said of the limit, and not of the pattern', () => {
    const { hosts, warnings, limitWarnings } = selectHosts(inventory, 'site,s1', { limit: 's1,kafak' });
    expect({ hosts, warnings }).toEqual({ hosts: ['s1'], warnings: [] });
    expect(limitWarnings.map(formatProblem)).toEqual([
      '--limit s1,kafak: the pattern kafak matches no host and no group\n  → did you mean kafka?',
    ]);
  });

  test('is an error where something is to be done with the hosts', () => {
    expect(() => selectSomeHosts(inventory, 'kafak', undefined)).toThrow(
      'matches no host and no group\n  → did you mean',
    );
    expect(() => selectSomeHosts(inventory, 'site', 's1')).toThrow(
      'the pattern site selects no host within --limit s1',
    );
    expect(selectSomeHosts(inventory, 'kafak,s1', undefined).hosts).toEqual(['s1']);
  });

  test('a limit that leaves no host is an error', () => {
    expect(() => selectHosts(inventory, 'all', { limit: 'kafak' })).toThrow(
      '--limit kafak leaves no host of the inventory\n  → did you mean kafka?',
    );
  });

  test('a limit that leaves hosts of other plays only is none', () => {
    expect(selectHosts(inventory, 'kafka', { limit: 'web1' }).hosts).toEqual([]);
  });

  test('a subscript out of range says how many there are', () => {
    expect(() => selectHosts(inventory, 'kafka[5]')).toThrow(
      'there is no host kafka[5]\n  → kafka has 3 hosts: the first is kafka[0]',
    );
  });

  test('a broken regular expression is named', () => {
    expect(() => selectHosts(inventory, '~(')).toThrow('~( is no regular expression');
  });

  test('a missing limit file and a folder are refused', () => {
    expect(() => selectHosts(inventory, 'all', { limit: '@/nowhere/limit' })).toThrow('there is no such limit file');
    expect(() => selectHosts(inventory, 'all', { limit: `@${folder}` })).toThrow('a limit file is a file');
  });
});

test('the old range with a hyphen warns and says how it is written', () => {
  expect(selectHosts(inventory, 'kafka[0-1]').warnings[0]?.hint).toBe('write kafka[0:1]');
});

test.each([
  ['a,b[1:2], c', ['a', 'b[1:2]', 'c']],
  ['a:b', ['a', 'b']],
  ['web[1:3]:&x', ['web[1:3]', '&x']],
  ['::1', ['::1']],
  ['h1:22', ['h1:22']],
  ['', []],
])('the terms of %j', (pattern, terms) => {
  expect(splitPattern(pattern)).toEqual(terms);
});

test.each([
  ['a*c', 'abbc', true],
  ['a?c', 'ac', false],
  ['[ab]1', 'b1', true],
  ['[!ab]1', 'b1', false],
  ['[a-c]1', 'd1', false],
  ['[c-a]1', 'b1', false],
  ['[]]', ']', true],
  ['[a', '[a', true],
  ['a.b', 'axb', false],
  ['[^a]', '^', true],
  ['a|b', 'a', false],
  ['[a\\]', '\\', true],
])('the glob %s and %s', (glob, name, matches) => {
  expect(compileGlob(glob)(name)).toBe(matches);
});
