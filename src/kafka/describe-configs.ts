import { z } from 'zod';
import type { BrokerConnection } from './broker-connection.ts';
import { api } from './protocol.ts';

/** The number of a topic among the resources that have a configuration. */
export const topicResource = 2;
/** The number of a broker among them. */
export const brokerResource = 4;

/** Whose configuration is asked for. */
interface ConfigResource {
  readonly type: typeof topicResource | typeof brokerResource;
  readonly name: string;
  /** Empty: all. */
  readonly configNames: readonly string[];
}

const described = z.object({
  resources: z.array(
    z.object({
      errorCode: z.int(),
      errorMessage: z.string().nullable(),
      resourceName: z.string(),
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
type DescribedResource = z.output<typeof described>['resources'][number];

const describeConfigsApi = api<
  { readonly resources: readonly ConfigResource[]; readonly includeSynonyms: boolean },
  z.output<typeof described>
>('DescribeConfigs', { folder: 'describeConfigs', key: 32, version: 2 }, described);

/** Settings in effect and where they come from; each resource has an error code of its own. */
export async function describeConfigs(
  broker: BrokerConnection,
  resources: readonly ConfigResource[],
): Promise<readonly DescribedResource[]> {
  return (await broker.request(describeConfigsApi, { resources, includeSynonyms: false })).resources;
}
