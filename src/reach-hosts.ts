import type { SharedOptions } from './commands/options.ts';
import type { ConnectionDefaults, ConnectionSettings } from './config/connection.ts';
import { BrokkrError, type Problem } from './errors.ts';
import type { Secret } from './shell/redact.ts';
import type { HostOptions } from './transport/host.ts';
import { JumpHosts } from './transport/jump-hosts.ts';
import { askPassphrases, type KeyRing } from './transport/passphrases.ts';
import { Routes } from './transport/route.ts';
import type { Target } from './transport/target.ts';
import { Turns } from './transport/turns.ts';

/** How the hosts of a run are reached. */
export interface Reaching {
  readonly targets: ReadonlyMap<string, Target>;
  /** What the connections of one run share. */
  readonly shared: Pick<HostOptions, 'jumps' | 'turns' | 'openedKeys'>;
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
 * nobody else knows. No host is touched. Hosts that are added later share connections and opened keys with the first ones.
 */
export class Reacher {
  readonly #routes: Routes;
  readonly #jumps = new JumpHosts();
  readonly #turns = new Turns();
  readonly #openedKeys: KeyRing;
  readonly #ask: ((question: string) => Promise<Secret>) | undefined;

  /**
   * @param ask undefined: nobody is there to answer
   * @param passwordOf the password of a jump host: its own where the inventory has the host, otherwise the one that was asked for
   * @param openedKeys keys that were opened already, for other runs of the same command; those that are opened now are added
   */
  constructor(
    ask: ((question: string) => Promise<Secret>) | undefined,
    passwordOf: (jump: string) => Secret | undefined,
    openedKeys: KeyRing = new Map(),
  ) {
    this.#ask = ask;
    this.#openedKeys = openedKeys;
    this.#routes = new Routes(undefined, passwordOf);
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
    if (problems.length === 0) await askPassphrases([...targets.values()], this.#ask, this.#openedKeys);
    return { targets, shared: { jumps: this.#jumps, turns: this.#turns, openedKeys: this.#openedKeys } };
  }
}
