import type { SharedOptions } from './commands/options.ts';
import type { ConnectionDefaults, ConnectionSettings } from './config/connection.ts';
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

/** What the command line and ansible.cfg say of connections. */
export function connectionDefaults(options: SharedOptions, password: Secret | undefined): ConnectionDefaults {
  return {
    user: options.user,
    privateKeyFile: options.privateKey,
    password,
    timeout: options.timeout,
    acceptNewHostKeys: options.acceptNewHostKeys,
    hostKeyChecking: options.hostKeyChecking,
    port: options.remotePort,
    sshArgs: options.sshArgs,
    sshCommonArgs: options.sshCommonArgs,
    sshExtraArgs: options.sshExtraArgs,
  };
}

/**
 * Completes what inventory and command line say of hosts by what ssh's own configuration says, and asks for passphrases that
 * nobody else knows. No host is touched. Hosts that are added later share connections and passphrases with the first ones.
 */
export class Reacher {
  readonly #routes = new Routes();
  readonly #jumps = new JumpHosts();
  readonly #passphrases = new Map<string, Secret>();
  readonly #ask: ((question: string) => Promise<Secret>) | undefined;

  /** @param ask undefined: nobody is there to answer */
  constructor(ask: ((question: string) => Promise<Secret>) | undefined) {
    this.#ask = ask;
  }

  /** What ssh refuses is added to `problems`. */
  async reach(settings: ReadonlyMap<string, ConnectionSettings>, problems: Problem[]): Promise<Reaching> {
    const completed = await Promise.all(
      [...settings].map(async ([name, { sshCall, ...said }]) => {
        try {
          return [[name, await this.#routes.complete({ name, ...said }, sshCall)] as const];
        } catch (error) {
          if (!(error instanceof BrokkrError)) throw error;
          problems.push({ message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) });
          return [];
        }
      }),
    );
    const targets = new Map(completed.flat());
    if (problems.length === 0) await askPassphrases([...targets.values()], this.#ask, this.#passphrases);
    return { targets, shared: { jumps: this.#jumps, passphrases: this.#passphrases } };
  }
}
