import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { labExec } from '../../src/lab/ssh.ts';
import { eventsOf, Project, type Ran } from './project.ts';

const playbook = fileURLToPath(new URL('../data/install-by-hand.yml', import.meta.url));
const hosts = ['s1', 's2', 's3'] as const;

/** Where the files of the shipped playbook go on a host that was installed by hand. */
const places = {
  'etc/zookeeper/zoo.cfg': '/usr/local/zookeeper/conf/zoo.cfg',
  'var/lib/zookeeper/myid': '/var/lib/zookeeper/myid',
  'etc/kafka/server.properties': '/usr/local/kafka/config/server.properties',
} as const;

const recapSchema = z.object({
  hosts: z.array(z.object({ host: z.string(), ok: z.number(), changed: z.number(), failed: z.number() })),
});

const proofSchema = z.object({
  checks: z.array(z.object({ id: z.string(), verdict: z.string(), evidence: z.array(z.string()) })),
});

function countsOf(ran: Ran) {
  return recapSchema
    .parse(eventsOf(ran).at(-1))
    .hosts.map(({ host, ok, changed, failed }) => ({ host, ok, changed, failed }));
}

/** The tests build on one another. */
describe("a user's own playbook, then the servers by hand", () => {
  let project: Project;
  const everywhere = (command: string, stdin = ''): Promise<string[]> =>
    Promise.all(hosts.map((host) => on(host, command, stdin)));
  const on = async (host: string, command: string, stdin = ''): Promise<string> => {
    const { status, stdout, stderr } = await labExec(project.lab, host, command, { stdin });
    expect({ host, command, status, stderr: status === 0 ? '' : stderr }).toEqual({
      host,
      command,
      status: 0,
      stderr: '',
    });
    return stdout.trim();
  };

  beforeAll(async () => {
    project = await Project.make();
  });
  afterAll(() => project.remove());

  test('the first run changes every task on every host', async () => {
    const ran = await project.run(['provision', playbook, '--yes', '--json']);
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
    expect(countsOf(ran)).toEqual(hosts.map((host) => ({ host, ok: 4, changed: 4, failed: 0 })));
    expect(await everywhere('readlink /usr/local/kafka /usr/local/zookeeper')).toEqual(
      hosts.map(() => '/usr/local/kafka_2.13-2.8.1\n/usr/local/apache-zookeeper-3.7.0-bin'),
    );
  });

  test('the second run changes nothing', async () => {
    const ran = await project.run(['provision', playbook, '--yes', '--json']);
    expect(ran.status).toBe(0);
    expect(countsOf(ran).map(({ changed, failed }) => ({ changed, failed }))).toEqual(
      hosts.map(() => ({ changed: 0, failed: 0 })),
    );
  });

  test('with the rendered files in place, the start scripts bring up a cluster that brokkr proves', async () => {
    const rendered = await project.run(['render', '--out', 'rendered']);
    expect({ status: rendered.status, stderr: rendered.stderr }).toEqual({ status: 0, stderr: '' });
    await everywhere('mkdir -p /var/lib/zookeeper /var/lib/kafka/data');
    for (const host of hosts) {
      for (const [from, to] of Object.entries(places)) {
        const text = readFileSync(path.join(project.folder, 'rendered', host, from), 'utf8');
        await on(host, `cat >${to}`, text);
      }
    }
    await everywhere('ZK_SERVER_HEAP=128 /usr/local/zookeeper/bin/zkServer.sh start');
    await everywhere(
      'KAFKA_HEAP_OPTS=-Xmx256m /usr/local/kafka/bin/kafka-server-start.sh -daemon /usr/local/kafka/config/server.properties',
    );
    const server = project.lab.hosts[0]?.address;
    await on(
      's1',
      `/usr/local/kafka/bin/kafka-topics.sh --create --topic logs --partitions 3 --replication-factor 2 --bootstrap-server ${server}:9092`,
    );
    const proof = await project.run(['verify', '--json']);
    const { checks } = proofSchema.parse(JSON.parse(proof.stdout));
    const failures = checks.filter(({ verdict }) => verdict === 'fail');
    expect({ status: proof.status, stderr: proof.stderr, failures }).toEqual({ status: 0, stderr: '', failures: [] });
  });

  test('the stop scripts end them', async () => {
    await everywhere('/usr/local/kafka/bin/kafka-server-stop.sh');
    await everywhere('for i in $(seq 60); do pgrep -f [k]afka.Kafka >/dev/null || exit 0; sleep 1; done; exit 1');
    await everywhere('/usr/local/zookeeper/bin/zkServer.sh stop');
    expect(await everywhere('pgrep -c java || true')).toEqual(hosts.map(() => '0'));
  });
});
