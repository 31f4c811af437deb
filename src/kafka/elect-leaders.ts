import type { BrokerConnection } from './broker-connection.ts';
import type { Api } from './protocol.ts';

interface Election {
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
  /** Milliseconds that the controller may take. */
  readonly timeout: number;
}

interface ElectionResult {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/**
 * ElectLeaders, which kafkajs does not have: gives partitions back to their preferred leader, the first of their replicas.
 * Version 0 knows only this kind of election (KIP-183), and is spoken from 2.2 to 4.x.
 */
export const electLeadersApi: Api<Election, readonly ElectionResult[]> = {
  name: 'ElectLeaders',
  key: 43,
  version: 0,
  encode: async ({ topics, timeout }) =>
    Buffer.concat([
      int32(topics.length),
      ...topics.flatMap(({ topic, partitions }) => [string(topic), int32(partitions.length), ...partitions.map(int32)]),
      int32(timeout),
    ]),
  decode: async (payload) => readResults(payload),
};

/** As Kafka numbers it: the preferred replica leads already. */
const electionNotNeeded = 84;

/** Must go to the controller. Gives the partitions that did not get their preferred leader back, with the reason. */
export async function electPreferredLeaders(
  controller: BrokerConnection,
  topics: Election['topics'],
): Promise<readonly ElectionResult[]> {
  const results = await controller.request(electLeadersApi, { topics, timeout: 15_000 }, 20_000);
  return results.filter(({ errorCode }) => errorCode !== 0 && errorCode !== electionNotNeeded);
}

/** Throttle time, then for each topic its name and for each partition number, error code and message. */
function readResults(payload: Buffer): ElectionResult[] {
  let at = 4;
  const readInt32 = () => {
    at += 4;
    return payload.readInt32BE(at - 4);
  };
  const readInt16 = () => {
    at += 2;
    return payload.readInt16BE(at - 2);
  };
  const readString = () => {
    const length = readInt16();
    if (length < 0) return null;
    at += length;
    return payload.toString('utf8', at - length, at);
  };
  const results: ElectionResult[] = [];
  for (let topics = readInt32(); topics > 0; topics -= 1) {
    const topic = readString() ?? '';
    for (let partitions = readInt32(); partitions > 0; partitions -= 1) {
      const partition = readInt32();
      const errorCode = readInt16();
      results.push({ topic, partition, errorCode, errorMessage: readString() });
    }
  }
  return results;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
