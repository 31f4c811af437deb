import type { BrokerConnection } from './broker-connection.ts';
import { brokerResource, describeConfigs } from './describe-configs.ts';
import { KafkaRefusal } from './errors.ts';

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

/** Every setting that a broker has, asked of itself: no other knows them. */
export async function describeBroker(broker: BrokerConnection, id: number): Promise<readonly BrokerConfig[]> {
  const resources = await describeConfigs(broker, [{ type: brokerResource, name: String(id), configNames: [] }]);
  return resources.flatMap(({ errorCode, errorMessage, configEntries }) => {
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
