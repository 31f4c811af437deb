import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { unlessAborted, within } from '../../src/deadline.ts';

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

function reasonOf(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason), { once: true }));
}

test('the time is over although garbage was collected in between, also of one within another', async () => {
  const { signal } = new AbortController();
  // Only the waiting itself is left of the signals.
  const waiting = [reasonOf(within(60, signal)), reasonOf(within(40, within(1000, signal)))];
  await sleep(10);
  collectGarbage();
  await sleep(10);
  collectGarbage();
  for (const reason of await Promise.all(waiting)) expect(reason).toMatchObject({ name: 'TimeoutError' });
});

test('whichever signal comes first gives the reason', async () => {
  const one = new AbortController();
  const other = new AbortController();
  const reason = reasonOf(within(60_000, one.signal, other.signal));
  other.abort('stop');
  one.abort('late');
  expect(await reason).toBe('stop');
  expect(within(60_000, other.signal)).toMatchObject({ aborted: true, reason: 'stop' });
});

test('many may wait within one signal, without a warning', async () => {
  const warnings: unknown[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const { signal } = new AbortController();
  for (let each = 0; each < 20; each++) within(60_000, signal);
  await sleep(10);
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

test('what comes after it was given up is destroyed, and what comes in time is not', async () => {
  const destroyed: string[] = [];
  const named = (name: string) => ({ name, destroy: () => void destroyed.push(name) });
  const never = new AbortController();
  expect(await unlessAborted(Promise.resolve(named('early')), never.signal)).toMatchObject({ name: 'early' });
  const other = new AbortController();
  const late = sleep(20).then(() => named('late'));
  const waiting = unlessAborted(late, other.signal);
  other.abort(new Error('given up'));
  await expect(waiting).rejects.toThrow('given up');
  await expect(unlessAborted(late, other.signal)).rejects.toThrow('given up');
  await late;
  await expect.poll(() => destroyed).toEqual(['late', 'late']);
  await expect(unlessAborted(Promise.reject(new Error('its own')), never.signal)).rejects.toThrow('its own');
});
