import type { ConnectionSettings } from './config/connection.ts';
import { BrokkrError, type Problem } from './errors.ts';
import type { Secret } from './shell/redact.ts';
import type { HostOptions } from './transport/host.ts';
import { JumpHosts } from './transport/jump-hosts.ts';
import { askPassphrases } from './transport/passphrases.ts';
import { Routes } from './transport/route.ts';
import type { Target } from './transport/target.ts';

/** How the hosts of a run are reached. */
export interface Reaching {
  readonly targets: ReadonlyMap<string, Target>;
  /** What the connections of one run share. */
  readonly shared: Pick<HostOptions, 'jumps' | 'passphrases'>;
}

/**
 * Completes what inventory and command line say of each host by what ssh's own configuration says, and asks for passphrases
 * that nobody else knows. No host is touched. What ssh refuses is added to `problems`.
 */
export async function reachHosts(
  settings: ReadonlyMap<string, ConnectionSettings>,
  problems: Problem[],
  askPassphrase: ((question: string) => Promise<Secret>) | undefined,
): Promise<Reaching> {
  const routes = new Routes();
  const targets = new Map<string, Target>();
  await Promise.all(
    [...settings].map(async ([name, { sshCall, ...said }]) => {
      try {
        targets.set(name, await routes.complete({ name, ...said }, sshCall));
      } catch (error) {
        if (!(error instanceof BrokkrError)) throw error;
        problems.push({ message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) });
      }
    }),
  );
  const passphrases = problems.length > 0 ? new Map() : await askPassphrases([...targets.values()], askPassphrase);
  return { targets, shared: { jumps: new JumpHosts(), passphrases } };
}
