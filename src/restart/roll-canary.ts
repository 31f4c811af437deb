import type { PlaybookSetting } from '../apply/playbook-run.ts';
import { Canary } from '../kafka/canary.ts';
import type { CanaryReport } from '../kafka/canary-report.ts';
import { neededValue } from './cluster-variables.ts';
import { groupOf } from './prepare-roll.ts';
import type { ServerLook } from './server-look.ts';

type Setting = Pick<PlaybookSetting, 'inventory' | 'variables' | 'identity'>;

/** Messages a second, where nobody says how many. */
export const CANARY_RATE = 200;

/** Whether the variables ask for a canary, and all servers that are to be restarted run: else its topic could not be made. */
export function asksForCanary(
  { variables }: Pick<Setting, 'variables'>,
  looks: ReadonlyMap<string, ServerLook>,
): boolean {
  const wanted = variables.hostScope([...looks.keys()][0] ?? '').lookup('restart_canary');
  return wanted === true && [...looks.values()].every(({ process: running }) => running !== undefined);
}

/** Begins to send messages to a scratch topic with a partition led by each broker. `rate`: messages a second. */
export async function startCanary({ inventory, variables, identity }: Setting, rate: number): Promise<Canary> {
  const [host] = inventory.hostsOf(groupOf('kafka', (name) => inventory.hasGroup(name)));
  const scope = variables.hostScope(host ?? '');
  const canary = new Canary(
    {
      bootstrap: neededValue(scope, 'kafka_bootstrap'),
      brokers: neededValue(scope, 'kafka_broker_ids'),
      rate,
      size: 1024,
    },
    identity.control,
  );
  await canary.start();
  return canary;
}

/**
 * Does something while a canary sends messages, where one is wanted. It is started first: where it cannot be, nothing was
 * begun.
 */
export async function withCanary<T>(
  start: (() => Promise<Canary>) | undefined,
  roll: () => Promise<T>,
): Promise<{ readonly value: T; readonly report: CanaryReport | undefined }> {
  const canary = await start?.();
  let value: T;
  let report: CanaryReport | undefined;
  try {
    value = await roll();
  } finally {
    report = await canary?.end();
  }
  return { value, report };
}
