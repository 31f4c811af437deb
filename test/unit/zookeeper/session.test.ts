import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { JuteWriter } from '../../../src/zookeeper/jute.ts';
import { ZookeeperSession } from '../../../src/zookeeper/session.ts';
import { controlContext } from '../cluster/loopback.ts';

it('a server that grants no session is not left connected', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    const sessionTimeout = 0;
    socket.once('data', () =>
      socket.write(new JuteWriter().int(0).int(sessionTimeout).long(0n).buffer(Buffer.alloc(16)).packet()),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { dialer, signal } = controlContext();
  const opening = ZookeeperSession.open({ host: '127.0.0.1', port: address.port }, { dialer, signal, timeoutMs: 5000 });
  await expect(opening).rejects.toThrow('grants no session');
  const [socket] = sockets;
  if (socket === undefined) throw new Error('nobody has connected');
  if (!socket.destroyed) await once(socket, 'close');
});
