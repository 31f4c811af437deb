import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/verify/check.ts';
import { hostChecks } from '../../../src/verify/host-checks.ts';
import { kafkaChecks } from '../../../src/verify/kafka-checks.ts';
import { proofChecks } from '../../../src/verify/proof-checks.ts';
import type { Survey } from '../../../src/verify/survey.ts';
import { znodeChecks, zookeeperChecks } from '../../../src/verify/zookeeper-checks.ts';
import {
  brokerLook,
  clusterLook,
  ensembleOf,
  healthy,
  hostSurvey,
  partition,
  serverState,
  subject,
  wholePartitions,
} from './healthy.ts';

function allChecks(survey: Survey): readonly Check[] {
  return [...zookeeperChecks(subject, survey), ...kafkaChecks(subject, survey), ...hostChecks(subject, survey)];
}

/** The ids of what is not well, with what was seen. */
function told(survey: Survey, verdict: 'fail' | 'warn'): Record<string, string> {
  const found = allChecks(survey).filter((check) => check.verdict === verdict);
  return Object.fromEntries(found.map(({ id, evidence }) => [id, evidence.join('; ')]));
}

describe('a cluster that is well', () => {
  it('passes every check, and each says what was seen', () => {
    const checks = allChecks(healthy());
    expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(checks.filter(({ evidence }) => evidence.length === 0 || evidence.includes(''))).toEqual([]);
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  });

  it('is not proven by checks that were not made', () => {
    const checks = [...znodeChecks(subject, undefined, 'not asked'), ...proofChecks(subject, undefined, 'not asked')];
    expect(checks.map(({ verdict }) => verdict)).toEqual(checks.map(() => 'skipped'));
  });
});

describe('what is wrong fails once, where it is wrong', () => {
  it('a broker that is down; what follows from it only warns', () => {
    const partitions = [
      partition(0, [1, 2, 3], [1, 3]),
      partition(1, [2, 3, 1], [3, 1]),
      partition(2, [3, 1, 2], [3, 1]),
    ];
    const look = clusterLook(partitions, [brokerLook(1), brokerLook(3)]);
    const hosts = new Map([...healthy().hosts, ['s2', hostSurvey(2, false)]]);
    const contacts = healthy().contacts.filter(({ broker }) => broker !== 2);
    const survey = { ...healthy(), hosts, contacts, cluster: { look } };
    expect(told(survey, 'fail')).toEqual({
      'kafka.brokers': 'broker 2 (s2) is not registered: its process does not run (its unit is failed (failed))',
    });
    expect(told(survey, 'warn')).toHaveProperty(['kafka.under-replicated'], expect.stringContaining('explain it'));
  });

  it('a broker with another id than the inventory says', () => {
    const nine = { ...brokerLook(3), id: 9 };
    const look = clusterLook(wholePartitions.slice(0, 1), [brokerLook(1), brokerLook(2), nine]);
    const other = hostSurvey(3);
    const identities = other.look.identities.map((identity) => ({ ...identity, brokerId: 9 }));
    const hosts = new Map([...healthy().hosts, ['s3', { ...other, look: { ...other.look, identities } }]]);
    const failed = told({ ...healthy(), hosts, cluster: { look } }, 'fail');
    expect(Object.keys(failed)).toEqual(['kafka.brokers']);
    expect(failed['kafka.brokers']).toMatch(
      /broker 3 \(s3\) is not registered; broker 9 is registered, and the inventory/,
    );
  });

  it('a broker that nobody knows, and what to do with it, which is not to start anything', () => {
    const look = clusterLook(
      wholePartitions,
      [1, 2, 3, 4].map((id) => brokerLook(id)),
    );
    const checks = kafkaChecks(subject, { ...healthy(), cluster: { look } });
    expect(checks.find(({ id }) => id === 'kafka.brokers')).toMatchObject({
      evidence: ['broker 4 is registered, and the inventory has no such broker'],
      hint: expect.stringContaining('kafka-reassign-partitions.sh'),
    });
  });

  it('a replica that lags although every broker is there', () => {
    const look = clusterLook([partition(0, [1, 2, 3], [1]), ...wholePartitions.slice(1)]);
    expect(told({ ...healthy(), cluster: { look } }, 'fail')).toEqual({
      'kafka.under-replicated': '1 of 3: logs-0',
      'kafka.under-min-isr': '1 of 3: logs-0',
    });
  });

  it('an advertised listener that nobody reaches, and one that only a host does not', () => {
    const lost = { reached: false, reason: 'no answer' } as const;
    const contacts = healthy().contacts.map((contact) =>
      contact.broker === 2 ? { ...contact, reach: lost } : contact,
    );
    expect(told({ ...healthy(), contacts }, 'fail')).toEqual({
      'kafka.listeners': 'PLAINTEXT of broker 2 (s2), 10.0.0.2:9092: no answer',
    });
    const fromS3 = healthy().contacts.map((contact) =>
      contact.broker === 2 && contact.from === 's3' ? { ...contact, reach: lost } : contact,
    );
    expect(told({ ...healthy(), contacts: fromS3 }, 'fail')).toEqual({
      'kafka.listeners-from-hosts': 'from s3: PLAINTEXT of broker 2 (s2), 10.0.0.2:9092: no answer',
    });
  });

  it('a server of ZooKeeper that runs on its own; the ensemble of the others is fine', () => {
    const states = [
      { ...serverState(1), state: 'standalone' as const, conf: { serverId: 0, members: new Map<number, string>() } },
      { ...serverState(2), syncedFollowers: 1 },
      serverState(3),
    ];
    expect(told({ ...healthy(), ensemble: ensembleOf(states) }, 'fail')).toEqual({
      'zookeeper.serving': expect.stringContaining('s1 runs standalone'),
    });
  });

  it('settings that leave no room, internal topics, clocks, disks and data of another cluster', () => {
    const look = clusterLook(wholePartitions);
    const offsets = { name: '__consumer_offsets', internal: true, errorCode: 0, partitions: [partition(0, [1])] };
    const metadata = { ...look.metadata, topics: [...look.metadata.topics, offsets] };
    const first = hostSurvey(1);
    const host = {
      ...first,
      look: {
        ...first.look,
        clockAhead: -40,
        disks: [{ path: '/data', mount: '/data', usedPercent: 97, inodesPercent: 1 }],
        identities: [{ folder: '/data', clusterId: 'xyz', brokerId: 1 }],
      },
    };
    const survey = {
      ...healthy(),
      hosts: new Map([...healthy().hosts, ['s1', host]]),
      cluster: { look: { ...look, metadata, minInsyncReplicas: new Map([['logs', 4]]) } },
    };
    expect(told(survey, 'fail')).toMatchObject({
      'kafka.min-isr': expect.stringContaining('logs wants 4 in-sync replicas and has 3'),
      'kafka.internal-topics': '__consumer_offsets has 1 replica, not 3',
      'hosts.clocks': 's1 is 40.0 s behind this machine',
      'hosts.disks': 's1: /data is 97 % full (bytes), with /data',
      'kafka.cluster-id': '/data on s1 belongs to the cluster xyz, not to abc',
    });
  });
});

