import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Archive } from '../../src/distributions/archive.ts';
import { findDistribution } from '../../src/distributions/catalogue.ts';
import type { HttpGet } from '../../src/distributions/http-get.ts';
import { obtain } from '../../src/distributions/obtain.ts';
import { readArchive } from '../../src/distributions/read-archive.ts';
import { SourceFailure } from '../../src/distributions/source-failure.ts';
import { pollUntil } from '../../src/poll.ts';
import { type Outcome, runProgram } from '../run-program.ts';

/** Maven only: what is assembled is what is tried here. */
const noApache: HttpGet = async () => {
  throw new SourceFailure('not asked in this test');
};

let root: string;
let zookeeper: Archive;
let kafka: Archive;

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'brokkr-distributions-')));
  const options = { cacheFolder: join(root, 'cache'), get: noApache };
  // As the URL in a playbook, and as a product.
  const url = 'https://archive.apache.org/dist/zookeeper/zookeeper-3.7.0/apache-zookeeper-3.7.0-bin.tar.gz';
  zookeeper = await obtain({ url }, options);
  kafka = await obtain({ product: 'kafka', version: '2.8.1' }, options);
  for (const archive of [zookeeper, kafka])
    expect(await run('tar', ['-xzf', archive.file, '-C', root])).toMatchObject({ status: 0 });
});

afterAll(async () => {
  await run(launcher('kafka', 'kafka-server-stop.sh'), [], { SIGNAL: 'KILL', KAFKA_STOP_TIMEOUT: '10' });
  await run(launcher('zookeeper', 'zkServer.sh'), ['stop']);
  rmSync(root, { recursive: true, force: true });
});

function launcher(product: 'kafka' | 'zookeeper', name: string): string {
  return join(root, product === 'kafka' ? 'kafka_2.13-2.8.1' : 'apache-zookeeper-3.7.0-bin', 'bin', name);
}

/** Runs a program with small heaps; it is ended after a minute. */
function run(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input = '',
): Promise<Outcome> {
  const env = { ...process.env, KAFKA_HEAP_OPTS: '-Xmx256m', ZK_SERVER_HEAP: '128', ...environment };
  return runProgram(file, args, { env, input });
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  return servers.map((server) => {
    const address = server.address();
    server.close();
    if (address === null || typeof address === 'string') throw new Error('not a port');
    return address.port;
  });
}

/** Runs a launcher until it ends with 0, for at most a minute. */
async function eventually(file: string, args: readonly string[]): Promise<Outcome> {
  const outcome = await pollUntil(
    async () => {
      const tried = await run(file, args);
      return tried.status === 0 ? { done: true, value: tried } : { done: false, reason: tried.stderr };
    },
    { timeoutMs: 60_000, intervalMs: 300 },
  );
  if (!outcome.done) throw new Error(outcome.reason);
  return outcome.value;
}

