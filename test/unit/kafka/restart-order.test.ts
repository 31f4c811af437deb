import { describe, expect, it } from 'vitest';
import type { ClusterMetadata } from '../../../src/kafka/metadata.ts';
import { orderBrokers, sameRack } from '../../../src/kafka/restart-order.ts';

const idOf = (host: string): number => Number(host.slice(1));

/** Brokers 1, 2, … of the racks; the controller is named. */
function cluster(racks: readonly (string | null)[], controllerId: number): ClusterMetadata {
  const brokers = racks.map((rack, index) => ({ id: index + 1, host: `s${index + 1}`, port: 9092, rack }));
  return { clusterId: 'c', controllerId, brokers, topics: [] };
}

describe('the order of brokers', () => {
  it('finishes a rack before the next one, and the rack of the controller last', () => {
    const found = cluster(['a', 'b', 'a', 'b', 'c', 'c'], 3);
    const hosts = ['s1', 's2', 's3', 's4', 's5', 's6'];
    expect(orderBrokers(hosts, idOf, found, undefined)).toEqual(['s2', 's4', 's5', 's6', 's1', 's3']);
    expect(orderBrokers(['s2', 's4', 's6', 's1', 's3'], idOf, found, 'c')).toEqual(['s6', 's2', 's4', 's1', 's3']);
  });

  it('begins with those that are not registered, and keeps the order of the inventory without racks', () => {
    const found = cluster([null, null, null], 1);
    expect(orderBrokers(['s1', 's2', 's9', 's3'], idOf, found, undefined)).toEqual(['s9', 's2', 's3', 's1']);
    expect(orderBrokers(['s2', 's1'], idOf, undefined, undefined)).toEqual(['s2', 's1']);
  });

  it('takes brokers of one rack together, the controller always alone', () => {
    const found = cluster(['a', 'a', 'b', 'b'], 4);
    expect(sameRack(['s1', 's2', 's3', 's4'], idOf, found)).toEqual(['s1', 's2']);
    expect(sameRack(['s3', 's4'], idOf, found)).toEqual(['s3']);
    expect(sameRack(['s4'], idOf, found)).toEqual(['s4']);
    expect(sameRack(['s1', 's2'], idOf, cluster([null, null], 3))).toEqual(['s1']);
  });
});
