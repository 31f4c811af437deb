import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { controlContext } from '../../src/control-context.ts';
import { within } from '../../src/deadline.ts';
import { ClusterClient } from '../../src/kafka/cluster-client.ts';
import { alterTopicConfig } from '../../src/kafka/incremental-alter-configs.ts';
import { produce } from '../../src/kafka/records.ts';
import { atController, waitForTopic } from '../../src/kafka/topic-changes.ts';
import { createTopic, deleteTopic } from '../../src/kafka/topic-requests.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { Project, type Ran } from './project.ts';

const verifiedSchema = z.object({
  good: z.boolean(),
  checks: z.array(z.object({ id: z.string(), verdict: z.string(), evidence: z.array(z.string()) })),
});

const driftSchema = z.object({
  servers: z.array(
    z.object({
      host: z.string(),
      cluster: z.string(),
      rows: z.array(z.object({ key: z.string(), differences: z.array(z.string()) })),
    }),
  ),
});

const kafka = '/usr/local/kafka/bin';
const properties = '/etc/kafka/server.properties';
const bootstrap = '--bootstrap-server "$(hostname -I | cut -d" " -f1):9092"';

/** One cluster that is broken in many ways, one after the other, and mended. */
describe('a cluster that is broken', () => {
  let project: Project;
  const on = async (host: string, ...commands: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await labExec(project.lab, host, commands.join(' && '));
    expect({ host, commands, status, said: status === 0 ? '' : stderr }).toEqual({
      host,
      commands,
      status: 0,
      said: '',
    });
    return stdout.trim();
  };

  /** What failed, what only warned, and all that was said of both. */
  const verified = async (...flags: readonly string[]) => {
    const ran = await project.run(['verify', '--profile', 'quick', '--json', ...flags]);
    const { checks, good } = verifiedSchema.parse(JSON.parse(ran.stdout || JSON.stringify({ stderr: ran.stderr })));
    expect(ran.status).toBe(good ? 0 : 1);
    const idsOf = (verdict: string) => checks.filter((check) => check.verdict === verdict).map(({ id }) => id);
    const said = Object.fromEntries(checks.map(({ id, evidence }) => [id, evidence.join('; ')]));
    return { failed: idsOf('fail'), warned: idsOf('warn'), said };
  };

  const drift = async (): Promise<{ readonly ran: Ran; readonly found: readonly string[] }> => {
    const ran = await project.run(['diff', '--json']);
    const { servers } = driftSchema.parse(JSON.parse(ran.stdout || JSON.stringify({ stderr: ran.stderr })));
    const found = servers.flatMap(({ host, cluster, rows }) =>
      rows.flatMap(({ key, differences }) =>
        differences.length === 0 ? [] : [`${host} ${cluster} ${key}: ${differences.join(', ')}`],
      ),
    );
    return { ran, found: found.sort() };
  };

  /** Waits until nothing fails and all replicas are in step, so that the next break is the only one. */
  const mended = async (): Promise<void> => {
    for (let tries = 0; tries < 60; tries++) {
      const { failed, warned } = await verified('--no-write');
      if (failed.length === 0 && !warned.includes('kafka.under-replicated')) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(await verified('--no-write')).toEqual('mended');
  };

  /** What the tools of Kafka do, without a JVM for each. */
  const withKafka = async (change: (client: ClusterClient, signal: AbortSignal) => Promise<unknown>): Promise<void> => {
    const { dialer, signal } = controlContext(
      new Map(),
      () => {},
      within(60_000),
      () => false,
    );
    const host = (await on('s1', 'hostname -I')).split(' ')[0] ?? '';
    const limits = { connectTimeoutMs: 5000, requestTimeoutMs: 30_000 };
    const client = new ClusterClient([{ host, port: 9092 }], { dialer, signal, ...limits });
    try {
      await change(client, signal);
    } finally {
      client.close();
    }
  };
  const makeTopic = (topic: string, replicas: readonly number[]) =>
    withKafka((client, signal) =>
      atController(client, signal, (controller) =>
        createTopic(controller, {
          topic,
          numPartitions: -1,
          replicationFactor: -1,
          replicaAssignment: [{ partition: 0, replicas }],
          configEntries: [],
        }),
      ),
    );
  const removeTopic = (topic: string) =>
    withKafka((client, signal) => atController(client, signal, (controller) => deleteTopic(controller, topic)));
  const setMinIsr = (value: string) =>
    withKafka(async (client) =>
      alterTopicConfig(await client.any(), { topic: 'logs', values: new Map([['min.insync.replicas', value]]) }),
    );

  beforeAll(async () => {
    project = await Project.make();
    const ran = await project.run(['provision', '--yes', '--no-verify']);
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
  });
  afterAll(() => project.remove());

  test('on a whole one every check passes, twice with the same words, and nothing has drifted', async () => {
    const full = await project.run(['verify', '--html', 'proof.html', '--junit', 'proof.xml']);
    expect({ status: full.status, stderr: full.stderr }).toEqual({ status: 0, stderr: '' });
    expect(full.stdout).not.toMatch(/FAIL|skipped/);
    const words = async () =>
      (await project.run(['verify', '--profile', 'quick'])).stdout.replace(/\d+(\.\d+)? (ms|s)\b/g, 'TIME');
    expect(await words()).toBe(await words());
    const { ran, found } = await drift();
    expect({ status: ran.status, found }).toEqual({ status: 0, found: [] });
    const status = await project.run(['status']);
    expect({ status: status.status, stderr: status.stderr }).toEqual({ status: 0, stderr: '' });
    expect(status.stdout).toContain('3 of 3 answer');
  });

  test('what can be broken while all runs: each is named, and nothing else', async () => {
    await Promise.all([
      // A clock that is 40 seconds ahead.
      on(
        's1',
        `printf '#!/bin/sh\\nexec /usr/bin/date -d "40 seconds" "$@"\\n' > /usr/local/bin/date`,
        'chmod +x /usr/local/bin/date',
      ),
      // A file system that is nearly full.
      on(
        's2',
        'mount -t tmpfs -o size=1m tmpfs /var/log/zookeeper',
        'head -c 1020k /dev/zero > /var/log/zookeeper/filled',
      ),
      on('s3', 'sed -i "s/^cluster.id=.*/cluster.id=somebodyelses/" /var/lib/kafka/data/meta.properties'),
      setMinIsr('3'),
      makeTopic('__transaction_state', [2]),
      // Not on the host whose clock is wrong: there the server seems to have been started later than it was.
      on('s3', `echo "[$(date '+%Y-%m-%d %H:%M:%S'),000] ERROR made up (nobody)" >> /var/log/kafka/server.log`),
    ]);
    const { failed, said } = await verified();
    expect(failed.sort()).toEqual([
      'hosts.clocks',
      'hosts.disks',
      'kafka.cluster-id',
      'kafka.internal-topics',
      'kafka.min-isr',
    ]);
    expect(said['hosts.clocks']).toMatch(/^s1 is .* ahead of/);
    expect(said['hosts.disks']).toMatch(/^s2: \/var\/log\/zookeeper is (9\d|100) % full/);
    expect(said['kafka.cluster-id']).toMatch(/on s3 belongs to the cluster somebodyelses/);
    expect(said['kafka.internal-topics']).toContain('__transaction_state has 1 replica, not 3');
    expect(said['kafka.min-isr']).toContain('logs wants 3 in-sync replicas and has 2 replicas');
    expect(said['hosts.logs']).toContain('made up (nobody)');
    const id = /cluster.id=(.*)/.exec(await on('s1', 'cat /var/lib/kafka/data/meta.properties'))?.[1];
    await Promise.all([
      on('s1', 'rm /usr/local/bin/date'),
      on('s2', 'umount /var/log/zookeeper'),
      on(
        's3',
        `sed -i "s/^cluster.id=.*/cluster.id=${id}/" /var/lib/kafka/data/meta.properties`,
        'sed -i /nobody/d /var/log/kafka/server.log',
      ),
      setMinIsr('1'),
      removeTopic('__transaction_state'),
    ]);
    await mended();
  });

  test('drift: files that were changed or removed, keys that were added, settings that were made while it ran', async () => {
    await Promise.all([
      on('s1', `sed -i 's/^num.io.threads=.*/num.io.threads=24/' ${properties}`, 'rm /etc/kafka/log4j.properties'),
      on('s2', `echo mine.own=1 >> ${properties}`, 'echo "#" >> /etc/kafka/kafka.env'),
      on('s3', "sed -i 's/^syncLimit=.*/syncLimit=9/' /etc/zookeeper/zoo.cfg", `sed -i /^num.network/d ${properties}`),
      on('s3', 'echo 9 > /var/lib/zookeeper/myid'),
      on('s1', 'chmod 0646 /etc/kafka/kafka.env', 'chown nobody /etc/kafka/kafka.env'),
      on(
        's2',
        `${kafka}/kafka-configs.sh ${bootstrap} --entity-type brokers --entity-name 2 --alter --add-config log.cleaner.threads=2`,
      ),
    ]);
    const { ran, found } = await drift();
    expect(ran.status).toBe(2);
    expect(found).toEqual([
      's1 kafka /etc/kafka/kafka.env (mode): changed on disk',
      's1 kafka /etc/kafka/kafka.env (owner): changed on disk',
      's1 kafka /etc/kafka/log4j.properties: not on disk',
      's1 kafka num.io.threads: changed on disk, restart pending',
      's2 kafka /etc/kafka/kafka.env: changed on disk, restart pending',
      's2 kafka log.cleaner.threads: dynamic override',
      's2 kafka mine.own: changed on disk',
      's3 kafka num.network.threads: changed on disk, restart pending',
      's3 zookeeper /var/lib/zookeeper/myid: changed on disk',
      's3 zookeeper syncLimit: changed on disk, restart pending',
    ]);
    const { failed, said } = await verified();
    expect(failed).toEqual([]);
    for (const server of ['kafka on s1', 'kafka on s2', 'zookeeper on s3'])
      expect(said['hosts.restarts']).toContain(server);
  });

  test('a broker that is down; then one that tells clients an address that nobody reaches', async () => {
    await on('s2', 'systemctl stop kafka');
    const down = await verified();
    expect(down.failed).toEqual(['kafka.brokers']);
    expect(down.said['kafka.brokers']).toMatch(
      /broker 2 \(s2\) is (not registered|registered still).*its unit is inactive/,
    );
    expect(down.said['kafka.under-replicated']).toContain('explain it');
    await on(
      's2',
      `cp ${properties} /root/`,
      `sed -i -e 's/^listeners=.*/&,OUTSIDE:\\/\\/:9094/' -e 's/^advertised.listeners=.*/&,OUTSIDE:\\/\\/s2.nowhere.invalid:9094/' -e 's/^listener.security.*/&,OUTSIDE:PLAINTEXT/' ${properties}`,
      'systemctl start kafka',
    );
    for (let tries = 0; tries < 60 && (await verified('--no-write')).failed.includes('kafka.brokers'); tries++);
    const outside = await verified('--no-write');
    expect(outside.failed).toEqual(['kafka.listeners']);
    expect(outside.said['kafka.listeners']).toContain('OUTSIDE of broker 2 (s2), s2.nowhere.invalid:9094');
    await on('s2', `cp /root/server.properties ${properties}`, 'systemctl restart kafka');
    await mended();
  });

  test('a broker that is frozen, and a replica that lags although all brokers are there', async () => {
    await makeTopic('slow', [1, 2]);
    const batch = Array.from({ length: 100 }, () => ({ key: Buffer.from('k'), value: Buffer.alloc(8000, 'v') }));
    await withKafka(async (client, signal) => {
      await waitForTopic(client, 'slow', 1, signal);
      for (let sent = 0; sent < 4; sent++) await produce(await client.leader('slow', 0), 'slow', 0, batch);
    });
    await on(
      's1',
      `echo '{"version":1,"partitions":[{"topic":"slow","partition":0,"replicas":[1,2,3]}]}' > /root/move.json`,
      `${kafka}/kafka-reassign-partitions.sh ${bootstrap} --reassignment-json-file /root/move.json --execute --throttle 1 >/dev/null`,
    );
    const lagging = await verified();
    expect(lagging.failed).toEqual(['kafka.under-replicated']);
    expect(lagging.said['kafka.under-replicated']).toContain('slow-0');
    expect(lagging.warned).toContain('kafka.reassignments');
    expect(lagging.warned).not.toContain('kafka.under-min-isr');
    await removeTopic('slow');
    await mended();
    await on('s3', 'kill -STOP "$(systemctl show -p MainPID --value kafka)"');
    try {
      const frozen = await verified('--no-write');
      expect(frozen.failed).toEqual(['kafka.listeners']);
      expect(frozen.said['kafka.listeners']).toContain('broker 3 (s3) cannot be asked');
    } finally {
      await on('s3', 'kill -CONT "$(systemctl show -p MainPID --value kafka)"');
    }
    await mended();
  });

  test('a server of ZooKeeper that is down, and one that runs on its own', async () => {
    await on('s3', 'systemctl stop zookeeper');
    // Where s3 was the leader, the others elect one first.
    for (let tries = 0; tries < 30 && (await verified('--no-write')).failed.includes('zookeeper.leader'); tries++);
    const down = await verified();
    expect(down.failed).toEqual(['zookeeper.serving']);
    expect(down.said['zookeeper.serving']).toMatch(/^s3 does not answer.*its unit is/);
    await on(
      's3',
      'sed -i -e /^server/d -e s/^standaloneEnabled.*/standaloneEnabled=true/ -e "s|^dataDir=.*|dataDir=/var/lib/zookeeper/alone|" -e /^dataLogDir/d /etc/zookeeper/zoo.cfg',
      'install -d -o zookeeper -g zookeeper /var/lib/zookeeper/alone',
      'systemctl start zookeeper',
    );
    for (
      let tries = 0;
      tries < 30 && !(await verified('--no-write')).said['zookeeper.serving']?.includes('standalone');
      tries++
    );
    const alone = await verified('--no-write');
    expect(alone.failed.filter((id) => id.startsWith('zookeeper.'))).toEqual(['zookeeper.serving']);
    expect(alone.said['zookeeper.serving']).toContain('s3 runs standalone');
  });
});
