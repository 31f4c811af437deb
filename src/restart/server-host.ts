import type { EventSink } from '../apply/events.ts';
import type { HostRun } from '../apply/host-run.ts';
import { LockedError, runSteps } from '../apply/run-program.ts';
import { BrokkrError } from '../errors.ts';
import type { Account } from '../plan/known.ts';
import { pollUntil, systemClock } from '../poll.ts';
import type { HostAction } from '../shell/action.ts';
import { compileUnlock, type Step } from '../shell/apply-program.ts';
import { newNonce } from '../shell/frame.ts';
import { preamble } from '../shell/program.ts';
import { quote } from '../shell/quote.ts';
import type { Secret } from '../shell/redact.ts';
import { type CutOff, endSessionProgram } from './cut-off.ts';
import type { Member } from './members.ts';
import { findProcess, lookProgram, parseLook, type ServerLook } from './server-look.ts';

export interface RunOwner {
  /** Names the run in locks and journals. */
  readonly run: string;
  readonly owner: string;
  /** A run whose locks are taken away from it. */
  readonly forceUnlock?: string | undefined;
  readonly emit: EventSink;
  readonly becomePassword: Secret | undefined;
}

/** Milliseconds within which the watchdog of a connection that has ended is done: after two seconds it kills. */
const watchdogMs = 5_000;
const cutOffEndsWithinMs = 20_000;

/** Seconds within which a process is gone that was killed. */
const killedWithin = 10;

const NOBODY = { frame: () => {} };

const NOTHING: HostAction = { do: 'run', command: { kind: 'argv', argv: ['true'] }, environment: new Map() };

/** One server on its host: looked at, stopped and started under the host's lock. */
export class ServerHost {
  readonly member: Member;
  readonly #run: HostRun;
  readonly #owner: RunOwner;
  /** Who keeps brokkr's lock and journal on the host, and manages units: root, or whoever logs in where nobody becomes root. */
  readonly #keeper: Account;
  readonly #manager: Account;

  constructor(member: Member, run: HostRun, keeper: Account, owner: RunOwner) {
    this.member = member;
    this.#run = run;
    this.#owner = owner;
    this.#keeper = keeper;
    const { unit, scriptUser } = member;
    const become = { method: keeper.become?.method ?? 'sudo', password: owner.becomePassword } as const;
    this.#manager =
      unit !== undefined || scriptUser === undefined || scriptUser === run.host.target.user
        ? keeper
        : { user: scriptUser, become: { ...become, user: scriptUser } };
  }

  /**
   * Takes the host's lock. Where a run that was cut off still has it, what that was doing there is still being ended, which
   * is waited for. A host that has not noticed that its connection is gone is helped: the session is ended.
   * @throws LockedError when another run holds the host
   */
  async lock(cutOff: CutOff | undefined): Promise<void> {
    let endsSession = cutOff?.isGone === true;
    const began = systemClock.now();
    const outcome = await pollUntil<undefined>(
      async () => {
        const locked = await this.#tryLock();
        if (locked === undefined) return { done: true, value: undefined };
        if (locked.run !== cutOff?.run) throw locked;
        if (endsSession && systemClock.now() - began > watchdogMs) {
          endsSession = false;
          await this.#run.host.run(this.#keeper.become, endSessionProgram(locked.pid), NOBODY, { onBoth: false });
        }
        return { done: false, reason: locked.message };
      },
      { timeoutMs: cutOffEndsWithinMs, intervalMs: 500 },
    );
    if (outcome.done) return;
    throw new BrokkrError(outcome.reason, {
      hint: 'the restart that is to be gone on with still runs, or its connection is lost and the host has not noticed: then say --force-unlock with its run',
    });
  }

