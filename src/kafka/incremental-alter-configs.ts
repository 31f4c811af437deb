import type { BrokerConnection } from './broker-connection.ts';
import { brokerResource, topicResource } from './describe-configs.ts';
import { KafkaRefusal } from './errors.ts';
import type { Api } from './protocol.ts';

interface Changes {
  /** The number of its kind among the resources that have a configuration, and its name. */
  readonly type: number;
  readonly name: string;
  /** `null` takes the setting away, so that the next one in rank holds. */
  readonly values: ReadonlyMap<string, string | null>;
  /** Nothing is changed: it is only said whether it could be. */
  readonly validateOnly?: boolean;
}

interface Answer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

const setOperation = 0;
const deleteOperation = 1;

/**
 * IncrementalAlterConfigs, which kafkajs does not have: its AlterConfigs replaces all settings of the resource, and would
 * lose those that others have set, and secrets, which cannot be read back (KIP-339). Version 0 is spoken from 2.3 to 4.x.
 */
export const incrementalAlterConfigs: Api<Changes, Answer> = {
  name: 'IncrementalAlterConfigs',
  key: 44,
  version: 0,
  encode: async ({ type, name, values, validateOnly = false }) => {
    const settings = [...values].map(([key, value]) =>
      Buffer.concat([string(key), int8(value === null ? deleteOperation : setOperation), string(value)]),
    );
    const oneResource = [int32(1), int8(type), string(name)];
    return Buffer.concat([...oneResource, int32(settings.length), ...settings, int8(validateOnly ? 1 : 0)]);
  },
  decode: async (payload) => {
    // Throttle time and the number of resources, which is one, come first.
    const errorCode = payload.readInt16BE(8);
    const length = payload.readInt16BE(10);
    return { errorCode, errorMessage: length < 0 ? null : payload.toString('utf8', 12, 12 + length) };
  },
};

/** Sets and removes single settings of a topic, and leaves all others. Any broker passes it on. */
export async function alterTopicConfig(
  broker: BrokerConnection,
  { topic, values }: { readonly topic: string; readonly values: Changes['values'] },
): Promise<void> {
  const { errorCode, errorMessage } = await broker.request(incrementalAlterConfigs, {
    type: topicResource,
    name: topic,
    values,
  });
  if (errorCode !== 0) throw new KafkaRefusal(`the settings of ${topic} cannot be changed`, errorCode, errorMessage);
}

/**
 * Sets single settings of a broker while it runs, and leaves all others. Must go to that broker, which proves them first.
 * @throws KafkaRefusal also when it is only to say whether it would
 */
export async function alterBrokerConfig(
  broker: BrokerConnection,
  id: number,
  values: Changes['values'],
  options: Pick<Changes, 'validateOnly'> = {},
): Promise<void> {
  const { errorCode, errorMessage } = await broker.request(incrementalAlterConfigs, {
    type: brokerResource,
    name: String(id),
    values,
    ...options,
  });
  if (errorCode !== 0)
    throw new KafkaRefusal(`the settings of broker ${id} cannot be changed while it runs`, errorCode, errorMessage);
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
