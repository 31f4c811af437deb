import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { labDown } from '../../src/lab/control.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { labUp } from '../../src/lab/up.ts';
import { FaultBench, type Round } from '../faults/bench.ts';

/** More, by hand: `npm run faults`. A round is some seconds, so the count is small and the time has an end. */
const ROUNDS = 12;
const ENOUGH_MS = 45_000;

const place = mkdtempSync(join(tmpdir(), 'brokkr-faults-'));
let lab: Lab | undefined;
beforeAll(async () => {
  lab = await labUp({
    folder: join(place, 'lab'),
    inventoryPath: join(place, 'lab.yml'),
    hosts: 1,
    driver: 'nspawn',
  });
});
afterAll(async () => {
  await labDown({ folder: join(place, 'lab') });
  rmSync(place, { recursive: true, force: true });
});

test('whatever goes wrong, nothing is left worse than it was, and a clean run puts it right', async () => {
  if (lab === undefined) throw new Error('there is no lab');
  const bench = new FaultBench(lab, 's1', join(place, 'site'));
  await bench.start();
  const started = performance.now();
  const rounds: Round[] = [];
  for (let seed = 1; seed <= ROUNDS && performance.now() - started < ENOUGH_MS; seed++)
    rounds.push(await bench.round(seed));
  expect(rounds.filter(({ defects }) => defects.length > 0)).toEqual([]);
  // Faults that nobody notices would prove nothing.
  expect(rounds.some(({ status }) => status !== 0)).toBe(true);
});
