import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { alterConfigs, describeConfigs, electLeaders, type FakePartition, reassignments } from './fake-answers.ts';
import { WireReader, WireWriter } from './wire.ts';

/** What a test may bend. */
export interface Faults {
  /** Called with each request; may throw a `Hang` to give no answer. */
  before?(api: string, broker: number): void;
  /** Gives other bytes than were written. */
  stored?(batch: Buffer): Buffer;
  /** An error code for a Produce request. */
  produceError?(topic: string, partition: number): number;
  createError?: number;
}

export class Hang extends Error {}

/** Brokers that keep topics and records in memory, and fail on any request that brokkr is not expected to send. */
export class FakeCluster {
  readonly topics = new Map<string, FakePartition[]>();
  readonly config = new Map<string, Map<string, string>>();
  /** Topics whose partition 0 is being moved. */
  reassigning: string[] = [];
  readonly requests: string[] = [];
  readonly ports = new Map<number, number>();
  readonly #faults: Faults;
  #sockets = 0;

  constructor(faults: Faults = {}) {
    this.#faults = faults;
  }

  static async start(brokers: readonly number[], faults: Faults = {}): Promise<FakeCluster> {
    const cluster = new FakeCluster(faults);
    for (const id of brokers) await cluster.#listen(id);
    return cluster;
  }

  get openSockets(): number {
    return this.#sockets;
  }

  get bootstrap(): string[] {
    return [...this.ports].map(([id, port]) => `s${id}:${port}`);
  }

  addTopic(name: string, assignment: readonly (readonly number[])[]): FakePartition[] {
    const partitions = assignment.map((replicas) => ({
      leader: replicas[0] ?? -1,
      replicas,
      isr: replicas,
      batches: [],
      end: 0n,
    }));
    this.topics.set(name, partitions);
    return partitions;
  }

