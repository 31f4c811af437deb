import { accountOf } from './apply/accounts.ts';
import type { SharedOptions } from './commands/options.ts';
import type { ConnectionSettings } from './config/connection.ts';
import { BrokkrError, InputError, type Problem } from './errors.ts';
import type { Dialer } from './modules/module.ts';
import type { HostsSetting } from './prepare-hosts.ts';
import { Reacher, type Reaching } from './reach-hosts.ts';
import { serverDialer } from './server-dialer.ts';
import { type CommandOutput, CommandReader, compileCommand } from './shell/command-program.ts';
import { newNonce } from './shell/frame.ts';
import type { Redactor, Secret } from './shell/redact.ts';
import { Host, type ProgramRunner } from './transport/host.ts';
import type { Become, Target } from './transport/target.ts';

/** A host that a command is to run on, and the account there. */
interface Reached {
  readonly host: ProgramRunner;
  readonly become: Become | undefined;
}

export interface AdHocSetting {
  readonly setting: HostsSetting;
  readonly options: SharedOptions;
  readonly passwords: {
    readonly become: Secret | undefined;
    readonly connection: Secret | undefined;
    /** Asks for the passphrase of a key; absent when nobody is there to answer. */
    readonly askPassphrase?: ((question: string) => Promise<Secret>) | undefined;
  };
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  readonly onNewKey: (host: string, fingerprint: string) => void;
  /** How a host is reached. Absent: over SSH, or on this machine. */
  readonly connect?: (target: Target) => ProgramRunner;
  /** What is to be done beside the command, while the hosts are connected: servers of theirs are dialed as a run would. */
  readonly meanwhile?: ((dialer: Dialer, signal: AbortSignal) => Promise<void>) | undefined;
}

/** What came of a command on a host: its output, or why there is none. */
export type AdHocResult = { readonly host: string } & (
  | { readonly output: CommandOutput }
  | { readonly error: BrokkrError }
);

/**
 * Runs a shell command on hosts, as many at a time as there are forks.
 * @returns a result for each host, in the order given
 * @throws InputError when the connection settings of a host are wrong; then nothing was run
 */
export async function runAdHoc(adHoc: AdHocSetting, hosts: readonly string[], command: string): Promise<AdHocResult[]> {
  const reached = await reachAll(adHoc, hosts);
  const abort = (): void => {
    for (const { host } of reached.values()) void host.abort();
  };
  adHoc.signal.addEventListener('abort', abort);
  const results = new Map<string, AdHocResult>();
  const open = [...reached];
  const worker = async (): Promise<void> => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [name, each] = next;
      try {
        results.set(name, await runOne(name, each, command));
      } finally {
        if (adHoc.meanwhile === undefined) await each.host.close();
      }
    }
  };
  const carrying = new Map([...reached].flatMap(([name, { host }]) => (host instanceof Host ? [[name, host]] : [])));
  try {
    await Promise.all([
      ...Array.from({ length: Math.min(adHoc.options.forks, open.length) }, worker),
      adHoc.meanwhile?.(
        serverDialer(() => carrying),
        adHoc.signal,
      ),
    ]);
  } finally {
    if (adHoc.meanwhile !== undefined) await Promise.all([...reached.values()].map(({ host }) => host.close()));
    adHoc.signal.removeEventListener('abort', abort);
  }
  return hosts.flatMap((host) => results.get(host) ?? []);
}

async function runOne(name: string, { host, become }: Reached, command: string): Promise<AdHocResult> {
  const reader = new CommandReader();
  try {
    await host.run(become, compileCommand(command, newNonce()), reader, { onBoth: true });
    const output = reader.output();
    if (output === undefined) throw new BrokkrError(`${name} told no exit status of the command`);
    return { host: name, output };
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    return { host: name, error };
  }
}

/**
 * How hosts are reached, as inventory, command line and ssh's own configuration say.
 * @throws InputError with all that is wrong; no host was touched
 */
export async function reachTargets(
  { setting, options, passwords, redactor }: Pick<AdHocSetting, 'setting' | 'options' | 'passwords' | 'redactor'>,
  hosts: readonly string[],
): Promise<Reaching> {
  const problems: Problem[] = [];
  const { scopeOf, inventory } = setting;
  const reacher = new Reacher({ scopeOf, inventory, options, passwords, redactor });
  const settings = new Map<string, ConnectionSettings>();
  for (const name of hosts) {
    const read = reacher.read(name, problems);
    if (read !== undefined) settings.set(name, read);
  }
  const reaching = await reacher.reach(settings, problems);
  if (problems.length > 0) throw new InputError(problems);
  return reaching;
}

async function reachAll(adHoc: AdHocSetting, hosts: readonly string[]): Promise<Map<string, Reached>> {
  const { setting, options, passwords, redactor, signal, onNewKey } = adHoc;
  const { targets, shared } = await reachTargets(adHoc, hosts);
  const connect = adHoc.connect ?? ((target) => new Host(target, { signal, onNewKey, ...shared }));
  const reached = new Map<string, Reached>();
  for (const [name, target] of targets) {
    const nothing = { become: undefined, becomeUser: undefined, becomeMethod: undefined };
    const { become: isAsked, becomeUser, becomeMethod } = options;
    const defaults = { become: isAsked, becomeUser, becomeMethod, password: passwords.become };
    const { become } = accountOf(undefined, { become: nothing }, setting.scopeOf(name), target.user, defaults);
    if (become?.password !== undefined) redactor.add(become.password.reveal());
    reached.set(name, { host: connect(target), become });
  }
  return reached;
}
