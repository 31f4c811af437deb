import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { countRoundTrips } from '../../../src/transport/round-trips.ts';
import { noTraffic } from '../../../src/transport/target.ts';

/** A stream that gives back what is written, as an answer of the far side. */
function echo() {
  const stream = new PassThrough();
  const heard: string[] = [];
  stream.on('data', (chunk: Buffer) => heard.push(String(chunk)));
  const traffic = noTraffic();
  countRoundTrips(stream, traffic);
  return { stream, heard, traffic };
}

test('counts the opening, and each answer to what was sent after the one before', async () => {
  const { stream, heard, traffic } = echo();
  expect(traffic.roundTrips).toBe(1);
  stream.write('banner');
  await turn();
  expect(traffic.roundTrips).toBe(2);
  stream.write('key');
  await turn();
  expect(traffic.roundTrips).toBe(3);
  expect(heard).toEqual(['banner', 'key']);
});

test('an answer in several pieces is one, and so is what is said unasked', async () => {
  const { stream, traffic } = echo();
  stream.push('banner');
  await turn();
  stream.push('more of it');
  await turn();
  expect(traffic.roundTrips).toBe(2);
});

test('a second connection of the same host adds to the count', () => {
  const { traffic } = echo();
  countRoundTrips(new PassThrough(), traffic);
  expect(traffic.roundTrips).toBe(2);
});

test('what is written arrives as it was, with what the writer is told', async () => {
  const { stream, heard } = echo();
  const done = new Promise((resolve) => stream.write('a', 'latin1', resolve));
  expect(await done).toBeNull();
  stream.end('b');
  await turn();
  expect(heard.join('')).toBe('ab');
});
