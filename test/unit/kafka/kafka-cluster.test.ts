import { describe, expect, it } from 'vitest';
import { kafkaCluster } from '../../../src/kafka/kafka-cluster.ts';
import { decideOn, probeOf } from '../cluster/decide.ts';
import { controlContext } from '../cluster/loopback.ts';
import { FakeCluster, Hang } from './fake-cluster.ts';

const topic = 'kafka-cluster';

async function look(given: Readonly<Record<string, unknown>>) {
  const [question, ...others] = probeOf(kafkaCluster, given);
  if (question?.ask !== 'control' || others.length > 0) throw new Error('one question is expected');
  const answer = await kafkaCluster.answerers?.[topic]?.(question.parameters, controlContext(), question);
  if (answer === undefined) throw new Error('nobody answers');
  return decideOn(kafkaCluster, given, [[question, answer]]);
}

async function wait(given: Readonly<Record<string, unknown>>, context = controlContext()) {
  const decision = await look(given);
  if (decision.verdict !== 'change') throw new Error(decision.verdict);
  const [action] = decision.actions;
  if (action?.do !== 'control') throw new Error('it must be done by the control machine');
  const outcome = await kafkaCluster.performers?.[topic]?.(action.parameters, context, action);
  if (outcome === undefined) throw new Error('nobody waits');
  return { outcome, conclusion: decision.conclude?.([{ ...outcome, startedAt: 0, seconds: 0 }]) };
}

describe('kafka_cluster', () => {
  it('costs one request on one connection when the cluster is whole', async () => {
    const cluster = await FakeCluster.start([1, 2, 3]);
    cluster.addTopic('logs', [
      [1, 2],
      [2, 3],
    ]);
    const decision = await look({ bootstrap_servers: cluster.bootstrap, brokers: ['1', 2, 3] });
    expect(decision.verdict).toBe('unchanged');
    expect(decision.result.get('msg')).toBe('3 brokers, 2 partitions, all in sync');
    expect(cluster.requests).toEqual(['Metadata']);
  });

  it('asks the next server when the first is down', async () => {
    const cluster = await FakeCluster.start([1]);
    const servers = ['s9:1', ...cluster.bootstrap];
    expect((await look({ bootstrap_servers: servers, brokers: [1] })).verdict).toBe('unchanged');
  });

  it('waits until a follower is back, and until every broker says so', async () => {
    const cluster = await FakeCluster.start([1, 2]);
    const [partition] = cluster.addTopic('logs', [[1, 2]]);
    if (partition === undefined) throw new Error('no partition');
    partition.isr = [1];
    const context = controlContext({
      onProgress: () => {
        partition.isr = [2, 1];
      },
    });
    const { conclusion } = await wait(
      { bootstrap_servers: cluster.bootstrap, brokers: [1, 2], interval: 0.01 },
      context,
    );
    expect(conclusion).toMatchObject({ changed: false, failed: false });
    expect(context.told).toEqual(['2 of 2 brokers are registered, waiting: 1 partition under-replicated: logs-0']);
    // The probe, the first look of the wait, and one of each broker.
    expect(cluster.requests).toHaveLength(5);
  });

  it('fails with the reasons, and with the end of the log of the host that does not answer', async () => {
    const cluster = await FakeCluster.start([1]);
    const [partition] = cluster.addTopic('one', [[2]]);
    if (partition === undefined) throw new Error('no partition');
    partition.leader = -1;
    const given = {
      bootstrap_servers: [...cluster.bootstrap, 's2:1'],
      brokers: [1, 2],
      timeout: 0,
      log_file: '/server.log',
    };
    const { conclusion } = await wait(given, controlContext({ logs: { 's2:/server.log': 'Address already in use' } }));
    expect(conclusion).toMatchObject({
      failed: true,
      message: [
        'the cluster is not whole after 0 s: 1 of 2 brokers are registered, waiting: broker 2 is not registered; 1 partition offline: one-0',
        'end of /server.log on s2:',
        '  Address already in use',
      ].join('\n'),
    });
  });

  it('says that nobody answers', async () => {
    const { conclusion } = await wait({ bootstrap_servers: ['s1:1', 's2:2'], brokers: [1], timeout: 0 });
    expect(conclusion?.message).toBe(
      'the cluster is not whole after 0 s: no broker answers: s1:1 (connection refused), s2:2 (connection refused)',
    );
  });

  it('is no longer waiting when it is aborted', async () => {
    const controller = new AbortController();
    const cluster = await FakeCluster.start([1], {
      before: () => {
        controller.abort(new Error('Ctrl-C'));
        throw new Hang();
      },
    });
    const parameters = { bootstrap_servers: cluster.bootstrap, brokers: [1] };
    const context = controlContext({ signal: controller.signal });
    const waiting = kafkaCluster.performers?.[topic]?.(parameters, context, { do: 'control', topic, parameters });
    await expect(waiting).rejects.toThrow('Ctrl-C');
    await expect.poll(() => cluster.openSockets).toBe(0);
  });

  it.each([
    [{ bootstrap_servers: ['s1'], brokers: [1] }, 'is not host:port'],
    [{ bootstrap_servers: [], brokers: [1] }, 'at least one host:port'],
    [{ bootstrap_servers: 's1:9092', brokers: [1, 1] }, 'named twice'],
    [{ bootstrap_servers: 's1:9092', brokers: ['one'] }, 'whole number'],
    [{ bootstrap_servers: 's1:9092', brokers: [1], timeout: 'soon' }, 'number of seconds'],
    [{ bootstrap_servers: 's1:9092', brokers: [1], log_file: 3 }, 'a path, or a dict'],
  ])('refuses %j', (given, message) => {
    expect(
      kafkaCluster.schema
        .safeParse(given)
        .error?.issues.map((issue) => issue.message)
        .join(),
    ).toContain(message);
  });
});
