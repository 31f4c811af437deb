import { describe, expect, it } from 'vitest';
import { inSlices } from '../../../src/apply/in-slices.ts';

function* steps(count: number, done: string[], busyMs: number): Generator<undefined, string> {
  for (let step = 1; step <= count; step++) {
    const end = performance.now() + busyMs;
    while (performance.now() < end);
    done.push(`step ${step}`);
    yield;
  }
  return 'decided';
}

describe('work in slices', () => {
  it('lets what has arrived meanwhile go first, between two steps that take long', async () => {
    const done: string[] = [];
    setImmediate(() => done.push('answer'));
    expect(await inSlices(steps(3, done, 6))).toBe('decided');
    expect(done).toEqual(['step 1', 'answer', 'step 2', 'step 3']);
  });

  it('gives back what the steps throw', async () => {
    const broken = (function* (): Generator<undefined, string> {
      yield;
      throw new TypeError('a bug');
    })();
    await expect(inSlices(broken)).rejects.toThrow('a bug');
  });
});