  async #listen(id: number): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets += 1;
      socket.on('close', () => {
        this.#sockets -= 1;
      });
      socket.on('error', () => {});
      let received = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
          const size = received.readInt32BE(0);
          this.#answer(id, socket, received.subarray(4, 4 + size));
          received = received.subarray(4 + size);
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.ports.set(id, address.port);
  }

  #answer(broker: number, socket: Socket, request: Buffer): void {
    const reader = new WireReader(request);
    const [key, version, correlationId] = [reader.int16(), reader.int16(), reader.int32()];
    reader.string();
    const api = apis[`${key} v${version}`];
    if (api === undefined) throw new Error(`nobody should send API ${key} version ${version}`);
    this.requests.push(api);
    try {
      this.#faults.before?.(api, broker);
    } catch (error) {
      if (error instanceof Hang) return;
      throw error;
    }
    const body = this.#do(api, reader, broker);
    const header = new WireWriter().int32(correlationId).toBuffer();
    socket.write(new WireWriter().bytes(Buffer.concat([header, body])).toBuffer());
  }

  #do(api: ApiName, reader: WireReader, broker: number): Buffer {
    switch (api) {
      case 'Metadata':
        return this.#metadata(reader.array(() => reader.string()));
      case 'CreateTopics':
        return this.#createTopics(reader);
      case 'DeleteTopics': {
        const names = reader.array(() => reader.string());
        const answer = new WireWriter().int32(0);
        return answer.array(names, (name) => answer.string(name).int16(this.topics.delete(name) ? 0 : 3)).toBuffer();
      }
      case 'Produce':
        return this.#produce(reader, broker);
      case 'Fetch':
        return this.#fetch(reader);
      case 'DescribeConfigs':
        return describeConfigs(reader, this);
      case 'IncrementalAlterConfigs':
        return alterConfigs(reader, this);
      case 'ElectLeaders':
        return electLeaders(reader, this);
      case 'ListPartitionReassignments':
        return reassignments(this);
    }
  }

  #metadata(wanted: readonly string[]): Buffer {
    const names = wanted.length === 0 ? [...this.topics.keys()] : wanted;
    const answer = new WireWriter().int32(0);
    answer.array([...this.ports], ([id, port]) => answer.int32(id).string(`s${id}`).int32(port).string(null));
    answer.string('cluster-of-fakes').int32([...this.ports.keys()][0] ?? -1);
    return answer
      .array(names, (name) => {
        const partitions = this.topics.get(name);
        answer
          .int16(partitions === undefined ? 3 : 0)
          .string(name)
          .int8(0);
        answer.array([...(partitions ?? []).entries()], ([index, { leader, replicas, isr }]) => {
          answer
            .int16(leader < 0 ? 5 : 0)
            .int32(index)
            .int32(leader)
            .ints(replicas)
            .ints(isr)
            .ints([]);
        });
      })
      .toBuffer();
  }

  #createTopics(reader: WireReader): Buffer {
    const topics = reader.array(() => {
      const [name, count, factor] = [reader.string(), reader.int32(), reader.int16()];
      const assignment = reader.array(() => [reader.int32(), reader.array(() => reader.int32())] as const);
      const config = reader.array(() => [reader.string(), reader.string()] as const);
      return { name, count, factor, assignment, config };
    });
    reader.int32();
    const validateOnly = reader.int8() === 1;
    const answer = new WireWriter().int32(0);
    return answer
      .array(topics, ({ name, count, factor, assignment, config }) => {
        const error = this.topics.has(name) ? 36 : (this.#faults.createError ?? 0);
        answer.string(name).int16(error).string(null);
        if (error !== 0 || validateOnly) return;
        const ids = [...this.ports.keys()];
        const even = Array.from({ length: Math.max(0, count) }, (_, index) =>
          Array.from({ length: factor }, (__, replica) => ids[(index + replica) % ids.length] ?? -1),
        );
        this.addTopic(name, assignment.length > 0 ? assignment.map(([, replicas]) => replicas) : even);
        this.config.set(name, new Map(config));
      })
      .toBuffer();
  }

  #produce(reader: WireReader, broker: number): Buffer {
    reader.nullableString();
    if (reader.int16() !== -1) throw new Error('acks=all is expected');
    reader.int32();
    const answer = new WireWriter();
    const topics = reader.array(() => {
      const name = reader.string();
      return { name, partitions: reader.array(() => [reader.int32(), reader.raw(reader.int32())] as const) };
    });
    answer.array(topics, ({ name, partitions }) => {
      answer.string(name).array(partitions, ([index, batch]) => {
        const partition = this.topics.get(name)?.[index];
        const error = this.#faults.produceError?.(name, index) || (partition?.leader === broker ? 0 : 6);
        const first = partition?.end ?? -1n;
        if (partition !== undefined && error === 0) {
          const count = batch.readInt32BE(lastOffsetDelta) + 1;
          const bytes = this.#faults.stored?.(batch) ?? batch;
          if (bytes.length > 0) bytes.writeBigInt64BE(first);
          partition.batches.push({ first, count, bytes });
          partition.end += BigInt(count);
        }
        answer.int32(index).int16(error).int64(first).int64(-1n).int64(0n);
      });
    });
    return answer.int32(0).toBuffer();
  }

  #fetch(reader: WireReader): Buffer {
    reader.raw(4 * 4 + 1 + 4 * 2);
    const topics = reader.array(() => {
      const name = reader.string();
      const partitions = reader.array(() => {
        const [index, , offset] = [reader.int32(), reader.int32(), reader.int64(), reader.int64(), reader.int32()];
        return { index, offset };
      });
      return { name, partitions };
    });
    const answer = new WireWriter().int32(0).int16(0).int32(0);
    return answer
      .array(topics, ({ name, partitions }) => {
        answer.string(name).array(partitions, ({ index, offset }) => {
          const { batches, end } = this.topics.get(name)?.[index] ?? { batches: [], end: 0n };
          const wanted = batches.filter(({ first, count }) => first + BigInt(count) > offset);
          answer.int32(index).int16(0).int64(end).int64(end).int64(0n).int32(0).int32(-1);
          answer.bytes(Buffer.concat(wanted.map(({ bytes }) => bytes)));
        });
      })
      .toBuffer();
  }
}

/** Where a record batch keeps the number of its records less one (Kafka protocol, "Record Batch"). */
const lastOffsetDelta = 23;

const apis: Readonly<Record<string, ApiName>> = {
  '0 v7': 'Produce',
  '1 v11': 'Fetch',
  '3 v6': 'Metadata',
  '19 v3': 'CreateTopics',
  '20 v1': 'DeleteTopics',
  '32 v2': 'DescribeConfigs',
  '43 v0': 'ElectLeaders',
  '44 v0': 'IncrementalAlterConfigs',
  '46 v0': 'ListPartitionReassignments',
};
type ApiName =
  | 'Produce'
  | 'Fetch'
  | 'Metadata'
  | 'CreateTopics'
  | 'DeleteTopics'
  | 'DescribeConfigs'
  | 'ElectLeaders'
  | 'IncrementalAlterConfigs'
  | 'ListPartitionReassignments';
