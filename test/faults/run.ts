/**
 * Runs that go wrong, by hand: `npm run faults -- --runs 500 --seed 1 --minutes 20 --hosts 2`, as root on Linux. It ends with 1
 * when something was found that must not be, and tells the seed of each such round: `--only SEED` does it alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { labDown } from '../../src/lab/control.ts';
import { labUp } from '../../src/lab/up.ts';
import { FaultBench, type Round } from './bench.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '20' },
    hosts: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});

const place = mkdtempSync(join(tmpdir(), 'brokkr-faults-'));
const lab = await labUp({
  folder: join(place, 'lab'),
  inventoryPath: join(place, 'lab.yml'),
  hosts: Number(values.hosts),
  driver: 'nspawn',
});
const deadline = performance.now() + Number(values.minutes) * 60_000;
const seeds =
  values.only === undefined
    ? Array.from({ length: Number(values.runs) }, (_, index) => Number(values.seed) * 100_000 + index)
    : [Number(values.only)];
const rounds: Round[] = [];
const say = (text: string): void => void process.stdout.write(`${text}\n`);
try {
  await Promise.all(
    lab.hosts.map(async ({ name }) => {
      const bench = new FaultBench(lab, name, join(place, name));
      await bench.start();
      for (let seed = seeds.shift(); seed !== undefined && performance.now() < deadline; seed = seeds.shift()) {
        const round = await bench.round(seed);
        rounds.push(round);
        say(`${seed} ${name} ${round.seconds.toFixed(1)} s, status ${round.status}: ${round.faults}`);
        for (const defect of round.defects) say(`  DEFECT ${defect}`);
      }
    }),
  );
} finally {
  await labDown({ folder: lab.folder });
  rmSync(place, { recursive: true, force: true });
}
const bad = rounds.filter(({ defects }) => defects.length > 0).length;
const failed = rounds.filter(({ status }) => status !== 0).length;
say(`${rounds.length} runs, of which ${failed} failed as they should, ${bad} with defects`);
process.exitCode = bad > 0 ? 1 : 0;
