import type { Task } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError, type Problem, UnreachableError } from '../errors.ts';
import { LazyDict, NotYetKnown, type Value } from '../jinja/value.ts';
import type { BlockTracker } from './block-tracker.ts';
import { brokenResult, brokenTask, isDoneOnce } from './broken.ts';
import { isBelieved } from './claims.ts';
import { decideTask, taskName } from './decide-task.ts';
import { acts, type DecidedTask, endsSegment, failsOutright, foreseenOf } from './decided.ts';
import { type Entry, isRescued, mayDelegateFacts, metaAction, type TaskEntry } from './entries.ts';
import { awaitFacts, failedTaskFacts, setFactsOf } from './facts.ts';
import { followTask } from './follow-task.ts';
import { areToBlame, inputProblems } from './input-problems.ts';
import { AnswersWanted, type Known } from './known.ts';
import { OpenNotices } from './open-notices.ts';
import { flushHolds, planned } from './place.ts';
import type { HostPass, PassMemory, PassSetting, Planned, Situation } from './planned.ts';
import { pendingResult } from './settle.ts';
import { WantedAnswers } from './wanted.ts';

type DelegatePlace = [string, TaskEntry, VariableScope, PassMemory, readonly Walker[]];

/** One host on its way through the entries of a play. */
export class Walker {
  readonly host: string;
  /** The host as the plan leaves it: one for all names of a machine. */
  readonly known: Known;
  /** The task whose failure is the failure of all hosts. */
  fatalAt: TaskEntry | undefined;
  readonly #setting: PassSetting;
  readonly #blocks: BlockTracker;
  readonly #notified: Set<Task>;
  readonly #open: OpenNotices;
  #position: number;
  readonly #planned: Planned[] = [];
  readonly #wanted = new WantedAnswers();
  #stoppedAt: number | undefined;
  #waits: HostPass['waits'];
  #ended = false;
  #failed = false;
  /** Nobody knows yet what a task includes: what is defined nowhere may be defined there. */
  #isVague = false;
  readonly #problems: Problem[] = [];

  constructor(situation: Situation, known: Known, setting: PassSetting) {
    this.host = situation.host;
    this.#setting = setting;
    this.known = known;
    this.#blocks = situation.blocks.clone();
    this.#notified = new Set(situation.notified);
    this.#position = situation.position;
    this.#open = new OpenNotices(this.host, setting, this.#wanted);
  }

  comesTo(entry: Entry): boolean {
    return entry.index >= this.#position && this.#stoppedAt === undefined && !this.#ended;
  }

  result(): HostPass {
    return {
      host: this.host,
      planned: this.#planned,
      wanted: this.#wanted.all,
      stoppedAt: this.#stoppedAt,
      waits: this.#waits,
      known: this.known,
      failed: this.#failed,
      problems: this.#problems,
    };
  }

