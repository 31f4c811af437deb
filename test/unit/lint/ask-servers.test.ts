import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askServers } from '../../../src/commands/ask-servers.ts';
import { readHosts } from '../../../src/commands/live-subjects.ts';
import { loadKafkaCatalogue } from '../../../src/kafka/settings/catalogue.ts';
import { openSocket } from '../../../src/server-dialer.ts';
import { JuteReader, JuteWriter } from '../../../src/zookeeper/jute.ts';
import { makePem } from './make-certificate.ts';

const catalogue = await loadKafkaCatalogue();
const pem = makePem({ names: ['localhost'] });
const servers: Server[] = [];
const ports: Record<string, number> = {};

async function open(name: string, server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  ports[name] = typeof address === 'object' && address !== null ? address.port : 0;
  servers.push(server);
}

/** A server of ZooKeeper that has one user of SCRAM-SHA-512. */
function zookeeper(socket: Socket): void {
  let isOpen = false;
  socket.on('error', () => {});
  socket.on('data', (packet: Buffer) => {
    const request = new JuteReader(packet.subarray(4));
    if (!isOpen) {
      isOpen = true;
      socket.write(new JuteWriter().int(0).int(10_000).long(1n).buffer(Buffer.alloc(16)).packet());
      return;
    }
    const [xid, type] = [request.int(), request.int()];
    const isKnown = type === 4 && request.buffer().toString() === '/kafka/config/users/admin';
    const answer = new JuteWriter().int(xid).long(1n);
    const data = Buffer.from('{"version":1,"config":{"SCRAM-SHA-512":"salt=x"}}');
    socket.write((isKnown ? answer.int(0).buffer(data) : answer.int(type === 4 ? -101 : 0)).packet());
  });
}

beforeAll(async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const wants = { requestCert: true, rejectUnauthorized: true, ca: [pem] };
    const server = createTlsServer({ key: pem, cert: pem, maxVersion: version, ...wants });
    server.on('tlsClientError', () => {});
    await open(version, server);
  }
  await open(
    'plain',
    createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end('no TLS'))),
  );
  await open('zookeeper', createServer(zookeeper));
  const gone = createServer();
  await open('gone', gone);
  await new Promise((resolve) => gone.close(resolve));
});

afterAll(() => {
  for (const server of servers) server.close();
});

async function ask(text: string) {
  const files = [{ kind: 'kafka' as const, file: 'h1/server.properties', path: '/server.properties', text }];
  const setting = { catalogue, allTogether: false, isPart: false, disabled: new Set<string>() };
  const hosts = readHosts([{ name: 'h1', files }], setting);
  return askServers(hosts, { dialer: { connect: openSocket }, signal: new AbortController().signal });
}

describe('what servers are asked from here', () => {
  it('takes the certificate also of a listener that wants one of the client', async () => {
    const { certificates } = await ask(
      `listeners=A://localhost:${ports['TLSv1.2']},B://localhost:${ports['TLSv1.3']}\nlistener.security.protocol.map=A:SSL,B:SSL\ninter.broker.listener.name=A\n`,
    );
    expect(certificates.map(({ certificate }) => certificate?.subjectAltName)).toEqual([
      'DNS:localhost',
      'DNS:localhost',
    ]);
  });

  it('says why there is no certificate, and nothing where nobody listens', async () => {
    const { certificates } = await ask(
      `listeners=A://localhost:${ports.plain},B://localhost:${ports.gone}\nlistener.security.protocol.map=A:SSL,B:SSL\ninter.broker.listener.name=A\n`,
    );
    expect(certificates).toMatchObject([{ listener: 'A', reason: expect.any(String) }]);
  });

  it('says which listeners cannot be reached from here', async () => {
    const { unreached } = await ask(`listeners=PLAINTEXT://nowhere.invalid:9092\n`);
    expect(unreached).toMatchObject([{ host: 'nowhere.invalid', port: 9092, owner: 'h1' }]);
  });

  it.each([
    ['admin', 'SCRAM-SHA-512', 'there'],
    ['admin', 'SCRAM-SHA-256', 'missing'],
    ['other', 'SCRAM-SHA-512', 'missing'],
  ])('looks for the credentials of %s for %s: %s', async (user, mechanism, found) => {
    const { credentials } = await ask(scram(user, mechanism, ports.zookeeper ?? 0));
    expect(credentials).toMatchObject([{ owner: 'h1', user, mechanism, found }]);
  });

  it('says that no ZooKeeper could be asked', async () => {
    const { credentials } = await ask(scram('admin', 'SCRAM-SHA-512', ports.gone ?? 0));
    expect(credentials).toMatchObject([{ found: 'unknown', reason: expect.stringContaining('connection refused') }]);
  });
});

function scram(user: string, mechanism: string, port: number): string {
  return [
    'listeners=SASL_PLAINTEXT://h1:9092',
    'security.inter.broker.protocol=SASL_PLAINTEXT',
    `sasl.mechanism.inter.broker.protocol=${mechanism}`,
    `listener.name.sasl_plaintext.${mechanism.toLowerCase()}.sasl.jaas.config=a.ScramLoginModule required username="${user}" password="x";`,
    `zookeeper.connect=127.0.0.1:${port}/kafka`,
  ].join('\n');
}
