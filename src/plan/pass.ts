import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError } from '../errors.ts';
import { isDict, LazyDict, NotYetKnown, type Value } from '../jinja/value.ts';
import type { Module, ModuleContext } from '../modules/module.ts';
import type { Question } from '../shell/question.ts';
import type { BlockTracker } from './block-tracker.ts';
import { decideTask, flag, taskName } from './decide-task.ts';
import { acts, type DecidedTask, failsOutright, isOpaque } from './decided.ts';
import { type Entry, inherited, metaAction, type TaskEntry } from './entries.ts';
import { type Account, AnswersWanted, type Known } from './known.ts';
import { foreseenResult } from './settle.ts';

/** Where one host of a batch stands. A pass works on a copy. */
export interface Situation {
  readonly host: string;
  readonly known: Known;
  readonly blocks: BlockTracker;
  /** Names and topics that were notified and whose handlers have not run. */
  readonly notified: ReadonlySet<string>;
  /** The index of the entry it comes to next. */
  readonly position: number;
}

export type Planned =
  | { readonly kind: 'task'; readonly entry: TaskEntry; readonly task: DecidedTask }
  /** Another host of the batch does it for all. */
  | { readonly kind: 'once'; readonly entry: TaskEntry }
  /** Only a run can tell. */
  | { readonly kind: 'unknown'; readonly entry: TaskEntry; readonly name: string; readonly until: string }
  /** A template or an argument is wrong on this host: the task fails before anything is done. */
  | { readonly kind: 'broken'; readonly entry: TaskEntry; readonly name: string; readonly error: BrokkrError }
  | { readonly kind: 'meta'; readonly entry: TaskEntry; readonly action: string }
  | { readonly kind: 'mark'; readonly entry: Entry };

export interface HostPass {
  readonly host: string;
  readonly planned: readonly Planned[];
  /** What has to be asked before the pass can be believed. */
  readonly wanted: readonly { readonly account: Account; readonly question: Question }[];
  /** The index of the entry at which it has to wait for a run; `undefined` when it comes to the end. */
  readonly stoppedAt: number | undefined;
  /** The host as the plan would leave it. */
  readonly known: Known;
  /** A failure that no block holds has ended the plan before its last entry. */
  readonly failed: boolean;
}

/** Variables that a pass may write and has to take back: registered results and set facts. */
interface Journal {
  register(host: string, name: string, value: Value): void;
  setFact(host: string, name: string, value: Value): void;
}

export interface PassSetting {
  readonly entries: readonly Entry[];
  /** `plan`: goes on past what only a run can tell. `apply`: stops there, to be continued when it has run. */
  readonly mode: 'plan' | 'apply';
  readonly journal: Journal;
  readonly checkMode: boolean;
  /** No host is asked: a failure may only mean that something is not there, so the tasks after it are decided all the same. */
  readonly offline?: boolean;
  moduleOf(name: string): Module;
  scopeOf(host: string): VariableScope;
  accountOf(host: string, entry: TaskEntry, scope: VariableScope): Account;
  moduleContext(host: string, entry: TaskEntry, scope: VariableScope): ModuleContext;
  /** Results of tasks that were done once for the batch, by the entry's index. */
  readonly onceDone: ReadonlyMap<number, Value>;
}

/**
 * Decides as many tasks as can be decided without running anything, task by task and for each task host by host, as
 * Ansible's linear strategy would come to them. What a task would change is taken as done for the tasks after it.
 */
export function planPass(situations: readonly Situation[], setting: PassSetting): HostPass[] {
  const walkers = situations.map((situation) => new Walker(situation, setting));
  const once = new Map<number, Value>();
  let acted: string | undefined;
  for (const entry of setting.entries) {
    for (const walker of walkers) {
      if (!walker.comesTo(entry)) continue;
      acted = walker.step(entry, walkers, once, acted) ?? acted;
    }
  }
  return walkers.map((walker) => walker.result());
}