it('what could not be asked is skipped, not passed', () => {
  const look = { ...clusterLook(wholePartitions), minInsyncReplicas: undefined, reassignments: undefined };
  const checks = allChecks({ ...healthy(), cluster: { look } }).filter(({ verdict }) => verdict === 'skipped');
  expect(checks.map(({ id }) => id)).toEqual(['kafka.under-min-isr', 'kafka.min-isr', 'kafka.reassignments']);
});

describe('a host that is gone', () => {
  it('is what fails; its servers are told, and what they leave behind', () => {
    const silent = { ...brokerLook(3), silent: 'no answer', listeners: [] };
    const look = clusterLook([partition(0, [1, 2, 3], [1, 2])], [brokerLook(1), brokerLook(2), silent]);
    const states = [
      serverState(1),
      { ...serverState(2), syncedFollowers: 1 },
      { state: 'unreachable' as const, blocked: [] },
    ];
    const survey = {
      hosts: new Map([...healthy().hosts, ['s3', { reason: 's3 cannot be reached', hint: undefined }] as const]),
      ensemble: ensembleOf(states),
      cluster: { look },
      contacts: healthy().contacts.filter(({ broker, from }) => broker !== 3 && from !== 's3'),
    };
    expect(told(survey, 'fail')).toEqual({ 'hosts.reached': 's3 cannot be reached' });
    expect(Object.keys(told(survey, 'warn')).sort()).toEqual([
      'kafka.brokers',
      'kafka.under-replicated',
      'zookeeper.serving',
    ]);
  });

  it('that only another host does not reach explains the replicas that lag between them', () => {
    const look = clusterLook([partition(0, [1, 2, 3], [1, 2])]);
    const lost = { reached: false, reason: 'no answer' } as const;
    const contacts = healthy().contacts.map((contact) =>
      contact.broker === 1 && contact.from === 's3' ? { ...contact, reach: lost } : contact,
    );
    expect(Object.keys(told({ ...healthy(), contacts, cluster: { look } }, 'fail'))).toEqual([
      'kafka.listeners-from-hosts',
    ]);
  });
});
