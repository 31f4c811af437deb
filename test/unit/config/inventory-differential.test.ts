import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { inventoryList } from '../../../src/config/inventory/export.ts';
import { InputError } from '../../../src/errors.ts';
import { isDict, PyFloat, type Value } from '../../../src/jinja/value.ts';
import {
  comparableSelections,
  InventoryCase,
  loadWritten,
  selectFrom,
  writeInventory,
} from '../../differential/inventory-case.ts';
import { readRecords } from '../../differential/records.ts';

const Cases = z.array(InventoryCase.extend({ list: z.record(z.string(), z.looseObject({})).nullable() }));
const cases = Cases.parse(readRecords('inventory/cases.jsonl'));
// Ansible runs an inventory plugin that finds nothing; brokkr runs no plugins and says so.
const REFUSED = ['plugin'];

function plain(value: Value): unknown {
  if (value instanceof PyFloat) return value.value;
  if (isDict(value)) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  if (Array.isArray(value)) return value.map((item: Value) => plain(item));
  return value;
}

describe.each(cases)('inventory: $name', (each) => {
  const { name, list, ordered } = each;
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'brokkr-inventory-'));
    writeInventory(each, folder);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  if (list === null || REFUSED.includes(name)) {
    test('is refused', async () => {
      await expect(loadWritten(each, folder)).rejects.toBeInstanceOf(InputError);
    });
    return;
  }

  test('has the groups, hosts and variables that Ansible finds', async () => {
    const inventory = await loadWritten(each, folder);
    expect(plain(inventoryList(inventory, inventory.hosts))).toEqual(list);
  });

  test('patterns and limits select the hosts that Ansible selects', async () => {
    const inventory = await loadWritten(each, folder);
    const comparable = comparableSelections(each);
    expect(comparable.length).toBeGreaterThan(30);
    for (const { pattern, limit, hosts, error } of comparable) {
      const selected = selectFrom(inventory, { pattern, limit }, folder);
      const inOrder = (found: readonly string[] | 'error') => (found === 'error' || ordered ? found : found.toSorted());
      expect({ pattern, limit, hosts: inOrder(selected) }).toEqual({
        pattern,
        limit,
        hosts: inOrder(error === true ? 'error' : (hosts ?? [])),
      });
    }
  });
});