class Walker {
  readonly host: string;
  readonly #setting: PassSetting;
  readonly #known: Known;
  readonly #blocks: BlockTracker;
  readonly #notified: Set<string>;
  readonly #position: number;
  readonly #planned: Planned[] = [];
  readonly #wanted: { account: Account; question: Question }[] = [];
  #stoppedAt: number | undefined;
  #ended = false;
  #failed = false;

  constructor(situation: Situation, setting: PassSetting) {
    this.host = situation.host;
    this.#setting = setting;
    this.#known = situation.known.clone();
    this.#blocks = situation.blocks.clone();
    this.#notified = new Set(situation.notified);
    this.#position = situation.position;
  }

  comesTo(entry: Entry): boolean {
    return entry.index >= this.#position && this.#stoppedAt === undefined && !this.#ended;
  }

  result(): HostPass {
    return {
      host: this.host,
      planned: this.#planned,
      wanted: this.#wanted,
      stoppedAt: this.#stoppedAt,
      known: this.#known,
      failed: this.#failed,
    };
  }

  /** Takes an entry. Tells which task acted in a way that others could notice, if it did. */
  step(entry: Entry, all: readonly Walker[], once: Map<number, Value>, acted: string | undefined): string | undefined {
    if (entry.kind !== 'task') {
      this.#planned.push({ kind: 'mark', entry });
      if (entry.kind === 'flush-end') this.#notified.clear();
      else if (this.#blocks.end(entry.block, entry.blocks) === 'out') this.#endFailed();
      return undefined;
    }
    if (this.#blocks.skips(entry)) return undefined;
    const scope = this.#setting.scopeOf(this.host);
    if (entry.isHandler && !this.#isNotified(entry, scope)) return undefined;
    if (entry.task.module === 'meta') {
      this.#meta(entry, scope);
      return undefined;
    }
    if (this.#isOnce(entry, scope)) {
      const done = this.#setting.onceDone.get(entry.index) ?? once.get(entry.index);
      if (done !== undefined) {
        this.#planned.push({ kind: 'once', entry });
        this.#register(entry, done);
        return undefined;
      }
      const leader = all.find((walker) => walker.comesTo(entry) || walker.#stoppedAt !== undefined);
      if (leader !== this) {
        this.#stoppedAt = entry.index;
        return undefined;
      }
    }
    return this.#task(entry, scope, once, acted);
  }

  #task(
    entry: TaskEntry,
    scope: VariableScope,
    once: Map<number, Value>,
    acted: string | undefined,
  ): string | undefined {
    const { mode } = this.#setting;
    const module = this.#setting.moduleOf(entry.task.module);
    const name = taskName(entry, scope);
    let task: DecidedTask;
    try {
      if (acted !== undefined && module.oncePerBatch === true) throw new NotYetKnown(acted);
      task = decideTask(entry, {
        scope,
        known: this.#known,
        module,
        checkMode: this.#setting.checkMode,
        accountOf: (each, at) => this.#setting.accountOf(this.host, each, at),
        moduleContext: (each, at) => this.#setting.moduleContext(this.host, each, at),
      });
    } catch (error) {
      return this.#undecided(entry, name, error, once);
    }
    this.#planned.push({ kind: 'task', entry, task });
    this.#follow(task);
    if (task.once) once.set(entry.index, foreseenResult(task));
    if (this.#wanted.length > 0) return undefined;
    if (failsOutright(task) && !task.ignoreErrors) this.#fail(entry);
    const barrier = acts(task) && module.noticedByOthers;
    if (mode === 'apply' && (barrier || (acts(task) && (isOpaque(task) || task.until !== undefined))))
      this.#stoppedAt = entry.index + 1;
    return barrier ? `task '${name}' ran` : undefined;
  }

  #undecided(entry: TaskEntry, name: string, error: unknown, once: Map<number, Value>): undefined {
    if (error instanceof AnswersWanted) {
      for (const question of error.questions) this.#wanted.push({ account: error.account, question });
      this.#pend(entry, 'the host was asked', once);
    } else if (error instanceof NotYetKnown) {
      if (this.#setting.mode === 'apply' && this.#wanted.length === 0) this.#stoppedAt = entry.index;
      else this.#planned.push({ kind: 'unknown', entry, name, until: error.until });
      this.#pend(entry, error.until, once);
    } else if (error instanceof BrokkrError) {
      // While answers are missing, what looks wrong may only be early.
      if (this.#wanted.length > 0) this.#pend(entry, 'the host was asked', once);
      else {
        this.#planned.push({ kind: 'broken', entry, name, error });
        if (!this.#ignoresErrors(entry)) this.#fail(entry);
      }
    } else throw error;
    return undefined;
  }

  #ignoresErrors(entry: TaskEntry): boolean {
    try {
      return flag(inherited(entry, 'ignoreErrors'), this.#setting.scopeOf(this.host));
    } catch {
      return false;
    }
  }

  /** What comes of a decided task for the tasks after it. */
  #follow(task: DecidedTask): void {
    let changes = false;
    for (const { outcome } of task.items) {
      if (outcome.verdict === 'change') {
        for (const action of outcome.decision.actions) this.#known.perform(action);
        changes = true;
      } else if (outcome.verdict === 'unchanged') {
        changes ||= outcome.changed === true;
        setFacts(outcome.result.get('ansible_facts'), (name, value) =>
          this.#setting.journal.setFact(this.host, name, value),
        );
      }
    }
    if (changes) for (const name of task.notify) this.#notified.add(name);
    this.#register(task.entry, foreseenResult(task));
  }

  #fail(entry: TaskEntry): void {
    if (this.#setting.offline === true) return;
    if (this.#setting.mode === 'apply') this.#stoppedAt = entry.index + 1;
    else if (this.#blocks.fail(entry) === 'out') this.#endFailed();
  }

  #endFailed(): void {
    this.#ended = true;
    this.#failed = true;
  }

  #meta(entry: TaskEntry, scope: VariableScope): void {
    const conditions = entry.lineage.flatMap((each) => each.when);
    const action = metaAction(entry.task);
    try {
      const holds = scope.within(entry.lineage.map((each) => each.vars)).condition(conditions);
      this.#planned.push({ kind: 'meta', entry, action: holds ? action : 'noop' });
      if (holds && /^end_(play|batch|host)$/.test(action)) this.#ended = true;
    } catch (error) {
      this.#undecided(entry, `meta: ${action}`, error, new Map());
    }
  }

  #isOnce(entry: TaskEntry, scope: VariableScope): boolean {
    const module = this.#setting.moduleOf(entry.task.module);
    const keyword = inherited(entry, 'runOnce');
    return (
      module.oncePerBatch === true ||
      (keyword !== undefined && flag(keyword, scope.within(entry.lineage.map((each) => each.vars))))
    );
  }

  #isNotified(entry: TaskEntry, scope: VariableScope): boolean {
    return [taskName(entry, scope), ...entry.task.listen].some((name) => this.#notified.has(name));
  }

  #register(entry: TaskEntry, value: Value): void {
    if (entry.task.register !== undefined) this.#setting.journal.register(this.host, entry.task.register, value);
  }

  /** A result of which nothing is known yet. */
  #pend(entry: TaskEntry, until: string, once: Map<number, Value>): void {
    const value = pending(until);
    if (this.#setting.moduleOf(entry.task.module).oncePerBatch === true) once.set(entry.index, value);
    this.#register(entry, value);
  }
}

function pending(until: string): Value {
  const unknown = (): never => {
    throw new NotYetKnown(until);
  };
  return new LazyDict({ names: unknown, has: unknown, compute: unknown });
}

/** Calls back for each variable of an `ansible_facts` result. */
export function setFacts(facts: Value | undefined, set: (name: string, value: Value) => void): void {
  if (facts === undefined || !isDict(facts)) return;
  for (const [name, value] of facts) set(String(name), value);
}
