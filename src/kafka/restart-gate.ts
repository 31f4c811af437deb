import { z } from 'zod';
import { BrokkrError } from '../errors.ts';
import type { RestartGate } from '../modules/gate.ts';
import type { ControlContext } from '../modules/module.ts';
import type { Json } from '../shell/question.ts';
import { kafkaCluster, perform } from './kafka-cluster.ts';

const viewSchema = z.object({ reachable: z.boolean(), controller: z.number().nullable(), healthy: z.boolean() });

/**
 * Brokers restart one by one, the controller last (it would have to be elected anew with each of the others), and only
 * while all are registered and no partition is offline or under-replicated.
 * @param parameters those of the module kafka_cluster
 */
export function kafkaGate(
  parameters: { readonly [key: string]: Json },
  brokerIdOf: (host: string) => number | undefined,
  context: ControlContext,
): RestartGate {
  const look = async () => {
    const { bootstrap_servers = [], brokers = [] } = parameters;
    const answer = await kafkaCluster.answerers?.['kafka-cluster']?.({ bootstrap_servers, brokers }, context, {
      ask: 'control',
      topic: 'kafka-cluster',
      parameters,
      life: 'volatile',
    });
    return answer?.ok === true ? viewSchema.parse(answer.value) : undefined;
  };
  return {
    cluster: 'Kafka',
    isUp: async () => (await look())?.reachable === true,
    async order(hosts) {
      const controller = (await look())?.controller;
      const leads = (host: string): boolean =>
        controller !== undefined && controller !== null && brokerIdOf(host) === controller;
      return [...hosts.filter((host) => !leads(host)), ...hosts.filter(leads)];
    },
    async waitUntilWhole() {
      const outcome = await perform(parameters, context);
      if (outcome.rc !== 0) throw new BrokkrError(outcome.stderr);
    },
  };
}
