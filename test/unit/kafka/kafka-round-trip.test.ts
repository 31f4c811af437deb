import { describe, expect, it } from 'vitest';
import { kafkaRoundTrip } from '../../../src/kafka/kafka-round-trip.ts';
import { decideOn, probeOf } from '../cluster/decide.ts';
import { controlContext } from '../cluster/loopback.ts';
import { FakeCluster, Hang } from './fake-cluster.ts';

const topic = 'kafka-round-trip';

async function make(
  cluster: FakeCluster,
  given: object = {},
  signal?: AbortSignal,
  onProgress?: (text: string) => void,
) {
  const context = controlContext({
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress ? { onProgress } : {}),
  });
  const parameters = { bootstrap_servers: cluster.bootstrap, messages: 25, timeout: 20, ...given };
  const outcome = await kafkaRoundTrip.performers?.[topic]?.(parameters, context, { do: 'control', topic, parameters });
  if (outcome === undefined) throw new Error('nobody makes the trip');
  return outcome;
}

describe('a round trip', () => {
  it('goes through a partition that each broker leads, and leaves nothing behind', async () => {
    const cluster = await FakeCluster.start([1, 2, 3]);
    const outcome = await make(cluster);
    expect(outcome.stderr).toBe('');
    expect(outcome.stdout).toMatch(
      /^3 partitions, 75 messages, acks=all: all read back; median [\d.]+ ms, max [\d.]+ ms$/,
    );
    expect(outcome.value).toMatchObject({
      partitions: 3,
      messages: 75,
      notes: [],
      trips: [1, 2, 3].map((leader, partition) => ({ partition, leader, messages: 25 })),
    });
    expect([...cluster.topics.keys()]).toEqual([]);
    await expect.poll(() => cluster.openSockets).toBe(0);
  });

  it("goes through the user's topic too, past what is there already", async () => {
    const cluster = await FakeCluster.start([1, 2]);
    cluster.addTopic('logs', [
      [1, 2],
      [2, 1],
    ]);
    await make(cluster, { topic: 'logs' });
    const outcome = await make(cluster, { topic: 'logs' });
    expect(outcome.value).toMatchObject({ partitions: 4, messages: 100 });
    expect(cluster.topics.get('logs')?.map(({ end }) => end)).toEqual([50n, 50n]);
    expect([...cluster.topics.keys()]).toEqual(['logs']);
  });

  it('removes what crashed runs have left, and nothing else', async () => {
    const cluster = await FakeCluster.start([1]);
    cluster.addTopic('brokkr-round-trip-1600000000-0123abcd', [[1]]);
    cluster.addTopic('brokkr-round-trip-9999999999-0123abcd', [[1]]);
    cluster.addTopic('brokkr-round-trip-of-somebody', [[1]]);
    expect((await make(cluster)).rc).toBe(0);
    expect([...cluster.topics.keys()]).toEqual([
      'brokkr-round-trip-9999999999-0123abcd',
      'brokkr-round-trip-of-somebody',
    ]);
  });
});

