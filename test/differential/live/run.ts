import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureAnsible } from '../hosts/ansible.ts';
import { compareInventories } from './compare-inventories.ts';
import { compareTemplates } from './compare-templates.ts';

/** `npx tsx test/differential/live/run.ts --seed 7 --templates 5000 --inventories 200`: both tools on the same drawn cases. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    templates: { type: 'string', default: '4000' },
    inventories: { type: 'string', default: '100' },
    /** A Python that has ansible-core 2.19; absent: one is made under node_modules/.cache. */
    python: { type: 'string' },
  },
});

const python = values.python ?? join(await ensureAnsible(), 'python3');
const seed = Number(values.seed);
let failed = false;
for (const [name, comparison] of [
  ['templates', await compareTemplates(python, seed, Number(values.templates))],
  ['inventories', await compareInventories(python, seed, Number(values.inventories))],
] as const) {
  const { cases, known, differences } = comparison;
  process.stdout.write(`${name}: ${cases} cases with seed ${seed}, ${differences.length} differ, ${known} as known\n`);
  for (const difference of differences.slice(0, 50)) process.stdout.write(`${difference}\n`);
  failed ||= differences.length > 0;
}
process.exitCode = failed ? 1 : 0;
