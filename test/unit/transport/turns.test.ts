import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Turns } from '../../../src/transport/turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MS = { connecting: 2_000, starting: 10_000 };
const never = new AbortController().signal;

/** Asks for a turn; `has` tells whether it has come. */
function ask(turns: Turns, signal = never) {
  const asked = { turn: turns.take(signal), has: false };
  void asked.turn.then(() => {
    asked.has = true;
  });
  return asked;
}

test('so many are let in at once, and the others one by one as these are in', async () => {
  const turns = new Turns(2, MS);
  const [first, second, third, fourth] = [ask(turns), ask(turns), ask(turns), ask(turns)];
  await vi.advanceTimersByTimeAsync(0);
  expect([first, second, third, fourth].map(({ has }) => has)).toEqual([true, true, false, false]);
  const turn = await first.turn;
  turn?.end();
  turn?.end();
  await vi.advanceTimersByTimeAsync(0);
  expect([third.has, fourth.has]).toEqual([true, false]);
});

test('one that does not come in makes room, later when its shell starts slowly', async () => {
  const turns = new Turns(1, MS);
  await turns.take(never);
  const next = ask(turns);
  await vi.advanceTimersByTimeAsync(MS.connecting - 1);
  expect(next.has).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(next.has).toBe(true);
  (await next.turn)?.starts();
  const last = ask(turns);
  await vi.advanceTimersByTimeAsync(MS.starting - 1);
  expect(last.has).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(last.has).toBe(true);
});

test('one that is interrupted while it waits has no turn, and takes none from others', async () => {
  const turns = new Turns(1, MS);
  const first = await turns.take(never);
  const stop = new AbortController();
  const stopped = ask(turns, stop.signal);
  const next = ask(turns);
  stop.abort();
  expect(await stopped.turn).toBeUndefined();
  expect(next.has).toBe(false);
  first?.end();
  expect(await next.turn).toBeDefined();
});
