import { describe, expect, it } from 'vitest';
import { within } from '../../../src/deadline.ts';
import { KafkaGate } from '../../../src/kafka/restart-gate.ts';
import { controlContext } from '../cluster/loopback.ts';
import { FakeCluster, Hang } from './fake-cluster.ts';

/** The broker of the host s2 is 2. The fake's controller is its first broker. */
function gateOf(cluster: FakeCluster, more: Record<string, number | string[]> = {}, context = controlContext()) {
  const parameters = {
    bootstrap_servers: cluster.bootstrap,
    brokers: [1, 2, 3],
    samples: 2,
    interval: 0.01,
    timeout: 0.2,
  };
  return new KafkaGate({ ...parameters, ...more }, (host) => Number(host.slice(1)), context);
}

async function whole(faults = {}): Promise<FakeCluster> {
  const cluster = await FakeCluster.start([1, 2, 3], faults);
  cluster.addTopic('logs', [
    [1, 2, 3],
    [2, 3, 1],
  ]);
  return cluster;
}

describe('the gate of Kafka', () => {
  it('opens for a broker of a whole cluster, and orders the controller last', async () => {
    const gate = gateOf(await whole());
    expect(await gate.isUp()).toBe(true);
    expect(await gate.order(['s1', 's2', 's3'])).toEqual(['s2', 's3', 's1']);
    expect(await gate.before('s2')).toEqual([]);
    expect((await gate.verdict('s1')).notes).toEqual(['it is the controller: its turn is the last']);
    expect((await gate.verdict('s2')).notes).toEqual([]);
  });

  it('orders a broker that is not there first', async () => {
    const cluster = await FakeCluster.start([1, 2]);
    const gate = gateOf(cluster);
    expect(await gate.order(['s1', 's2', 's3'])).toEqual(['s3', 's2', 's1']);
    expect(await gate.verdict('s3')).toMatchObject({ reasons: [] });
    expect(await gate.verdict('s2')).toMatchObject({ reasons: ['broker 3 is not registered'] });
  });

  it('stays shut with topic, partition and setting where too few would be in step', async () => {
    const cluster = await whole();
    const [partition] = cluster.topics.get('logs') ?? [];
    if (partition === undefined) throw new Error('no partition');
    partition.isr = [1, 2];
    const reason = 'logs-0 would have 1 in step, and min.insync.replicas is 2: in step are 1, 2 of 1, 2, 3';
    await expect(gateOf(cluster).before('s2')).rejects.toThrow(`after 0.2 s still: ${reason}`);
  });

  it('stays shut while partitions are being moved', async () => {
    const cluster = await whole();
    cluster.reassigning = ['logs'];
    expect((await gateOf(cluster).verdict('s2')).reasons).toEqual(['partitions are being reassigned: logs-0']);
  });

  it('says at once that a single replica has to be accepted', async () => {
    const cluster = await whole();
    cluster.addTopic('one', [[2]]);
    const told = gateOf(cluster, { timeout: 60 });
    await expect(told.before('s2')).rejects.toThrow(
      'the variable kafka_accept_unavailability: [one], or for brokkr restart --accept-unavailability one',
    );
    const notes = await gateOf(cluster, { accept_unavailability: ['one'] }).before('s2');
    expect(notes).toEqual(['gone while broker 2 is: one-0']);
  });

  it('takes a broker that is registered but does not answer for one that is gone', async () => {
    const silent = (api: string, broker: number) => {
      if (broker === 3 && api === 'Metadata') throw new Hang();
    };
    const cluster = await whole({ before: silent });
    const abort = within(500);
    // The request outlasts the test's patience; what matters is that the gate does not open meanwhile.
    await expect(gateOf(cluster, {}, controlContext({ signal: abort })).before('s2')).rejects.toThrow();
  });

  it('does not let the next one go before the last one has caught up', async () => {
    const cluster = await whole();
    const gate = gateOf(cluster);
    await gate.before('s2');
    for (const partition of cluster.topics.get('logs') ?? []) partition.isr = [1, 3];
    expect(await gate.verdict('s3')).toMatchObject({ isHopeless: false });
    await expect(gate.before('s3')).rejects.toThrow('2 partitions have still to catch up on broker 2');
    for (const partition of cluster.topics.get('logs') ?? []) partition.isr = [1, 2, 3];
    expect(await gate.before('s3')).toEqual([]);
  });

  it('lets nobody else go when the last one dies again after it was back, and names it', async () => {
    const cluster = await whole();
    const gate = gateOf(cluster, { samples: 3 });
    await gate.before('s2');
    await gate.after('s2');
    const port = cluster.ports.get(2) ?? 0;
    cluster.ports.delete(2);
    await expect(gate.before('s3')).rejects.toThrow('broker 2 is not registered');
    cluster.ports.set(2, port);
    expect(await gate.before('s3')).toEqual([]);
  });

  it('wants its good samples one after the other: a follower that falls behind in between begins them anew', async () => {
    let looks = 0;
    const cluster = await whole({
      before: (api: string) => {
        if (api !== 'ListPartitionReassignments') return;
        looks += 1;
        for (const partition of cluster.topics.get('logs') ?? []) partition.isr = looks === 2 ? [1, 3] : [1, 2, 3];
      },
    });
    const gate = gateOf(cluster, { samples: 3, timeout: 20 });
    await gate.before('s2');
    // That it lags itself keeps nobody from stopping it.
    const first = looks;
    looks = 0;
    await gate.before('s3');
    expect({ first, second: looks }).toEqual({ first: 3, second: 5 });
  });

  it('tells with how many partitions a broker has to catch up, and gives up when its process is gone', async () => {
    const cluster = await whole();
    const partitions = cluster.topics.get('logs') ?? [];
    for (const partition of partitions) partition.isr = [1, 3];
    const context = controlContext({
      onProgress: () => {
        const behind = partitions.find(({ isr }) => isr.length < 3);
        if (behind !== undefined) behind.isr = [1, 2, 3];
      },
    });
    await gateOf(cluster, { timeout: 20 }, context).after('s2');
    expect(context.told).toEqual([
      's2: 2 partitions still to catch up: logs-0, logs-1',
      's2: 1 partition still to catch up: logs-1',
    ]);
    for (const partition of partitions) partition.isr = [1, 3];
    const lost = gateOf(cluster, { timeout: 20 }).after('s2', async () => 'its process has ended');
    await expect(lost).rejects.toThrow('its process has ended');
  });

  it('gives partitions back to their preferred leaders, and tells who leads', async () => {
    const cluster = await whole();
    for (const partition of cluster.topics.get('logs') ?? []) partition.leader = 3;
    expect(await gateOf(cluster).settle()).toEqual([
      '2 partitions were given back to the preferred leader; leaders now: broker 1 leads 1, broker 2 leads 1, broker 3 leads 0',
    ]);
    expect(cluster.requests.filter((api) => api === 'ElectLeaders')).toHaveLength(1);
  });

  it('knows when a broker is gone', async () => {
    const cluster = await FakeCluster.start([1, 2]);
    await gateOf(cluster).untilGone('s3');
    expect(cluster.requests).toEqual(['Metadata']);
  });

  it('waits for the session of a broker, however long ZooKeeper keeps it, and says so', async () => {
    const told: string[] = [];
    let asked = 0;
    const cluster = await whole({
      before: () => {
        asked += 1;
        if (asked === 3) cluster.ports.delete(3);
      },
    });
    await gateOf(cluster, {}, { ...controlContext(), progress: (text) => void told.push(text) }).untilGone('s3');
    expect({ asked, told }).toEqual({ asked: 3, told: ["s3: until ZooKeeper's session of broker 3 has ended"] });
  });
});
