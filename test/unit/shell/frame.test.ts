import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Frame, FrameParser, MARKER_FUNCTION, newNonce } from '../../../src/shell/frame.ts';

const NONCE = 'brokkr0123456789abcdef01234567';

function parse(chunks: readonly Buffer[], limit?: number): { frames: Frame[]; opened: string[] } {
  const frames: Frame[] = [];
  const opened: string[] = [];
  const parser = new FrameParser(
    NONCE,
    (frame) => frames.push(frame),
    (words) => opened.push(words.join(' ')),
    limit,
  );
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  return { frames, opened };
}

/** Cuts bytes at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...sorted, bytes.length].map((end, index) => bytes.subarray(sorted[index - 1] ?? 0, end));
}

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  // Text that looks like a marker, or like the beginning of one.
  fc
    .array(fc.constantFrom('\n', NONCE, NONCE.slice(0, 20), ' B 1\n', '\n\n', 'x', ' '), { maxLength: 12 })
    .map((parts) => Buffer.from(parts.join('')))
    .filter((bytes) => !`\n${bytes}\n`.includes(`\n${NONCE} `)),
);

test('frames come back whole, however the stream is cut', () => {
  fc.assert(
    fc.property(
      payload,
      fc.array(fc.tuple(fc.constantFrom('B 0', 'E 0 1', 'stat link', 'END'), payload), { maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (noise, frames, places) => {
        const stream = Buffer.concat([
          noise,
          ...frames.flatMap(([mark, bytes]) => [Buffer.from(`\n${NONCE} ${mark}\n`), bytes]),
        ]);
        const found = parse(cut(stream, places));
        expect(found.opened).toEqual(frames.map(([mark]) => mark));
        expect(found.frames.map(({ words, payload: bytes }) => [words.join(' '), bytes.toString('hex')])).toEqual(
          frames.map(([mark, bytes]) => [mark, bytes.toString('hex')]),
        );
      },
    ),
  );
});

test('a stream that is cut short gives the whole frames and what there is of the last one', () => {
  const stream = Buffer.from(`\n${NONCE} A\none\n${NONCE} B\ntwo`);
  const opens = NONCE.length + 4;
  const closes = stream.length - 3;
  for (let length = 0; length <= stream.length; length++) {
    const marks = parse([stream.subarray(0, length)]).frames.map(({ words, payload: bytes }) => `${words}:${bytes}`);
    if (length < opens) expect(marks).toEqual([]);
    else if (length < closes) expect(marks).toEqual([`A:${stream.subarray(opens, length)}`]);
    else expect(marks).toEqual(['A:one', `B:${stream.subarray(closes, length)}`]);
  }
});

test('what stands before the first marker is dropped', () => {
  const { frames } = parse([Buffer.from(`Welcome!\n${NONCE}\n${NONCE}x END\n\n${NONCE} B\nyes\n${NONCE} END\n`)]);
  expect(frames.map(({ words, payload: bytes }) => `${words}:${bytes}`)).toEqual(['B:yes', 'END:']);
});

test('of a payload the given number of bytes is kept, and the rest counted', () => {
  const stream = Buffer.from(`\n${NONCE} A\n${'x'.repeat(1000)}\n${NONCE} B\nshort\n${NONCE} END\n`);
  const { frames } = parse(cut(stream, [10, 100, 500, 1003]), 100);
  expect(frames.map(({ payload: bytes, dropped }) => [bytes.length, dropped])).toEqual([
    [100, 900],
    [5, undefined],
    [0, undefined],
  ]);
});

test('a flood is read to its end, of which the kept part is small', () => {
  const flood = Buffer.from('y\n'.repeat(2048));
  const chunks = Array.from({ length: 16_384 }, () => flood);
  const { frames } = parse([Buffer.from(`\n${NONCE} A\n`), ...chunks, Buffer.from(`\n${NONCE} END\n`)], 1000);
  expect(frames.map(({ payload: bytes, dropped }) => [bytes.length, dropped])).toEqual([
    [1000, 16_384 * 4096 - 1000],
    [0, undefined],
  ]);
});

test('one byte at a time', () => {
  const stream = Buffer.from(`noise\n${NONCE} A 1\npay\nload\n${NONCE} END\n`);
  const { frames } = parse([...stream].map((byte) => Buffer.from([byte])));
  expect(frames.map(({ words, payload: bytes }) => `${words.join(' ')}:${bytes}`)).toEqual(['A 1:pay\nload', 'END:']);
});

test.each(['dash', 'bash'])('the marker that %s prints leaves the payload as it was', (shell) => {
  const nonce = newNonce();
  const script = `N=${nonce}\n${MARKER_FUNCTION}\ns A 1; printf 'a\\n'; s B; printf b; s C; s END`;
  const frames: Frame[] = [];
  const parser = new FrameParser(nonce, (frame) => frames.push(frame));
  parser.push(spawnSync(shell, { input: script }).stdout);
  parser.end();
  expect(frames.map(({ words, payload: bytes }) => `${words.join(' ')}:${bytes}`)).toEqual([
    'A 1:a\n',
    'B:b',
    'C:',
    'END:',
  ]);
});

test('nonces differ', () => {
  expect(new Set(Array.from({ length: 1000 }, newNonce)).size).toBe(1000);
});
