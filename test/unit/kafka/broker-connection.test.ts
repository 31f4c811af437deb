import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BrokerConnection } from '../../../src/kafka/broker-connection.ts';
import { ClusterClient } from '../../../src/kafka/cluster-client.ts';
import { fetchMetadata } from '../../../src/kafka/metadata.ts';
import { protocolError } from '../../../src/kafka/protocol.ts';
import { loopback } from '../cluster/loopback.ts';
import { FakeCluster } from './fake-cluster.ts';

const options = {
  dialer: loopback,
  signal: new AbortController().signal,
  connectTimeoutMs: 2000,
  requestTimeoutMs: 2000,
};

/** Somebody who is no broker. */
async function stranger(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function ask(port: number, rest: object = {}) {
  const connection = await BrokerConnection.open({ host: 's1', port }, { ...options, ...rest });
  return fetchMetadata(connection);
}

describe('a connection to a broker', () => {
  it('carries requests side by side', async () => {
    const cluster = await FakeCluster.start([1]);
    cluster.addTopic('a', [[1]]);
    const connection = await BrokerConnection.open({ host: 's1', port: cluster.ports.get(1) ?? 0 }, options);
    const answers = await Promise.all([[], ['a'], ['b']].map((topics) => fetchMetadata(connection, topics)));
    expect(answers.map(({ topics }) => topics.map(({ name, errorCode }) => [name, errorCode]))).toEqual([
      [['a', 0]],
      [['a', 0]],
      [['b', 3]],
    ]);
    connection.close();
    await expect(fetchMetadata(connection)).rejects.toThrow('(closed)');
  });

  it('reads an answer that comes in single bytes', async () => {
    const port = await stranger((socket) => {
      // The answer to a first Metadata request without topics: no brokers, no cluster id, no controller.
      const body = Buffer.from('00000001 00000000 00000000 ffff ffffffff 00000000'.replaceAll(' ', ''), 'hex');
      const bytes = Buffer.concat([Buffer.from([0, 0, 0, body.length]), body]);
      socket.setNoDelay(true);
      const next = (at: number) => {
        socket.write(bytes.subarray(at, at + 1));
        if (at + 1 < bytes.length) setImmediate(next, at + 1);
      };
      next(0);
    });
    expect(await ask(port)).toEqual({ clusterId: null, controllerId: -1, brokers: [], topics: [] });
  });

  it.each([
    ['ZooKeeper', 'This ZooKeeper instance is not currently serving requests\n'],
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['a TLS listener', Buffer.from('15030300020250 0000000000'.replace(' ', ''), 'hex')],
  ])('does not take %s for a broker', async (_, answer) => {
    const port = await stranger((socket) => socket.write(answer));
    await expect(ask(port)).rejects.toThrow('not the Kafka protocol');
  });

  it('fails what waits when the broker goes, and when it is late', async () => {
    const closing = await stranger((socket) => socket.end());
    await expect(ask(closing)).rejects.toThrow(`s1:${closing} (it closed the connection)`);
    const resetting = await stranger((socket) => socket.resetAndDestroy());
    await expect(ask(resetting)).rejects.toThrow('connection reset');
    const silent = await stranger(() => {});
    await expect(ask(silent, { requestTimeoutMs: 50 })).rejects.toThrow('no answer to Metadata within 0.1 s');
  });
});

describe('a cluster client', () => {
  it('opens one connection to a broker, however many ask for it at once', async () => {
    const cluster = await FakeCluster.start([1, 2]);
    const client = new ClusterClient(
      [...cluster.ports.values()].map((port, index) => ({ host: `s${index + 1}`, port })),
      options,
    );
    await client.metadata();
    const [first, second] = await Promise.all([client.broker(2), client.broker(2)]);
    expect(first).toBe(second);
    expect(await client.broker(1)).toBe(await client.any());
    expect(cluster.openSockets).toBe(2);
    await expect(client.broker(3)).rejects.toThrow('broker 3 is not registered');
    client.close();
    await expect.poll(() => cluster.openSockets).toBe(0);
  });
});

describe('error codes', () => {
  it('have the names that Kafka gives them', () => {
    expect(protocolError(36)).toMatchObject({ type: 'TOPIC_ALREADY_EXISTS', retriable: false });
    expect(protocolError(6)).toMatchObject({ code: 6, retriable: true });
    expect(protocolError(9999)).toMatchObject({ type: 'error 9999', retriable: false });
  });
});
