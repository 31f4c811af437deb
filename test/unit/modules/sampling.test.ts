import { describe, expect, it } from 'vitest';
import { BrokkrError } from '../../../src/errors.ts';
import { waitForCleanSamples } from '../../../src/modules/sampling.ts';
import type { Clock } from '../../../src/poll.ts';

/** `.` is a clean look, `x` one that is not, `!` one that fails, `h` a hopeless one; it ends with an error of the test. */
async function wait(looks: string, samples = 3, isInVain?: () => Promise<string | undefined>) {
  let now = 0;
  let at = 0;
  const clock: Clock = {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
  const told: string[] = [];
  const done = waitForCleanSamples({
    samples,
    interval: 2,
    timeout: 20,
    clock,
    signal: new AbortController().signal,
    tell: (text) => void told.push(text),
    isInVain,
    look: async () => {
      const kind = looks[at];
      at += 1;
      if (kind === undefined) throw new Error('looked too often');
      if (kind === '!') throw new BrokkrError('no broker answers');
      return { reasons: kind === '.' ? [] : ['not whole'], notes: ['a note'], isHopeless: kind === 'h' };
    },
  });
  const result = await done.then(
    (notes) => notes,
    (error: unknown) => (error instanceof BrokkrError ? error.message : Promise.reject(error)),
  );
  return { result, looked: at, told };
}

describe('clean looks in a row', () => {
  it.each([
    ['...', 3],
    ['x...', 4],
    ['..x...', 6],
    ['..!...', 6],
  ])('opens after three of them: %s', async (looks, looked) => {
    expect(await wait(looks)).toMatchObject({ result: ['a note'], looked });
  });

  it('takes a look that failed for one that is not clean, and tells only what is new', async () => {
    expect((await wait('xx!!..x...')).told).toEqual([
      'not whole',
      'it could not be looked at: no broker answers',
      'not whole',
    ]);
  });

  it('gives up after its time with the last reason', async () => {
    expect((await wait('x'.repeat(30))).result).toBe('after 20 s still: not whole');
  });

  it('gives up at once when waiting cannot help, or whoever is waited for is gone', async () => {
    expect(await wait('h')).toMatchObject({ result: 'not whole', looked: 1 });
    expect(await wait('xx', 1, async () => 'its process has ended')).toMatchObject({
      result: 'its process has ended',
      looked: 1,
    });
  });
});
