import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { fewAtOnce } from '../../src/few-at-once.ts';

it('does the same with each, in order, so many at a time', async () => {
  const begun: number[] = [];
  let now = 0;
  let most = 0;
  const results = await fewAtOnce([30, 10, 20, 5, 1], 2, async (ms) => {
    begun.push(ms);
    now += 1;
    most = Math.max(most, now);
    await sleep(ms);
    now -= 1;
    return ms * 2;
  });
  expect(results).toEqual([60, 20, 40, 10, 2]);
  expect(begun).toEqual([30, 10, 20, 5, 1]);
  expect(most).toBe(2);
});

it('ends with the first failure', async () => {
  const act = async (item: number) => {
    if (item === 2) throw new Error('two');
    return item;
  };
  await expect(fewAtOnce([1, 2, 3], 1, act)).rejects.toThrow('two');
  expect(await fewAtOnce([], 3, act)).toEqual([]);
});
