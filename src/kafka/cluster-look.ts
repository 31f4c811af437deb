import { BrokkrError } from '../errors.ts';
import type { Endpoint } from '../modules/dialing.ts';
import { advertisedListeners, type BrokerConfig, describeBroker, type Listener } from './broker-configs.ts';
import type { ClusterClient } from './cluster-client.ts';
import type { ClusterMetadata } from './metadata.ts';
import { listReassignments } from './reassignments.ts';
import { describeMinInsyncReplicas } from './topic-requests.ts';

/** A registered broker, asked at the address that it advertises. */
export interface BrokerLook extends Endpoint {
  readonly id: number;
  /** Why it does not answer there. */
  readonly silent: string | undefined;
  /** Its settings in effect; empty when it does not answer. */
  readonly configs: readonly BrokerConfig[];
  /** Every listener that it advertises. */
  readonly listeners: readonly Listener[];
}

/** A cluster as one look found it, whatever is wrong with it. */
export interface ClusterLook {
  readonly metadata: ClusterMetadata;
  readonly brokers: readonly BrokerLook[];
  /** `min.insync.replicas` in effect, by topic; `undefined` when that could not be asked. */
  readonly minInsyncReplicas: ReadonlyMap<string, number> | undefined;
  /** `topic-partition` of each that is being moved; `undefined` when that could not be asked. */
  readonly reassignments: readonly string[] | undefined;
}

/** Looks at the cluster by whichever broker answers, and asks each registered broker. @throws KafkaUnreachable when none answers */
export async function lookAtCluster(client: ClusterClient): Promise<ClusterLook> {
  const first = await client.metadata();
  const brokers = await Promise.all(first.brokers.map((broker) => lookAtBroker(client, broker)));
  const controller = brokers.find(({ id, silent }) => id === first.controllerId && silent === undefined);
  const metadata = controller === undefined ? first : await client.metadataOf(controller.id);
  const [minInsyncReplicas, reassignments] = await Promise.all([
    quietly(async () =>
      describeMinInsyncReplicas(
        await client.any(),
        metadata.topics.map(({ name }) => name),
      ),
    ),
    controller === undefined ? undefined : quietly(async () => listReassignments(await client.broker(controller.id))),
  ]);
  return { metadata, brokers, minInsyncReplicas, reassignments };
}

async function lookAtBroker(client: ClusterClient, broker: { readonly id: number } & Endpoint): Promise<BrokerLook> {
  const { id, host, port } = broker;
  try {
    const configs = await describeBroker(await client.broker(id), id);
    return { id, host, port, silent: undefined, configs, listeners: advertisedListeners(configs) };
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    return { id, host, port, silent: error.message, configs: [], listeners: [] };
  }
}

async function quietly<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    return undefined;
  }
}
