import { describe, expect, it } from 'vitest';
import { statusOf } from '../../../src/verify/status.ts';
import { statusLines } from '../../../src/verify/status-text.ts';
import { brokerLook, clusterLook, healthy, hostSurvey, partition, subject } from './healthy.ts';

const plain = (_: string, text: string) => text;

describe('one screen', () => {
  it('tells who leads, who is the controller, how long servers are up and what is not as rendered', () => {
    const status = statusOf(subject, healthy(), (host, cluster) => (host === 's3' && cluster === 'kafka' ? 2 : 0));
    const lines = statusLines(status, plain);
    expect(lines[0]).toBe('ZooKeeper  3 of 3 serve, s2 leads');
    expect(lines[1]).toContain('controller broker 1 (s1); 3 partitions, 0 under-replicated, 0 offline');
    expect(lines).toContainEqual(expect.stringMatching(/^s1 +ZooKeeper 1 +follower .* 1 min 40 s +20 % +– +–$/));
    expect(lines.at(-1)).toMatch(/Kafka 3 +broker +2\.8\.1 .* 0 +– +2$/);
  });

  it('tells a broker that the inventory does not have', () => {
    const look = clusterLook(
      [partition(0, [1, 2, 3])],
      [1, 2, 3, 4].map((id) => brokerLook(id)),
    );
    const status = statusOf(subject, { ...healthy(), cluster: { look } }, () => 0);
    expect(status.brokers).toEqual({ expected: 3, answering: 3, unexpected: [4] });
    const lines = statusLines(status, (verdict, text) => `${verdict} ${text}`);
    expect(lines[1]).toMatch(/^fail .*3 of 3 answer, and 4 that the inventory does not have, controller/);
  });

  it('tells a broker that is down, its replicas, and a host that is lost', () => {
    const look = clusterLook([partition(0, [1, 2, 3], [1, 3])], [brokerLook(1), brokerLook(3)]);
    const hosts = new Map([
      ...healthy().hosts,
      ['s2', hostSurvey(2, false)] as const,
      ['s3', { reason: 's3 cannot be reached', hint: 'try: ssh s3' }] as const,
    ]);
    const status = statusOf(subject, { ...healthy(), hosts, cluster: { look } }, () => 0);
    expect(status.partitions).toEqual({ total: 1, offline: 0, underReplicated: 1 });
    const text = statusLines(status, plain).join('\n');
    expect(text).toMatch(/Kafka 2 +not registered +2\.8\.1 +– +1/);
    expect(text).toMatch(/\ns3 cannot be reached\n {2}→ try: ssh s3$/);
  });
});
