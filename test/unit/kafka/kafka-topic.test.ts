import { describe, expect, it } from 'vitest';
import { incrementalAlterConfigs } from '../../../src/kafka/incremental-alter-configs.ts';
import { kafkaTopic } from '../../../src/kafka/kafka-topic.ts';
import type { Decision } from '../../../src/modules/module.ts';
import { decideOn, probeOf } from '../cluster/decide.ts';
import { controlContext } from '../cluster/loopback.ts';
import { FakeCluster } from './fake-cluster.ts';

const topic = 'kafka-topic';

async function look(given: Readonly<Record<string, unknown>>): Promise<Decision> {
  const [question, ...others] = probeOf(kafkaTopic, given);
  if (question?.ask !== 'control' || others.length > 0) throw new Error('one question is expected');
  const answer = await kafkaTopic.answerers?.[topic]?.(question.parameters, controlContext(), question);
  if (answer === undefined) throw new Error('nobody answers');
  return decideOn(kafkaTopic, given, [[question, answer]]);
}

async function carryOut(decision: Decision) {
  if (decision.verdict !== 'change') throw new Error(decision.verdict);
  const [action] = decision.actions;
  if (action?.do !== 'control') throw new Error('it must be done by the control machine');
  // A plan may have been saved in between.
  const parameters = JSON.parse(JSON.stringify(action.parameters));
  const outcome = await kafkaTopic.performers?.[topic]?.(parameters, controlContext(), action);
  if (outcome === undefined) throw new Error('nobody does it');
  return decision.conclude?.([{ ...outcome, startedAt: 0, seconds: 0 }]);
}

describe('kafka_topic', () => {
  it('makes a topic once', async () => {
    const cluster = await FakeCluster.start([1, 2, 3]);
    const given = { bootstrap_servers: cluster.bootstrap, name: 'logs', partitions: '3', replication_factor: 2 };
    const decision = await look(given);
    expect(decision).toMatchObject({
      verdict: 'change',
      diff: [{ kind: 'state', subject: 'topic logs', before: { state: 'absent' }, after: { partitions: '3' } }],
    });
    expect(await carryOut(decision)).toMatchObject({ changed: true, failed: false });
    expect(cluster.topics.get('logs')).toHaveLength(3);
    expect((await look(given)).verdict).toBe('unchanged');
  });

  it('changes one setting and leaves what others have set', async () => {
    const cluster = await FakeCluster.start([1]);
    cluster.addTopic('logs', [[1]]);
    cluster.config.set('logs', new Map([['retention.ms', '1000']]));
    const config = new Map<string, unknown>([['min.insync.replicas', 1]]);
    const decision = await look({ bootstrap_servers: cluster.bootstrap, name: 'logs', config });
    expect(await carryOut(decision)).toMatchObject({ changed: true });
    expect([...(cluster.config.get('logs') ?? [])]).toEqual([
      ['retention.ms', '1000'],
      ['min.insync.replicas', '1'],
    ]);
  });

  it('removes a topic', async () => {
    const cluster = await FakeCluster.start([1]);
    cluster.addTopic('logs', [[1]]);
    const given = { bootstrap_servers: cluster.bootstrap, name: 'logs', state: 'absent' };
    expect(await carryOut(await look(given))).toMatchObject({ changed: true });
    expect(cluster.topics.size).toBe(0);
    expect((await look(given)).verdict).toBe('unchanged');
  });

  it('stops when the topic is no longer what the plan was made from', async () => {
    const cluster = await FakeCluster.start([1]);
    const decision = await look({
      bootstrap_servers: cluster.bootstrap,
      name: 'logs',
      partitions: 1,
      replication_factor: 1,
    });
    cluster.addTopic('logs', [[1], [1]]);
    expect(await carryOut(decision)).toMatchObject({
      failed: true,
      changed: false,
      message: 'the topic logs has changed since the plan was made; plan again',
    });
  });

  it('is not decided before the cluster runs, and is decided then', async () => {
    const given = { name: 'logs', partitions: 1, replication_factor: 1 };
    const early = await look({ bootstrap_servers: ['s1:1'], ...given });
    expect(early).toMatchObject({
      verdict: 'change',
      diff: [{ kind: 'note', text: expect.stringContaining('can only be looked at when the cluster runs') }],
    });
    expect(await carryOut(early)).toMatchObject({
      failed: true,
      message: expect.stringContaining('no broker answers'),
    });

    const cluster = await FakeCluster.start([1]);
    cluster.addTopic('logs', [[1]]);
    if (early.verdict !== 'change' || early.actions[0]?.do !== 'control') throw new Error('a change is expected');
    const wanted = { ...given, bootstrap_servers: cluster.bootstrap };
    const later: Decision = { ...early, actions: [{ ...early.actions[0], parameters: { wanted, seen: null } }] };
    expect(await carryOut(later)).toMatchObject({ failed: false, changed: false, message: 'as it shall be' });
  });

  it.each([
    [{ name: 'two words' }, 'letters, digits'],
    [{ name: '..' }, 'cannot be called'],
    [{ name: 'logs', partitions: 0 }, 'from 1 to 100000'],
    [{ name: 'logs', state: 'there' }, 'one of present, absent is wanted'],
    [{ name: 'logs', config: 'retention.ms=1' }, 'a dict of settings is wanted'],
  ])('refuses %j', (given, message) => {
    const result = kafkaTopic.schema.safeParse({ bootstrap_servers: 's1:9092', ...given });
    expect(result.error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});

describe('IncrementalAlterConfigs', () => {
  it('is the bytes that a broker 2.8.1 takes', async () => {
    const values = new Map([
      ['a', '1'],
      ['b', null],
    ]);
    const bytes = await incrementalAlterConfigs.encode({ type: 2, name: 'logs', values });
    const resource = '00000001 02 0004 6c6f6773';
    const settings = '00000002 0001 61 00 0001 31 0001 62 01 ffff';
    expect(bytes.toString('hex')).toBe(`${resource}${settings}00`.replaceAll(' ', ''));
  });

  it('reads why it was refused', async () => {
    const answer = Buffer.from('00000000 00000001 0028 0003 626164 02 0004 6c6f6773'.replaceAll(' ', ''), 'hex');
    expect(await incrementalAlterConfigs.decode(answer)).toEqual({ errorCode: 40, errorMessage: 'bad' });
  });
});
