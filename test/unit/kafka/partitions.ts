import type { Partition } from '../../../src/kafka/metadata.ts';

/** A partition that is led by its first replica, all of them in step. */
export function partition(index: number, replicas: readonly number[], rest: Partial<Partition> = {}): Partition {
  return {
    partition: index,
    errorCode: 0,
    leader: replicas[0] ?? -1,
    replicas,
    isr: replicas,
    offlineReplicas: [],
    ...rest,
  };
}
