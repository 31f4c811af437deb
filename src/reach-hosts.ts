import type { SharedOptions } from './commands/options.ts';
import { type ConnectionDefaults, type ConnectionSettings, readConnection } from './config/connection.ts';
import type { Inventory } from './config/inventory/inventory.ts';
import type { VariableScope } from './config/variables/scope.ts';
import { BrokkrError, InputError, type Problem } from './errors.ts';
import type { Redactor, Secret } from './shell/redact.ts';
import type { HostOptions } from './transport/host-options.ts';
import { JumpHosts } from './transport/jump-hosts.ts';
import { askPassphrases, type KeyRing } from './transport/passphrases.ts';
import { Routes } from './transport/route.ts';
import type { Target } from './transport/target.ts';
import { Turns } from './transport/turns.ts';

/** How the hosts of a run are reached. */
export interface Reaching {
  readonly targets: ReadonlyMap<string, Target>;
  /** By host, what completes its target when it is connected to after all. */
  readonly late: ReadonlyMap<string, () => Promise<Target>>;
  /** What the connections of one run share. */
  readonly shared: Pick<HostOptions, 'jumps' | 'turns' | 'openedKeys'>;
}

/** What is said of connections, and who is asked for what nobody has said. */
interface ReachInputs {
  readonly scopeOf: (host: string) => VariableScope;
  readonly inventory: Pick<Inventory, 'hasHost'>;
  readonly options: SharedOptions;
  readonly passwords: {
    readonly connection: Secret | undefined;
    /** Absent: nobody is there to answer. */
    readonly askPassphrase?: ((question: string) => Promise<Secret>) | undefined;
    /** Keys that were opened already, for other runs of the same command; those that are opened now are added. */
    readonly openedKeys?: KeyRing | undefined;
  };
  readonly redactor: Redactor;
}

/**
 * Reads how hosts are reached, completes it by what ssh's own configuration says, and asks for passphrases that nobody else
 * knows. No host is touched. Hosts that are added later share connections and opened keys with the first ones.
 */
export class Reacher {
  readonly #inputs: ReachInputs;
  readonly #defaults: ConnectionDefaults;
  readonly #routes: Routes;
  readonly #jumps = new JumpHosts();
  readonly #turns = new Turns();
  readonly #openedKeys: KeyRing;

  constructor(inputs: ReachInputs) {
    const { inventory, options, passwords } = inputs;
    this.#inputs = inputs;
    this.#defaults = connectionDefaults(options, passwords.connection);
    this.#openedKeys = passwords.openedKeys ?? new Map();
    // What is wrong with the variables of a jump host is told of it as a host.
    const passwordOf = (jump: string): Secret | undefined =>
      inventory.hasHost(jump) ? this.read(jump, [])?.password : passwords.connection;
    this.#routes = new Routes(undefined, passwordOf);
  }

  /** As the variables of the host are at this moment; `undefined` when a problem was noted instead. */
  read(name: string, problems: Problem[]): ConnectionSettings | undefined {
    const { scopeOf, redactor } = this.#inputs;
    try {
      const settings = readConnection(scopeOf(name), this.#defaults, problems);
      if (settings.password !== undefined) redactor.add(settings.password.reveal());
      return settings;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  }

  /**
   * What ssh refuses is added to `problems`.
   * @param isLate whether a host will hardly be connected to: ssh is asked about such a one, which is a process for each, only when
   * it is. It is told whether the user is said who logs in there, which decides who becomes whom.
   */
  async reach(
    settings: ReadonlyMap<string, ConnectionSettings>,
    problems: Problem[],
    isLate: (host: string, saysUser: boolean) => boolean = () => false,
  ): Promise<Reaching> {
    const late = new Map<string, () => Promise<Target>>();
    const completed = await Promise.all(
      [...settings].map(async ([name, { sshCall, ...said }]) => {
        const complete = (): Promise<Target> => this.#routes.complete({ name, ...said }, sshCall);
        if (isLate(name, sshCall?.saysUser ?? true)) {
          late.set(name, complete);
          return [[name, { name, ...said }] as const];
        }
        try {
          return [[name, await complete()] as const];
        } catch (error) {
          if (!(error instanceof BrokkrError)) throw error;
          problems.push({ message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) });
          return [];
        }
      }),
    );
    const targets = new Map<string, Target>(completed.flat());
    // A task may be delegated to any of them. Which keys ssh would take for those that it was not asked about is not known.
    const withKeys = [...targets.values()].filter(
      ({ name, privateKeyFile }) => !late.has(name) || privateKeyFile !== undefined,
    );
    if (problems.length === 0) await askPassphrases(withKeys, this.#inputs.passwords.askPassphrase, this.#openedKeys);
    return { targets, late, shared: { jumps: this.#jumps, turns: this.#turns, openedKeys: this.#openedKeys } };
  }
}

/** What the command line and ansible.cfg say of connections. */
function connectionDefaults(options: SharedOptions, password: Secret | undefined): ConnectionDefaults {
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
