import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { inventoryList } from '../../../src/config/inventory/export.ts';
import type { Inventory } from '../../../src/config/inventory/inventory.ts';
import { loadInventory } from '../../../src/config/inventory/load.ts';
import { selectHosts } from '../../../src/config/inventory/pattern.ts';
import { InputError } from '../../../src/errors.ts';
import { isDict, PyFloat, type Value } from '../../../src/jinja/value.ts';
import { readRecords } from '../../differential/records.ts';

const Cases = z.array(
  z.object({
    name: z.string(),
    files: z.record(z.string(), z.string()),
    sources: z.array(z.string()),
    playbook_dir: z.string().optional(),
    list: z.record(z.string(), z.looseObject({})).nullable(),
    ordered: z.boolean().optional(),
    selections: z
      .array(
        z.object({
          pattern: z.string(),
          limit: z.string().nullable(),
          hosts: z.array(z.string()).optional(),
          error: z.boolean().optional(),
        }),
      )
      .optional(),
  }),
);
const cases = Cases.parse(readRecords('inventory/cases.jsonl'));
// Ansible runs an inventory plugin that finds nothing; brokkr runs no plugins and says so.
const REFUSED = ['plugin'];

function plain(value: Value): unknown {
  if (value instanceof PyFloat) return value.value;
  if (isDict(value)) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  if (Array.isArray(value)) return value.map((item: Value) => plain(item));
  return value;
}

function select(
  inventory: Inventory,
  pattern: string,
  limit: string | null,
  folder: string,
): readonly string[] | 'error' {
  try {
    const absolute = limit?.replace(/^@/, `@${folder}/`);
    return selectHosts(inventory, pattern, { limit: absolute }).hosts;
  } catch (error) {
    if (error instanceof InputError) return 'error';
    throw error;
  }
}

describe.each(cases)('inventory: $name', ({ name, files, sources, playbook_dir, list, ordered, selections }) => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'brokkr-inventory-'));
    for (const [file, text] of Object.entries(files)) {
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      if (text.startsWith('#!')) chmodSync(path, 0o755);
    }
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function load(): Promise<Inventory> {
    const paths = sources.map((source) => (source.includes(',') ? source : join(folder, source)));
    return loadInventory(paths, { playbookDir: playbook_dir === undefined ? undefined : join(folder, playbook_dir) });
  }

  if (list === null || REFUSED.includes(name)) {
    test('is refused', async () => {
      await expect(load()).rejects.toBeInstanceOf(InputError);
    });
    return;
  }

  test('has the groups, hosts and variables that Ansible finds', async () => {
    const { profile: _, ...meta } = list._meta ?? {};
    const inventory = await load();
    expect(plain(inventoryList(inventory, inventory.hosts))).toEqual({ ...list, _meta: meta });
  });

  test('patterns and limits select the hosts that Ansible selects', async () => {
    const inventory = await load();
    // Below the second level Ansible's own order is that of memory addresses, so a subscript picks any host.
    const comparable = (selections ?? []).filter(
      ({ pattern, limit }) => ordered || !/\[-?\d|\[:/.test(`${pattern}${limit}`),
    );
    expect(comparable.length).toBeGreaterThan(30);
    for (const { pattern, limit, hosts, error } of comparable) {
      const selected = select(inventory, pattern, limit, folder);
      const inOrder = (found: readonly string[] | 'error') => (found === 'error' || ordered ? found : found.toSorted());
      expect({ pattern, limit, hosts: inOrder(selected) }).toEqual({
        pattern,
        limit,
        hosts: inOrder(error === true ? 'error' : (hosts ?? [])),
      });
    }
  });
});
