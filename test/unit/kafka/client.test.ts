import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { kafkaClient } from '../../../src/kafka/client.ts';
import { DialedSocket } from '../../../src/kafka/dialed-socket.ts';
import { loopback } from '../cluster/loopback.ts';

const signal = new AbortController().signal;

async function echo(): Promise<number> {
  const server = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('a socket that is still being dialed', () => {
  it('sends what was written before, in order, and gives back what comes', async () => {
    const port = await echo();
    const onConnect = vi.fn();
    const socket = new DialedSocket(loopback.connect('s1', port, signal), onConnect);
    socket.write('one ');
    socket.write('two ');
    socket.end(Buffer.alloc(300_000, 'x'));
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(`one two ${'x'.repeat(300_000)}`);
    expect(onConnect).toHaveBeenCalledOnce();
  });

  it('fails as its dialing does', async () => {
    const socket = new DialedSocket(Promise.reject(new Error('no route')), () => {
      throw new Error('it cannot connect');
    });
    await expect(new Promise((_, reject) => socket.on('error', reject))).rejects.toThrow('no route');
    expect(socket.destroyed).toBe(true);
  });

  it('leaves no connection behind when it was given up while it was dialed', async () => {
    const port = await echo();
    const dialing = loopback.connect('s1', port, signal);
    const socket = new DialedSocket(dialing, () => {
      throw new Error('nobody waits for it any more');
    });
    socket.destroy();
    const inner = await dialing;
    await expect.poll(() => inner.destroyed).toBe(true);
  });
});

describe("kafkajs' client", () => {
  it('tells what it has to say to the listener, and nobody else', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => {
      written.mockRestore();
      errors.mockRestore();
    });
    const told: string[] = [];
    const { kafka, close } = await kafkaClient([{ host: 's1', port: 1 }], {
      dialer: loopback,
      signal,
      onLog: (text) => told.push(text),
    });
    const admin = kafka.admin({ retry: { retries: 0 } });
    await expect(admin.connect()).rejects.toThrow('ECONNREFUSED');
    close();
    expect(told.join('\n')).toContain('Connection: Connection error: connect ECONNREFUSED 127.0.0.1:1');
    expect(written).not.toHaveBeenCalled();
    expect(errors).not.toHaveBeenCalled();
  });
});
