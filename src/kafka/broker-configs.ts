import { z } from 'zod';
import type { BrokerConnection } from './broker-connection.ts';
import { KafkaRefusal } from './errors.ts';
import { api } from './protocol.ts';

/** Where a value in effect comes from (KIP-226, `DescribeConfigsResponse.ConfigSource`). */
type ConfigSource = 'dynamic broker' | 'dynamic default' | 'static' | 'default' | 'other';

const sources: Readonly<Record<number, ConfigSource>> = {
  2: 'dynamic broker',
  3: 'dynamic default',
  4: 'static',
  5: 'default',
};

/** One setting of a broker as it has it. */
export interface BrokerConfig {
  readonly name: string;
  /** `null` for a secret, and for what has no value. */
  readonly value: string | null;
  readonly source: ConfigSource;
  readonly sensitive: boolean;
  /** It can only be changed by a restart. */
  readonly readOnly: boolean;
}

const described = z.object({
  resources: z.array(
    z.object({
      errorCode: z.int(),
      errorMessage: z.string().nullable(),
      configEntries: z.array(
        z.object({
          configName: z.string(),
          configValue: z.string().nullable(),
          configSource: z.int(),
          isSensitive: z.boolean(),
          readOnly: z.boolean(),
        }),
      ),
    }),
  ),
});

interface Request {
  readonly resources: readonly {
    readonly type: number;
    readonly name: string;
    readonly configNames: readonly string[];
  }[];
  readonly includeSynonyms: boolean;
}

const describeApi = api<Request, z.output<typeof described>>(
  'DescribeConfigs',
  { folder: 'describeConfigs', key: 32, version: 2 },
  described,
);

/** The number of a broker among the resources that have a configuration. */
export const brokerResource = 4;

/** Every setting that a broker has, asked of itself: no other knows them. */
export async function describeBroker(broker: BrokerConnection, id: number): Promise<readonly BrokerConfig[]> {
  const resources = [{ type: brokerResource, name: String(id), configNames: [] }];
  const answer = await broker.request(describeApi, { resources, includeSynonyms: false });
  return answer.resources.flatMap(({ errorCode, errorMessage, configEntries }) => {
    if (errorCode !== 0) throw new KafkaRefusal(`the settings of broker ${id} cannot be read`, errorCode, errorMessage);
    return configEntries.map(({ configName, configValue, configSource, isSensitive, readOnly }) => ({
      name: configName,
      value: isSensitive ? null : configValue,
      source: sources[configSource] ?? 'other',
      sensitive: isSensitive,
      readOnly,
    }));
  });
}

export interface Listener {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Where a broker tells clients that it listens: every listener that it advertises, by its settings in effect. */
export function advertisedListeners(configs: readonly BrokerConfig[]): readonly Listener[] {
  const textOf = (name: string) => configs.find((config) => config.name === name)?.value ?? '';
  const text = textOf('advertised.listeners') || textOf('listeners');
  return text.split(',').flatMap((each) => {
    const [, name, bracketed, plain, port] = /^\s*([\w.-]+):\/\/(?:\[([^\]]+)\]|([^:]*)):(\d+)\s*$/.exec(each) ?? [];
    const host = bracketed ?? plain ?? '';
    return name === undefined || host === '' ? [] : [{ name, host, port: Number(port) }];
  });
}