describe('the archives that Maven and our launchers give', () => {
  test('are the same bytes when they are made again', async () => {
    const again = { cacheFolder: join(root, 'again'), get: noApache };
    const second = await obtain({ product: 'zookeeper', version: '3.7.0' }, again);
    expect(second.sha256).toBe(zookeeper.sha256);
    expect(second.file).not.toBe(zookeeper.file);
  });

  test('have the layout of the published ones', async () => {
    const folders = async (archive: Archive) =>
      (await archive.entries()).filter((entry) => entry.type === 'directory').map((entry) => entry.path);
    expect(await folders(kafka)).toEqual(['', '/bin', '/config', '/libs'].map((part) => `kafka_2.13-2.8.1${part}`));
    expect(await folders(zookeeper)).toEqual(
      ['', '/bin', '/conf', '/lib'].map((part) => `apache-zookeeper-3.7.0-bin${part}`),
    );
  });

  test('have every class that a command starts', async () => {
    const { jars, tools } = findDistribution('kafka', '2.8.1');
    const classes = new Set<string>();
    for (const jar of jars.filter(({ group }) => group === 'org.apache.kafka')) {
      const { entries } = await readArchive(join(root, 'kafka_2.13-2.8.1/libs', `${jar.artifact}-${jar.version}.jar`));
      for (const { path } of entries) classes.add(path.replace(/\.class$/, '').replaceAll('/', '.'));
    }
    const started = [
      ...tools.flatMap((tool) => tool.mainClass ?? []),
      'kafka.Kafka',
      'org.apache.kafka.connect.cli.ConnectDistributed',
      'org.apache.kafka.connect.cli.ConnectStandalone',
    ];
    expect(started.filter((name) => !classes.has(name))).toEqual([]);
  });

  test('start, serve and stop', async () => {
    const [clientPort = 0, brokerPort = 0] = await freePorts(2);
    const conf = join(root, 'apache-zookeeper-3.7.0-bin/conf/zoo.cfg');
    const data = join(root, 'zookeeper-data');
    writeFileSync(
      conf,
      `dataDir=${data}\nclientPort=${clientPort}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n`,
    );
    expect(await run(launcher('zookeeper', 'zkServer.sh'), ['start'])).toMatchObject({ status: 0 });
    const zookeeperPid = Number(readFileSync(join(data, 'zookeeper_server.pid'), 'utf8'));
    expect((await eventually(launcher('zookeeper', 'zkServer.sh'), ['status'])).stdout).toBe('Mode: standalone\n');

    const properties = join(root, 'server.properties');
    const bootstrap = ['--bootstrap-server', `127.0.0.1:${brokerPort}`];
    writeFileSync(
      properties,
      [
        'broker.id=1',
        `listeners=PLAINTEXT://127.0.0.1:${brokerPort}`,
        `zookeeper.connect=127.0.0.1:${clientPort}`,
        `log.dirs=${join(root, 'kafka-data')}`,
        'offsets.topic.replication.factor=1\n',
      ].join('\n'),
    );
    expect(await run(launcher('kafka', 'kafka-server-start.sh'), ['-daemon', properties])).toMatchObject({ status: 0 });
    const brokerPid = Number(readFileSync(join(root, 'kafka_2.13-2.8.1/logs/kafkaServer.pid'), 'utf8'));
    await eventually(launcher('kafka', 'kafka-broker-api-versions.sh'), bootstrap);
    const create = ['--create', '--topic', 'logs', '--partitions', '3', '--replication-factor', '1'];
    expect((await run(launcher('kafka', 'kafka-topics.sh'), [...bootstrap, ...create])).stdout).toContain(
      'Created topic logs.',
    );
    const write = [...bootstrap, '--topic', 'logs', '--producer-property', 'acks=all'];
    await run(launcher('kafka', 'kafka-console-producer.sh'), write, {}, 'one\ntwo\n');
    const read = [...bootstrap, '--topic', 'logs', '--from-beginning', '--max-messages', '2', '--timeout-ms', '30000'];
    const { stdout } = await run(launcher('kafka', 'kafka-console-consumer.sh'), read);
    expect(stdout.trim().split('\n').sort()).toEqual(['one', 'two']);
    const shell = await run(launcher('kafka', 'zookeeper-shell.sh'), [`127.0.0.1:${clientPort}`, 'ls', '/brokers/ids']);
    expect(shell.stdout).toContain('[1]');

    expect(await run(launcher('kafka', 'kafka-server-stop.sh'), [])).toMatchObject({ status: 0 });
    expect(await run(launcher('zookeeper', 'zkServer.sh'), ['stop'])).toMatchObject({ status: 0 });
    expect([commandOf(brokerPid), commandOf(zookeeperPid)]).toEqual(['', '']);
    expect((await run(launcher('zookeeper', 'zkServer.sh'), ['status'])).status).toBe(1);
  });
});

/** The arguments of a process, empty when it has ended. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
