import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { type Clock, pollUntil } from '../../../src/poll.ts';
import { type DelayProxy, type DelayProxyOptions, startDelayProxy } from '../../proxy/delay-proxy.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return address.port;
}

/** A server that answers with what it gets and ends when its client does. */
async function echoServer(): Promise<{ host: string; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket).on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return { host: '127.0.0.1', port: portOf(server) };
}

async function open(options: Omit<DelayProxyOptions, 'target'> = {}): Promise<{ proxy: DelayProxy; client: Socket }> {
  const proxy = await startDelayProxy({ target: await echoServer(), ...options });
  closers.push(() => proxy.close());
  const client = connect({ host: proxy.host, port: proxy.port, allowHalfOpen: true });
  client.on('error', () => undefined);
  await once(client, 'connect');
  closers.push(() => client.destroy());
  return { proxy, client };
}

async function eventually(holds: () => boolean): Promise<void> {
  const outcome = await pollUntil(
    async () => (holds() ? { done: true, value: undefined } : { done: false, reason: 'not yet' }),
    { timeoutMs: 5000, intervalMs: 5 },
  );
  expect(outcome).toEqual({ done: true, value: undefined });
}

/** Resolves when a connection was reset; bytes that came with the reset make libuv tell of an end instead. */
function resetOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()).once('end', () => resolve()));
}

/** A clock that stands still until a test moves it. */
function handClock(): Clock & { advance(ms: number): void; sleepers: number } {
  let now = 0;
  let waiting: { due: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms) => new Promise((resolve) => waiting.push({ due: now + ms, wake: resolve })),
    advance(ms) {
      now += ms;
      const due = waiting.filter((each) => each.due <= now);
      waiting = waiting.filter((each) => each.due > now);
      for (const { wake } of due) wake();
    },
    get sleepers() {
      return waiting.length;
    },
  };
}

test('carries bytes both ways, in order, with the end', async () => {
  const { proxy, client } = await open();
  const sent = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join('');
  client.end(sent);
  expect(await text(client)).toBe(sent);
  expect(proxy.delivered).toEqual({ toTarget: sent.length, toClient: sent.length });
});

test('a byte needs one round trip to connect and one there and back', async () => {
  const clock = handClock();
  const { proxy, client } = await open({ roundTripMs: 40, clock });
  client.write('ping');
  await eventually(() => clock.sleepers === 1);
  clock.advance(59);
  expect(proxy.delivered.toTarget).toBe(0);
  clock.advance(1);
  await eventually(() => proxy.delivered.toTarget === 4 && clock.sleepers === 1);
  clock.advance(19);
  expect(proxy.delivered.toClient).toBe(0);
  clock.advance(1);
  await eventually(() => proxy.delivered.toClient === 4);
});

test('nothing passes a frozen line, its connections stay, and thawing delivers all', async () => {
  const { proxy, client } = await open();
  client.write('a');
  expect(String((await once(client, 'data'))[0])).toBe('a');
  proxy.freeze();
  client.write('b');
  const late = connect(proxy.port, proxy.host);
  await once(late, 'connect');
  closers.push(() => late.destroy());
  late.end('c');
  // Five exchanges over another line leave time enough for the bytes to pass this one, if it let them.
  const { client: other } = await open();
  for (let i = 0; i < 5; i++) {
    other.write('x');
    await once(other, 'data');
  }
  expect(proxy.delivered.toTarget).toBe(1);
  expect(client.destroyed).toBe(false);
  const answers = [once(client, 'data'), once(late, 'data')];
  proxy.thaw();
  expect((await Promise.all(answers)).map(String)).toEqual(['b', 'c']);
});

test('a frozen line holds a bounded number of bytes, then its sender feels it', async () => {
  const { proxy, client } = await open({ maxBufferedBytes: 1000 });
  proxy.freeze();
  client.write(Buffer.alloc(32 * 1024 * 1024));
  expect(client.writableNeedDrain).toBe(true);
  client.end();
  proxy.thaw();
  let received = 0;
  client.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  await once(client, 'end');
  expect(received).toBe(32 * 1024 * 1024);
});

test.each(['toTarget', 'toClient'] as const)('resets the connection at byte n %s', async (direction) => {
  const { proxy, client } = await open({ cutAfter: { direction, bytes: 5 } });
  const closed = resetOf(client);
  client.on('data', () => undefined);
  client.write('12345678');
  await closed;
  expect(proxy.delivered[direction]).toBe(5);
});

test('cut resets what is open and accepts what comes', async () => {
  const { proxy, client } = await open();
  client.write('a');
  await once(client, 'data');
  const closed = resetOf(client);
  proxy.cut();
  await closed;
  const next = connect(proxy.port, proxy.host);
  closers.push(() => next.destroy());
  next.write('b');
  expect(String((await once(next, 'data'))[0])).toBe('b');
  expect(proxy.accepted).toBe(2);
});

test('a target that refuses resets the client', async () => {
  const target = createServer().listen(0, '127.0.0.1');
  await once(target, 'listening');
  const port = portOf(target);
  target.close();
  await once(target, 'close');
  const proxy = await startDelayProxy({ target: { host: '127.0.0.1', port } });
  closers.push(() => proxy.close());
  const client = connect(proxy.port, proxy.host);
  client.on('error', () => undefined);
  await resetOf(client);
  expect(proxy.delivered).toEqual({ toTarget: 0, toClient: 0 });
});

test('counts how often a client has waited for an answer', async () => {
  const { proxy, client } = await open({ roundTripMs: 20 });
  const answer = () => once(client, 'data');
  for (const words of ['one', 'two']) client.write(words);
  await answer();
  client.write('three');
  await answer();
  expect(proxy.turns).toBe(2);
});
