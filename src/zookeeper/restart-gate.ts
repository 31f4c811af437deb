import { z } from 'zod';
import { BrokkrError } from '../errors.ts';
import type { RestartGate } from '../modules/gate.ts';
import type { ControlContext } from '../modules/module.ts';
import type { Json } from '../shell/question.ts';
import { perform, zookeeperEnsemble } from './zookeeper-ensemble.ts';

const viewSchema = z.object({
  leader: z.unknown(),
  healthy: z.boolean(),
  servers: z.array(z.object({ id: z.number(), state: z.string() })),
});

/**
 * Servers of an ensemble restart one by one, followers first and the leader last, and only while all of them are there: of
 * three, one that is down is all that may be.
 * @param parameters those of the module zookeeper_ensemble
 */
export function zookeeperGate(
  parameters: { readonly [key: string]: Json },
  serverIdOf: (host: string) => number | undefined,
  context: ControlContext,
): RestartGate {
  const look = async () => {
    const { servers = [] } = parameters;
    const answer = await zookeeperEnsemble.answerers?.['zookeeper-ensemble']?.({ servers }, context, {
      ask: 'control',
      topic: 'zookeeper-ensemble',
      parameters,
      life: 'volatile',
    });
    return answer?.ok === true ? viewSchema.parse(answer.value) : undefined;
  };
  return {
    cluster: 'ZooKeeper',
    isUp: async () => (await look())?.servers.some(({ state }) => state !== 'unreachable') === true,
    async order(hosts) {
      const leader = (await look())?.servers.find(({ state }) => state === 'leader')?.id;
      const leads = (host: string): boolean => leader !== undefined && serverIdOf(host) === leader;
      return [...hosts.filter((host) => !leads(host)), ...hosts.filter(leads)];
    },
    async waitUntilWhole() {
      const outcome = await perform(parameters, context);
      if (outcome.rc !== 0) throw new BrokkrError(outcome.stderr);
    },
  };
}