  /** Takes an entry, of which the others in `all` have taken those before it. */
  step(entry: Entry, all: readonly Walker[], memory: PassMemory): void {
    if (entry.kind !== 'task') {
      this.#planned.push({ kind: 'mark', entry });
      if (entry.kind === 'block-end' && this.#blocks.end(entry.block, entry.blocks) === 'out') this.#endFailed();
      return;
    }
    if (this.#takes(entry)) this.#take(entry, this.#scope(), all, memory);
    else if (this.#open.has(entry, this.#blocks)) this.#mayTake(entry, this.#scope());
  }

  #take(entry: TaskEntry, scope: VariableScope, all: readonly Walker[], memory: PassMemory): void {
    this.#notified.delete(entry.task);
    this.#open.forget(entry.task);
    const isOnce = isDoneOnce(entry, this.#setting, scope);
    if (isOnce && this.#leavesToOther(entry, all, memory)) return;
    if (entry.task.module === 'meta') this.#meta(entry, scope, memory);
    else this.#task(entry, scope, isOnce, memory, all);
  }

  /** Something was included before the place where it stands. */
  shift(after: number, count: number): void {
    if (this.#position > after) this.#position += count;
    if (this.#stoppedAt !== undefined && this.#stoppedAt > after) this.#stoppedAt += count;
  }

  #scope(): VariableScope {
    return this.#setting.scopeOf(this.host, this.#blocks.exposed);
  }

  /** Another host has failed at this entry, and its failure is everybody's. */
  shareFailure(entry: Entry): void {
    if (entry.kind !== 'task' || this.fatalAt === entry || !this.comesTo(entry) || this.#blocks.skips(entry)) return;
    if (this.#blocks.fail(entry) === 'out') this.#endFailed();
  }

  /** Is the entry one for this host, as its blocks and notified handlers stand? */
  #takes(entry: TaskEntry): boolean {
    if (this.#blocks.skips(entry)) return false;
    if (!entry.isHandler) return true;
    return this.#notified.has(entry.task) && flushHolds(entry, this.#scope());
  }

  /** Only a run can tell whether a handler is notified. */
  #mayTake(entry: TaskEntry, scope: VariableScope): void {
    const open = this.#open.take(entry, scope);
    if (open !== undefined) this.#undecided(entry, taskName(entry, scope), open);
  }

  /** What one host does for all is done by the first one that comes to it; the others take over what came of it. */
  #leavesToOther(entry: TaskEntry, all: readonly Walker[], memory: PassMemory): boolean {
    const done = this.#setting.onceDone.get(entry) ?? memory.once.get(entry);
    if (done === undefined) {
      const leads = (walker: Walker): boolean =>
        walker.#position <= entry.index && !walker.#ended && (walker.#stoppedAt !== undefined || walker.#takes(entry));
      if (all.find((walker) => walker === this || leads(walker)) === this) return false;
    }
    if (done === undefined || done === 'waits')
      this.#waitAt(entry, taskName(entry, this.#scope()), 'the host that does it for all has done it');
    else if (entry.task.module === 'meta') this.#endAs(entry, done === true ? metaAction(entry.task) : 'noop');
    else {
      this.#planned.push({ kind: 'once', entry, name: taskName(entry, this.#scope()), value: done });
      if (!mayDelegateFacts(entry))
        setFactsOf(done, (name, value) => this.#setting.journal.setFact(this.host, name, value));
      this.#register(entry, done);
    }
    return true;
  }

  #task(entry: TaskEntry, scope: VariableScope, isOnce: boolean, memory: PassMemory, all: readonly Walker[]): void {
    const module = this.#setting.moduleOf(entry.task.module);
    const name = taskName(entry, scope);
    let task: DecidedTask;
    try {
      memory.acts.wait(this, module, this.#setting.mode);
      task = decideTask(entry, {
        scope,
        known: this.known,
        module,
        rest: this.#setting.rest,
        isOnce,
        handlersOf: (notified) => this.#setting.handlersOf(this.host, notified),
        include: (decided) => this.#setting.include(decided),
        place: (placements) => this.#setting.journal.place(placements),
        setFact: (host, fact, value) => this.#setting.journal.setFact(host, fact, value),
        delegateOf: (host, each, at) => this.#delegateOf(host, each, at, memory, all),
        accountOf: (each, at) => this.#setting.accountOf(this.host, each, at),
        moduleContext: (each, at) => this.#setting.moduleContext(this.host, each, at),
      });
    } catch (error) {
      const value = this.#undecided(entry, name, error);
      if (isOnce) memory.once.set(entry, this.#stoppedAt === undefined ? value : 'waits');
      return;
    }
    const { mode } = this.#setting;
    if (mode === 'apply' && this.#waitsFor(task)) {
      if (isOnce) memory.once.set(entry, 'waits');
      return;
    }
    this.#planned.push({ kind: 'task', entry, task });
    const mine = { host: this.host, known: this.known, blocks: this.#blocks, notified: this.#notified, mode };
    const knownOf = (host: string): Known => this.#delegateOf(host, entry, scope, memory, all).known;
    const result = followTask(task, { ...mine, journal: this.#setting.journal, knownOf });
    if (this.#wanted.isEmpty) {
      if (failsOutright(task) && !task.ignoreErrors) {
        const problems = task.items.flatMap(({ outcome }) => ('problems' in outcome ? (outcome.problems ?? []) : []));
        if (!this.#blame(entry, problems)) this.#fail(entry, task.fatal, name, result);
      }
      if (mode === 'apply' && endsSegment(task, module)) this.#stoppedAt = entry.index + 1;
      if (acts(task)) memory.acts.note(this, name, module.noticedByOthers && !isBelieved(entry, mode));
    }
    if (task.once) memory.once.set(entry, this.#stoppedAt === undefined ? result : 'waits');
  }

  /** A result that is foreseen waits for the steps that it was foreseen from; when they have run, the host is asked. */
  #waitsFor(task: DecidedTask): boolean {
    const questions = foreseenOf(task);
    if (questions.length === 0 || !this.#wanted.isEmpty) return false;
    if (this.#planned.some((each) => each.kind === 'task' && acts(each.task))) this.#stoppedAt = task.entry.index;
    else this.#wanted.add(new AnswersWanted(task.account, questions));
    return true;
  }

  /** @returns what is registered: a result of which nothing is known yet, or that of a failure */
  #undecided(entry: TaskEntry, name: string, error: unknown): Value {
    let value: Value;
    if (error instanceof AnswersWanted && error.isOf(this.host) && this.known.willMake(error.account.user))
      return this.#undecided(entry, name, new NotYetKnown(`the user ${error.account.user} is there`));
    if (error instanceof AnswersWanted) {
      this.#wanted.add(error);
      value = pendingResult('the host was asked');
    } else if (error instanceof NotYetKnown) {
      value = pendingResult(error.until);
      if (this.#setting.mode === 'apply' && this.#wanted.isEmpty) this.#waitAt(entry, name, error.until);
      else this.#planned.push({ kind: 'unknown', entry, name, until: error.until });
      if (this.#stoppedAt === undefined) this.#open.note(entry, name, this.#scope());
      if (entry.task.include !== undefined) this.#isVague = true;
    } else if (error instanceof BrokkrError) {
      // While answers are missing, what looks wrong may only be early.
      if (!this.#wanted.isEmpty) value = pendingResult('the host was asked');
      else {
        const scope = this.#scope();
        const broken = brokenTask(entry, name, error, scope, isDoneOnce(entry, this.#setting, scope));
        value = brokenResult(error, entry, scope);
        this.#planned.push(broken);
        const isLost = error instanceof UnreachableError;
        if (!broken.ignoreErrors) {
          // Nothing will run: what else is wrong is told as well.
          if (this.#blame(entry, inputProblems(error) ?? [])) value = pendingResult('the problem is mended');
          else this.#fail(entry, broken.fatal, name, value, isLost);
        } else if (isLost && this.#setting.mode === 'apply') this.#stoppedAt = entry.index + 1;
      }
    } else throw error;
    this.#register(entry, value);
    if (value instanceof LazyDict) awaitFacts(entry, error, this.host, this.#setting);
    return value;
  }

  #waitAt(entry: TaskEntry, name: string, until: string): void {
    this.#stoppedAt = entry.index;
    this.#waits = { entry, name, until };
  }

  /** Another host as the plan leaves it: one of the batch, or one that tasks are only delegated to. */
  #delegateOf(...[name, entry, scope, memory, all]: DelegatePlace): ReturnType<PassSetting['delegateOf']> {
    const delegate = this.#setting.delegateOf(name, entry, scope);
    const walker = all.find(({ host }) => host === delegate.host);
    return { ...delegate, known: walker?.known ?? planned(delegate.known, memory) };
  }

  /** No block rescues a host that is lost. */
  #fail(entry: TaskEntry, fatal: boolean, name: string, result: Value, isLost = false): void {
    if (this.#setting.offline === true) return;
    if (this.#setting.mode === 'apply') {
      this.#stoppedAt = entry.index + 1;
      // What its blocks make of it is seen when it has run; without any, it is out.
      if (isLost || entry.blocks.length === 0) this.#leave();
      return;
    }
    if (fatal) this.fatalAt = entry;
    if (!isLost && isRescued(entry)) {
      for (const [fact, value] of failedTaskFacts(entry, name, result))
        this.#setting.journal.setFact(this.host, fact, value);
    }
    if (isLost || this.#blocks.fail(entry) === 'out') this.#endFailed();
  }

  /** Are the user's files to blame, so that a plan with this failure is not carried out? */
  #blame(entry: TaskEntry, problems: readonly Problem[]): boolean {
    if (this.#isVague || !areToBlame(entry, problems, this.#setting)) return false;
    this.#problems.push(...problems.map((problem) => ({ at: entry.task.at, ...problem })));
    return true;
  }

  #endFailed(): void {
    this.#failed = true;
    this.#leave();
  }

  #leave(): void {
    this.#ended = true;
    this.#setting.gone.add(this.host);
    this.#setting.journal.factsChanged();
  }

  #meta(entry: TaskEntry, scope: VariableScope, memory: PassMemory): void {
    const conditions = entry.lineage.flatMap((each) => each.when);
    const action = metaAction(entry.task);
    try {
      const holds = scope.at(entry.lineage).condition(conditions);
      memory.once.set(entry, holds);
      this.#endAs(entry, holds ? action : 'noop');
    } catch (error) {
      this.#undecided(entry, `meta: ${action}`, error);
      if (this.#stoppedAt !== undefined) memory.once.set(entry, 'waits');
    }
  }

  #endAs(entry: TaskEntry, action: string): void {
    this.#planned.push({ kind: 'meta', entry, action });
    if (action === 'end_host') this.#leave();
    // The others end as well, and stay hosts of the play.
    else if (/^end_(play|batch)$/.test(action)) this.#ended = true;
  }

  #register(entry: TaskEntry, value: Value): void {
    if (entry.task.register !== undefined) this.#setting.journal.register(this.host, entry.task.register, value);
  }
}
