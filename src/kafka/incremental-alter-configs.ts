import type { BrokerConnection } from './broker-connection.ts';
import { KafkaRefusal } from './errors.ts';
import type { Api } from './protocol.ts';
import { topicResource } from './topic-requests.ts';

interface Changes {
  readonly topic: string;
  /** `null` takes the setting of the topic away, so that the brokers' holds. */
  readonly values: ReadonlyMap<string, string | null>;
}

interface Answer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

const setOperation = 0;
const deleteOperation = 1;

/**
 * IncrementalAlterConfigs, which kafkajs does not have: its AlterConfigs replaces all settings of the topic, and would
 * lose those that others have set, and secrets, which cannot be read back (KIP-339). Version 0 is spoken from 2.3 to 4.x.
 */
export const incrementalAlterConfigs: Api<Changes, Answer> = {
  name: 'IncrementalAlterConfigs',
  key: 44,
  version: 0,
  encode: async ({ topic, values }) => {
    const settings = [...values].map(([name, value]) =>
      Buffer.concat([string(name), int8(value === null ? deleteOperation : setOperation), string(value)]),
    );
    const validateOnly = int8(0);
    const oneResource = [int32(1), int8(topicResource), string(topic)];
    return Buffer.concat([...oneResource, int32(settings.length), ...settings, validateOnly]);
  },
  decode: async (payload) => {
    // Throttle time and the number of resources, which is one, come first.
    const errorCode = payload.readInt16BE(8);
    const length = payload.readInt16BE(10);
    return { errorCode, errorMessage: length < 0 ? null : payload.toString('utf8', 12, 12 + length) };
  },
};

/** Sets and removes single settings of a topic, and leaves all others. Any broker passes it on. */
export async function alterTopicConfig(broker: BrokerConnection, changes: Changes): Promise<void> {
  const { errorCode, errorMessage } = await broker.request(incrementalAlterConfigs, changes);
  if (errorCode !== 0) {
    throw new KafkaRefusal(`the settings of ${changes.topic} cannot be changed`, errorCode, errorMessage);
  }
}

function int8(value: number): Buffer {
  return Buffer.from([value]);
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

/** A length of 16 bits, −1 for none, and the text in UTF-8. */
function string(value: string | null): Buffer {
  const text = Buffer.from(value ?? '', 'utf8');
  const length = Buffer.alloc(2);
  length.writeInt16BE(value === null ? -1 : text.length);
  return Buffer.concat([length, text]);
}
