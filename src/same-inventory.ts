import { quoteAll } from './shell/quote.ts';

/**
 * The words that lead a command to the inventories which the command line has named: ` -i inventory/lab.yml`; empty where it
 * has named none. Without them, what is pasted would be done to the hosts of another inventory.
 */
export function sameInventory({ inventory }: { readonly inventory: readonly string[] }): string {
  return inventory.map((source) => ` ${quoteAll(['-i', source])}`).join('');
}
