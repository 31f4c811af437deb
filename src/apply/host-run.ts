import type { Task } from '../config/play.ts';
import type { BlockTracker } from '../plan/block-tracker.ts';
import type { TaskEntry } from '../plan/entries.ts';
import type { Account, Known } from '../plan/known.ts';
import type { Situation } from '../plan/planned.ts';
import type { ProgramRunner } from '../transport/host.ts';
import type { EventSink, HostCounts, HostRecap, TaskStatus } from './events.ts';

/** One host in a run: how it is reached, what is known of it, where it stands, and what came of its tasks. */
export class HostRun {
  readonly host: ProgramRunner;
  readonly known: Known;
  /** Handlers that are owed on the host, with the account that keeps the record. */
  readonly owed = new Map<string, Account>();
  /** Those of them that an earlier run left, and that have not run yet. */
  readonly foundOwed = new Set<string>();
  /** The accounts, by user, whose records of what is owed were read. */
  readonly recordsRead = new Set<string>();
  /** Handlers that were paid, whose record still has to be removed. */
  paid: { readonly handler: string; readonly account: Account }[] = [];
  readonly #counts = { ok: 0, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0 };
  #startedAt: number | undefined;
  #endedAt = 0;
  #steps = 0;
  /** `live` hosts go on to the next play; the others have failed, or cannot be reached. */
  status: 'live' | 'failed' | 'unreachable' = 'live';
  /** The accounts, by user, under which this run holds the host's lock: one for all names of a machine. */
  readonly locks: Map<string, Account>;
  /** The names of its machine, its own among them. */
  readonly names: Set<HostRun>;
  /** The accounts, by user, under which another run has left something, and this one nothing that takes its place. */
  readonly untidy = new Map<string, Account>();
  #interruptionTold = false;
  /** It was told that another run is at work on it. */
  otherTold = false;
  /** The index of the entry it comes to next. */
  position = 0;
  /** Its position was set by a failure inside a block, or by the end of its play. */
  diverted = false;
  /** Who gathers the facts of the host in the current play. */
  factsAccount: () => Account;
  /** Another host whose facts are taken for its own in the current play. */
  factsFrom: string | undefined;
  /** The task at which it failed, when that is the failure of all hosts: they have still to hear of it. */
  fatalAt: TaskEntry | undefined;
  /** It is on its way out because of a failure that is everybody's: the run ends with it unless a rescue helps. */
  doomed = false;
  /** It has left the play by `meta: end_host`. */
  hasLeft = false;
  /** Why it could not be asked when the plan was made; until that was told with the first task it would have come to. */
  lost: { readonly message: string; readonly hint: string | undefined } | undefined;
  blocks: BlockTracker;
  notified = new Set<Task>();
  /** By handler, the files whose change has notified it; `undefined` among them stands for anything else. */
  causes = new Map<Task, Set<string | undefined>>();

  /** @param other another name of the same machine, with which it shares `known` and the lock */
  constructor(host: ProgramRunner, known: Known, blocks: BlockTracker, other?: HostRun) {
    this.host = host;
    this.known = known;
    this.locks = other?.locks ?? new Map();
    this.names = (other?.names ?? new Set<HostRun>()).add(this);
    this.blocks = blocks;
    this.factsAccount = () => ({ user: host.target.user, become: undefined });
  }

  /** Is the handler owed, or was it until it ran: so that a record of it is none that an earlier run has left? */
  hasRecorded(handler: string): boolean {
    return this.owed.has(handler) || this.paid.some((each) => each.handler === handler);
  }

  /** Hands events on; that an earlier run was cut off on this host only once. */
  hearing(emit: EventSink): EventSink {
    return (event) => {
      if (event.event === 'interrupted') {
        if (this.#interruptionTold) return;
        this.#interruptionTold = true;
      }
      emit(event);
    };
  }

  get name(): string {
    return this.host.target.name;
  }

  /** Something was included before the place where it stands. */
  shift(after: number, count: number): void {
    if (this.position > after) this.position += count;
  }

  /** `owed` are handlers of the play that earlier runs left to be done. */
  situation(owed: readonly Task[]): Situation {
    const notified = new Set([...this.notified, ...owed]);
    return { host: this.name, known: this.known, blocks: this.blocks, notified, position: this.position };
  }

  /** Ansible counts a changed task as ok as well, and an ignored failure too; what that changed counts as changed. */
  count(status: TaskStatus, changed = false): void {
    this.#counts[status] += 1;
    if (status === 'ignored' && changed) this.#counts.changed += 1;
    if (status === 'changed' || status === 'ignored') this.#counts.ok += 1;
  }

  /** The number of the next steps, so that temporary names never meet. */
  takeStepNumbers(count: number): number {
    const first = this.#steps;
    this.#steps += count;
    return first;
  }

  touch(): void {
    this.#startedAt ??= performance.now();
    this.#endedAt = performance.now();
  }

  /** Has a task of its own ended on it? */
  get hasTakenPart(): boolean {
    return Object.values(this.#counts).some((count) => count > 0);
  }

  get counts(): HostCounts {
    return this.#counts;
  }

  recap(): HostRecap {
    const seconds = this.#startedAt === undefined ? 0 : (this.#endedAt - this.#startedAt) / 1000;
    return { host: this.name, ...this.#counts, ...this.host.traffic, seconds };
  }
}
