import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Inventory } from '../../src/config/inventory/inventory.ts';
import { loadInventory } from '../../src/config/inventory/load.ts';
import { selectHosts } from '../../src/config/inventory/pattern.ts';
import { InputError } from '../../src/errors.ts';

const Selection = z.object({
  pattern: z.string(),
  limit: z.string().nullable(),
  hosts: z.array(z.string()).optional(),
  error: z.boolean().optional(),
});
type Selection = z.output<typeof Selection>;

/** An inventory that Ansible was given, and which hosts its patterns select; what else it says of it is told apart. */
export const InventoryCase = z.object({
  name: z.string(),
  files: z.record(z.string(), z.string()),
  sources: z.array(z.string()),
  playbook_dir: z.string().optional(),
  /** The order of its groups and hosts follows from the files; otherwise only which hosts are selected can be compared. */
  ordered: z.boolean().optional(),
  selections: z.array(Selection).optional(),
});
type InventoryCase = z.output<typeof InventoryCase>;

/** Writes its files; a script can be run. */
export function writeInventory({ files }: Pick<InventoryCase, 'files'>, folder: string): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (text.startsWith('#!')) chmodSync(file, 0o755);
  }
}

/** Loads what was written there. @throws InputError */
export function loadWritten(
  { sources, playbook_dir }: Pick<InventoryCase, 'sources' | 'playbook_dir'>,
  folder: string,
  options: { readonly keepVault?: boolean } = {},
): Promise<Inventory> {
  const paths = sources.map((source) => (source.includes(',') ? source : path.join(folder, source)));
  const playbookDir = playbook_dir === undefined ? undefined : path.join(folder, playbook_dir);
  return loadInventory(paths, { playbookDir, ...options });
}

/** The selections whose hosts can be compared: below the second level Ansible's own order is that of memory addresses, so a subscript picks any host. */
export function comparableSelections({ ordered, selections = [] }: Pick<InventoryCase, 'ordered' | 'selections'>) {
  return selections.filter(({ pattern, limit }) => ordered === true || !/\[-?\d|\[:/.test(`${pattern}${limit}`));
}

/** What a pattern selects; a limit `@FILE` stands in the folder. */
export function selectFrom(
  inventory: Inventory,
  { pattern, limit }: Pick<Selection, 'pattern' | 'limit'>,
  folder: string,
): readonly string[] | 'error' {
  try {
    return selectHosts(inventory, pattern, { limit: limit?.replace(/^@/, `@${folder}/`) }).hosts;
  } catch (error) {
    if (error instanceof InputError) return 'error';
    throw error;
  }
}