describe('a round trip that fails', () => {
  it('notices a message that comes back as something else', async () => {
    const cluster = await FakeCluster.start([1], {
      stored: (batch) => {
        const copy = Buffer.from(batch);
        const last = copy.length - 2;
        copy[last] = (copy[last] ?? 0) ^ 1;
        return copy;
      },
    });
    const outcome = await make(cluster);
    expect(outcome.rc).toBe(1);
    expect(outcome.stderr).toMatch(/brokkr-round-trip-\S+-0 gives something else at offset \d+ than was written/);
    expect(cluster.topics.size).toBe(0);
  });

  it('notices a message that was acknowledged and is not there', async () => {
    let sends = 0;
    const cluster = await FakeCluster.start([1], { stored: (batch) => (++sends === 2 ? Buffer.alloc(0) : batch) });
    const outcome = await make(cluster);
    expect(outcome.stderr).toMatch(/acknowledged a message at offset 3 and does not have it/);
    expect(cluster.topics.size).toBe(0);
  });

  it('says that replicas are missing, and removes the topic', async () => {
    const cluster = await FakeCluster.start([1], { produceError: () => 19 });
    const outcome = await make(cluster);
    expect(outcome).toMatchObject({
      rc: 1,
      stderr: expect.stringMatching(/was not written: .*\(NOT_ENOUGH_REPLICAS\)/),
    });
    expect(cluster.topics.size).toBe(0);
  });

  it('tries again while a broker is not yet the leader: nothing was written', async () => {
    let refused = 0;
    const cluster = await FakeCluster.start([1], { produceError: () => (++refused <= 2 ? 6 : 0) });
    expect(await make(cluster)).toMatchObject({ rc: 0, value: { messages: 25 } });
  });

  it('says why a topic cannot be made', async () => {
    const cluster = await FakeCluster.start([1], { createError: 38 });
    const outcome = await make(cluster);
    expect(outcome.stderr).toMatch(/^while creating the topic brokkr-round-trip-\S+: .*\(INVALID_REPLICATION_FACTOR\)/);
  });

  it('does not make a topic when a broker or the topic of the user is missing', async () => {
    const cluster = await FakeCluster.start([1]);
    expect((await make(cluster, { brokers: [1, 2] })).stderr).toContain('not registered: broker 2');
    expect((await make(cluster, { topic: 'logs' })).stderr).toContain('the topic logs is not there');
    expect(cluster.requests).not.toContain('CreateTopics');
  });

  it('removes the topic when it is aborted while messages are on their way', async () => {
    const controller = new AbortController();
    const cluster = await FakeCluster.start([1], {
      before: (api) => {
        if (api !== 'Produce') return;
        controller.abort(new Error('Ctrl-C'));
        throw new Hang();
      },
    });
    await expect(make(cluster, {}, controller.signal)).rejects.toThrow('Ctrl-C');
    expect(cluster.topics.size).toBe(0);
    await expect.poll(() => cluster.openSockets).toBe(0);
  });

  it('removes the topic when it is aborted while the topic is made', async () => {
    const controller = new AbortController();
    const cluster = await FakeCluster.start([1, 2]);
    const made = make(cluster, {}, controller.signal, (text) => {
      if (text.startsWith('creating')) controller.abort(new Error('Ctrl-C'));
    });
    await expect(made).rejects.toThrow('Ctrl-C');
    expect(cluster.requests.filter((api) => api.endsWith('Topics'))).toEqual(['CreateTopics', 'DeleteTopics']);
    expect(cluster.topics.size).toBe(0);
  });

  it('ends within its time when a broker does not answer', async () => {
    const cluster = await FakeCluster.start([1], {
      before: (api) => {
        if (api === 'Produce') throw new Hang();
      },
    });
    const outcome = await make(cluster, { timeout: 0.3 });
    expect(outcome.stderr).toMatch(/^while writing to brokkr-round-trip-\S+, and reading back: not done within 0.3 s$/);
    expect(cluster.topics.size).toBe(0);
  });
});

describe('kafka_round_trip', () => {
  it('asks nothing beforehand, is no change, and tells its result once it is done', () => {
    const given = { bootstrap_servers: ['s1:9092'] };
    expect(probeOf(kafkaRoundTrip, given)).toEqual([]);
    const decision = decideOn(kafkaRoundTrip, given, []);
    if (decision.verdict !== 'change') throw new Error(decision.verdict);
    expect(decision.diff).toEqual([]);
    const outcome = { rc: 0, stdout: 'all read back', stderr: '', startedAt: 0, seconds: 1, value: { messages: 3 } };
    expect(decision.conclude?.([outcome])).toMatchObject({ changed: false, failed: false, message: 'all read back' });
    const failed = { ...outcome, rc: 1, stdout: '', stderr: 'no' };
    expect(decision.conclude?.([failed])).toMatchObject({ changed: false, failed: true, message: 'no' });
  });
});
