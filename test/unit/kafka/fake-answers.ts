import { type WireReader, WireWriter } from './wire.ts';

export interface FakePartition {
  leader: number;
  replicas: readonly number[];
  isr: readonly number[];
  /** Record batches as they came, and the offset after the last record. */
  batches: { first: bigint; count: number; bytes: Buffer }[];
  end: bigint;
}

/** What a fake cluster keeps. */
export interface FakeState {
  readonly topics: Map<string, FakePartition[]>;
  readonly config: Map<string, Map<string, string>>;
  /** Topics whose partition 0 is being moved. */
  readonly reassigning: readonly string[];
}

const topicDefaults: ReadonlyMap<string, string> = new Map([
  ['cleanup.policy', 'delete'],
  ['min.insync.replicas', '2'],
  ['retention.ms', '604800000'],
]);

export function describeConfigs(reader: WireReader, cluster: FakeState): Buffer {
  const resources = reader.array(() => {
    const [, name] = [reader.int8(), reader.string()];
    reader.array(() => reader.string());
    return name;
  });
  const answer = new WireWriter().int32(0);
  return answer
    .array(resources, (name) => {
      const own = cluster.config.get(name) ?? new Map<string, string>();
      answer.int16(0).string(null).int8(2).string(name);
      answer.array([...topicDefaults], ([key, value]) => {
        answer
          .string(key)
          .string(own.get(key) ?? value)
          .int8(0)
          .int8(own.has(key) ? 1 : 5)
          .int8(0)
          .ints([]);
      });
    })
    .toBuffer();
}

export function electLeaders(reader: WireReader, cluster: FakeState): Buffer {
  const topics = reader.array(() => ({ name: reader.string(), partitions: reader.array(() => reader.int32()) }));
  const answer = new WireWriter().int32(0);
  return answer
    .array(topics, ({ name, partitions }) => {
      answer.string(name).array(partitions, (index) => {
        const partition = cluster.topics.get(name)?.[index];
        if (partition !== undefined) partition.leader = partition.replicas[0] ?? -1;
        answer.int32(index).int16(0).string(null);
      });
    })
    .toBuffer();
}

/** The flexible form: lengths are one more, and there are tagged fields; here one byte each. */
export function reassignments(cluster: FakeState): Buffer {
  const answer = new WireWriter().int8(0).int32(0).int16(0).int8(0);
  answer.int8(cluster.reassigning.length + 1);
  for (const name of cluster.reassigning) {
    answer.int8(name.length + 1);
    for (const byte of Buffer.from(name)) answer.int8(byte);
    // One partition, 0, without replicas, and three lists that are empty.
    answer.int8(2).int32(0).int8(1).int8(1).int8(1).int8(0).int8(0);
  }
  return answer.int8(0).toBuffer();
}

export function alterConfigs(reader: WireReader, cluster: FakeState): Buffer {
  const names = reader.array(() => {
    const [, name] = [reader.int8(), reader.string()];
    const own = cluster.config.get(name) ?? new Map<string, string>();
    cluster.config.set(name, own);
    reader.array(() => {
      const [key, operation, value] = [reader.string(), reader.int8(), reader.nullableString()];
      if (operation === 1) own.delete(key);
      else own.set(key, value ?? '');
    });
    return name;
  });
  const answer = new WireWriter().int32(0);
  return answer.array(names, (name) => answer.int16(0).string(null).int8(2).string(name)).toBuffer();
}