  async #tryLock(): Promise<LockedError | undefined> {
    try {
      await this.#steps(this.#keeper, 'lock', [NOTHING]);
      return undefined;
    } catch (error) {
      if (error instanceof LockedError) return error;
      throw error;
    }
  }

  async look(): Promise<ServerLook> {
    const frames = new Map<string, string>();
    await this.#run.host.run(
      this.#keeper.become,
      lookProgram(this.member),
      { frame: (_, { words: [name = ''], payload }) => void frames.set(name, payload.toString()) },
      { onBoth: false },
    );
    return parseLook(this.member, frames);
  }

  /** A file of the server's, as text. @throws BrokkrError when it cannot be read */
  async read(file: string): Promise<string> {
    const nonce = newNonce();
    const frames = new Map<string, string>();
    const text = [preamble(nonce), 's file', `cat -- ${quote(file)}; rc=$?`, 's read "$rc"', 's END'].join('\n');
    await this.#run.host.run(
      this.#keeper.become,
      { nonce, text },
      { frame: (_, { words: [name = '', rc = ''], payload }) => void frames.set(`${name}${rc}`, payload.toString()) },
      { onBoth: false },
    );
    const found = frames.get('file');
    if (found !== undefined && frames.has('read0')) return found;
    throw new BrokkrError(`${file} on ${this.member.host} cannot be read`);
  }

  /**
   * Asks the server to end and waits until its process has. It is killed only when `forceAfter` seconds have passed.
   * @throws BrokkrError when it still runs
   */
  async stop(forceAfter: number | undefined): Promise<void> {
    await this.#steps(this.#manager, `stop ${this.member.cluster}`, [script(this.#stopText(forceAfter))]);
  }

  /** Starts the server; `owed` handlers are paid by it, with the start itself where one account does both. */
  async start(needsReload: boolean, owed: readonly string[]): Promise<void> {
    const { unit, script: scripts, cluster } = this.member;
    const actions: HostAction[] = [
      ...(unit !== undefined && needsReload ? [{ do: 'daemon-reload' } as const] : []),
      unit === undefined ? script(scripts?.start ?? 'false') : { do: 'unit', verb: 'start', name: unit },
    ];
    const isOne = this.#manager.user === this.#keeper.user;
    await this.#steps(this.#manager, `start ${cluster}`, actions, isOne ? owed : []);
    if (isOne) this.#forget(owed);
    else await this.pay(owed);
  }

  /** Takes the records of handlers away that a start of the server has done. */
  async pay(owed: readonly string[]): Promise<void> {
    if (owed.length === 0) return;
    await this.#steps(this.#keeper, 'pay what was owed', [NOTHING], owed);
    this.#forget(owed);
  }

  #forget(owed: readonly string[]): void {
    const { host } = this.member;
    for (const handler of owed)
      if (this.#run.owed.delete(handler)) this.#owner.emit({ event: 'owed', host, handler, what: 'paid' });
  }

  /** The last lines of its log. */
  async logEnd(lines: number): Promise<string> {
    const { unit, log } = this.member;
    const journal = unit === undefined ? '' : `journalctl -u ${quote(unit)} -n 5 --no-pager -o cat 2>/dev/null; `;
    const outcome = await this.#steps(this.#keeper, 'read the log', [
      script(`${journal}tail -n ${lines} -- ${quote(log)} 2>&1`),
    ]);
    return outcome.trimEnd();
  }

  /** Gives the host's locks back. */
  async unlock(): Promise<void> {
    for (const account of this.#run.locks.values())
      await this.#run.host.run(account.become, compileUnlock(this.#owner.run, []), NOBODY, { onBoth: false });
    this.#run.locks.clear();
  }

  async #steps(
    account: Account,
    what: string,
    actions: readonly HostAction[],
    pays: readonly string[] = [],
  ): Promise<string> {
    const { run, owner, forceUnlock, emit } = this.#owner;
    const label = `restart: ${what}`;
    const steps = actions.map((action, index): Step => {
      const isLast = index === actions.length - 1;
      return { label, action, owes: [], pays: isLast ? pays : [] };
    });
    const firstStep = this.#run.takeStepNumbers(steps.length);
    const options = { run, owner, forceUnlock, expectations: [], firstStep };
    this.#run.locks.set(account.user, account);
    const listener = { emit, begun: () => {}, ended: () => {} };
    const begun = await runSteps(this.#run.host, account, steps, options, listener);
    // Ctrl-C keeps tasks from being begun; a server is brought back all the same.
    const { outcomes } = begun.stopped ? await runSteps(this.#run.host, account, steps, options, listener) : begun;
    const failed = outcomes.find(({ rc }) => rc !== 0);
    if (failed !== undefined || outcomes.length < steps.length) {
      const said = `${failed?.stderr ?? ''}\n${failed?.stdout ?? ''}`.trim();
      throw new BrokkrError(`could not ${what} on ${this.member.host}: ${said || `exit status ${failed?.rc}`}`);
    }
    return outcomes.map(({ stdout }) => stdout).join('');
  }

  #stopText(forceAfter: number | undefined): string {
    const { unit, script: scripts, stopTimeout } = this.member;
    // Without a word from systemd: it would wait as long as its own limit, which may be none.
    const stop = unit === undefined ? (scripts?.stop ?? 'false') : `systemctl stop --no-block ${quote(unit)}`;
    const find = `${findProcess(this.member)}\n[ -n "$p" ] && echo "$p"`;
    const isThere = '[ -n "$server" ] && [ -e "/proc/$server" ] && [ "$(find_server)" = "$server" ]';
    const isLeaving =
      unit === undefined
        ? 'false'
        : `systemctl show -p ActiveState ${quote(unit)} | grep -q '=\\(de\\)\\{0,1\\}activating$'`;
    const killer = `( sleep ${forceAfter ?? 0}; [ -z "$server" ] || kill -9 "$server" ) >/dev/null 2>&1 & killer=$!`;
    const endKiller = forceAfter === undefined ? '' : 'kill "$killer" 2>/dev/null; ';
    // systemd refuses, or there is no script that could run. What else a script says is seen by whether its server ends.
    const isMinor = unit === undefined ? '[ "$rc" -ne 126 ] && [ "$rc" -ne 127 ]' : 'false';
    const limit = Math.max(stopTimeout, forceAfter === undefined ? 0 : forceAfter + killedWithin);
    return [
      `find_server() { ${find}; }`,
      'server=$(find_server)',
      // A unit that waits to be started again has no process, and is stopped all the same.
      ...(unit === undefined ? ['[ -n "$server" ] || { echo "it does not run"; exit 0; }'] : []),
      ...(forceAfter === undefined ? [] : [killer]),
      `{ ${stop}\n} || { rc=$?; ${isMinor} || { ${endKiller}exit "$rc"; }; }`,
      `until=$(($(date +%s) + ${limit} + 1))`,
      `while { ${isThere}; } || ${isLeaving}; do`,
      `  [ "$(date +%s)" -lt "$until" ] || { echo "process $server has not ended after ${limit} seconds${forceAfter === undefined ? '; --force-after SECONDS would kill it' : ''}" >&2; exit 1; }`,
      '  sleep 0.2 2>/dev/null || sleep 1',
      'done',
      `${endKiller}exit 0`,
    ].join('\n');
  }
}

function script(text: string): HostAction {
  return {
    do: 'run',
    command: { kind: 'shell', script: text, executable: '/bin/sh' },
    environment: new Map(),
  };
}
