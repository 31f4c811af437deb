import type { ForeseenRestart, RollingHost } from '../apply/batch-context.ts';
import type { PlaybookSetting } from '../apply/playbook-run.ts';
import type { Problem } from '../errors.ts';
import type { RestartGate } from '../modules/gate.ts';
import type { ClusterName } from './members.ts';
import { groupHosts } from './own-members.ts';

type Delegating = Pick<RollingHost, 'host' | 'doneOn'>;

/**
 * Why servers are not taken down by tasks of other hosts; `undefined` when none is. The turn is kept of the host that the play
 * is about. What is delegated to this machine is a program that reaches for the server from here.
 */
export function turnRefusal(
  cluster: ClusterName,
  hosts: readonly Delegating[],
  { inventoryNow, runs }: Pick<PlaybookSetting, 'inventoryNow' | 'runs'>,
): string | undefined {
  const servers = groupHosts(cluster, inventoryNow());
  const other = hosts
    .flatMap(({ host, doneOn }) => doneOn.filter((each) => each !== host))
    .find((each) => servers.includes(each) || runs.get(each)?.host.target.connection !== 'local');
  return other === undefined
    ? undefined
    : `not restarted: by delegate_to nobody keeps the turn of ${other}; let the play be about ${other} itself`;
}

/**
 * The restarts of a plan that would be refused when their turn came, each task once. As then, a cluster that is not up has
 * nobody whose turn must be kept.
 */
export async function refusedTurns(
  restarts: readonly ForeseenRestart[],
  setting: Pick<PlaybookSetting, 'inventoryNow' | 'runs'>,
  gateFor: (restart: ForeseenRestart) => RestartGate | undefined,
): Promise<Problem[]> {
  const refused = restarts.flatMap((restart) => {
    const cluster = restart.cluster === 'kafka' ? 'kafka' : 'zookeeper';
    const message = turnRefusal(cluster, [restart], setting);
    return message === undefined ? [] : [{ restart, message }];
  });
  const tasks = new Map(refused.map((each) => [each.restart.handler, each]));
  const problems = await Promise.all(
    [...tasks.values()].map(async ({ restart, message }): Promise<Problem[]> => {
      const gate = gateFor(restart);
      return gate === undefined || (await gate.isUp()) ? [{ message, at: restart.handler.at }] : [];
    }),
  );
  return problems.flat();
}
