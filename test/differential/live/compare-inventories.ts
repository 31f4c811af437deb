import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { z } from 'zod';
import { inventoryGraph, inventoryList } from '../../../src/config/inventory/export.ts';
import type { Inventory } from '../../../src/config/inventory/inventory.ts';
import { InputError } from '../../../src/errors.ts';
import { writeJson } from '../../../src/jinja/values/json-text.ts';
import { comparableSelections, InventoryCase, loadWritten, selectFrom, writeInventory } from '../inventory-case.ts';
import { askAnsible } from './ask.ts';
import type { Comparison } from './compare-templates.ts';

const Case = InventoryCase.extend({
  list: z.string().nullable(),
  export: z.string().nullable(),
  graph: z.string().nullable(),
});
type Case = z.infer<typeof Case>;

/** Gives both tools the same inventories: what `--list`, `--export` and `--graph --vars` print, and what patterns select. */
export async function compareInventories(python: string, seed: number, count: number): Promise<Comparison> {
  const differences: string[] = [];
  let cases = 0;
  for await (const json of askAnsible(python, [{ inventories: { seed, count } }])) {
    const each = Case.parse(json);
    cases += 1 + (each.selections?.length ?? 0);
    const folder = mkdtempSync(path.join(tmpdir(), 'brokkr-differential-'));
    try {
      for (const text of await differencesOf(each, folder)) differences.push(`${each.name}: ${text}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return { cases, known: 0, differences };
}

async function differencesOf(each: Case, folder: string): Promise<string[]> {
  writeInventory(each, folder);
  let inventory: Inventory;
  try {
    inventory = await loadWritten(each, folder, { keepVault: true });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return each.list === null ? [] : [`Ansible reads it, brokkr does not: ${error.message}`];
  }
  if (each.list === null) return ['brokkr reads it, Ansible does not'];
  const compared = [
    ['--list', each.list.trimEnd(), listText(inventory, false)],
    ['--export', each.export?.trimEnd(), listText(inventory, true)],
    ['--graph', each.graph?.trimEnd(), inventoryGraph(inventory, 'all', { vars: true }).join('\n')],
  ] as const;
  const printed = compared
    .filter(([, theirs, ours]) => theirs !== ours)
    .map(([what, theirs = '', ours]) => `${what} of ${JSON.stringify(each.files)}\n${patch(theirs, ours)}`);
  return [...printed, ...selectionDifferences(inventory, each, folder)];
}

function patch(theirs: string, ours: string): string {
  return createTwoFilesPatch('Ansible', 'brokkr', theirs, ours, undefined, undefined, { context: 1 });
}

function listText(inventory: Inventory, apart: boolean): string {
  const style = { indent: '    ', sortKeys: true, asciiOnly: false, itemSeparator: ', ', keySeparator: ': ' };
  return writeJson(inventoryList(inventory, inventory.hosts, { export: apart }), style);
}

function selectionDifferences(inventory: Inventory, each: Case, folder: string): string[] {
  const sorted = (found: readonly string[]) => (each.ordered === true ? found : found.toSorted()).join(',');
  return comparableSelections(each).flatMap((selection) => {
    const { pattern, limit, hosts, error } = selection;
    const theirs = error === true ? 'error' : sorted(hosts ?? []);
    const found = selectFrom(inventory, selection, folder);
    const ours = found === 'error' ? found : sorted(found);
    return ours === theirs ? [] : [`${pattern} limited to ${limit}\n  Ansible: ${theirs}\n  brokkr:  ${ours}`];
  });
}
