import type { Placement } from '../config/inventory/placement.ts';
import type { VariableLayer } from '../config/node.ts';
import type { Task } from '../config/play.ts';
import type { RoleUse } from '../config/role.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import type { BrokkrError, Problem } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import type { Module, ModuleContext } from '../modules/module.ts';
import type { Question } from '../shell/question.ts';
import type { Acts } from './acts.ts';
import type { BlockTracker } from './block-tracker.ts';
import type { LoopRest } from './decide-loop.ts';
import type { DecidedTask, Delegate } from './decided.ts';
import type { Entry, TaskEntry } from './entries.ts';
import type { Standing } from './entry-list.ts';
import type { Handler } from './handlers.ts';
import type { Account, Known } from './known.ts';

/** Where one host of a batch stands. A pass works on a copy. */
export interface Situation {
  readonly host: string;
  readonly known: Known;
  readonly blocks: BlockTracker;
  /** Handlers that were notified and have not run. */
  readonly notified: ReadonlySet<Task>;
  /** The index of the entry it comes to next. */
  readonly position: number;
}

export type Planned =
  | { readonly kind: 'task'; readonly entry: TaskEntry; readonly task: DecidedTask }
  /** Another host of the batch does it for all, or has done it: this came of it. */
  | { readonly kind: 'once'; readonly entry: TaskEntry; readonly name: string; readonly value: Value }
  /** Only a run can tell. */
  | { readonly kind: 'unknown'; readonly entry: TaskEntry; readonly name: string; readonly until: string }
  /** A template or an argument is wrong on this host: the task fails before anything is done. */
  | {
      readonly kind: 'broken';
      readonly entry: TaskEntry;
      readonly name: string;
      readonly error: BrokkrError;
      readonly ignoreErrors: boolean;
      readonly noLog: boolean;
      readonly fatal: boolean;
    }
  | { readonly kind: 'meta'; readonly entry: TaskEntry; readonly action: string }
  | { readonly kind: 'mark'; readonly entry: Entry };

/** What has to be asked, of the host itself or of the one that it delegates to. */
export interface WantedAnswer {
  readonly account: Account;
  readonly question: Question;
  readonly delegate?: string | undefined;
  /** A variable mentions it: whoever wants it can be without. */
  readonly isMention?: boolean;
}

export interface HostPass {
  readonly host: string;
  readonly planned: readonly Planned[];
  /** What has to be asked before the pass can be believed. */
  readonly wanted: readonly WantedAnswer[];
  /** The index of the entry at which it has to wait for a run; `undefined` when it comes to the end. */
  readonly stoppedAt: number | undefined;
  /** The task that it waits with there, when that has to wait, and until when. */
  readonly waits: { readonly entry: TaskEntry; readonly name: string; readonly until: string } | undefined;
  /** The host as the plan would leave it. */
  readonly known: Known;
  /** A failure that no block holds has ended the plan before its last entry. */
  readonly failed: boolean;
  /** What is wrong with the user's files where no block would take care of it: a name that nothing defines, an argument. */
  readonly problems: readonly Problem[];
}

/** Variables that a pass may write and has to take back: registered results and set facts. */
export interface Journal {
  register(host: string, name: string, value: Value): void;
  setFact(host: string, name: string, value: Value): void;
  /** A task has gathered the facts of hosts. */
  gather(hosts: readonly string[]): void;
  /** A task has included roles. */
  useRoles(roles: readonly RoleUse[]): void;
  include(host: string, layers: readonly VariableLayer[]): void;
  place(placements: readonly Placement[]): void;
  awaitFact(host: string, name: string, until: string): void;
  /** Something else changed that variables may depend on. */
  factsChanged(): void;
}

export interface PassSetting {
  readonly entries: readonly Entry[];
  /** `plan`: goes on past what only a run can tell. `apply`: stops there, to be continued when it has run. */
  readonly mode: 'plan' | 'apply';
  readonly journal: Journal;
  /** No host is asked: a failure may only mean that something is not there, so the tasks after it are decided all the same. */
  readonly offline?: boolean;
  moduleOf(name: string): Module;
  /** The variables of a host in the play, with those of roles that it has included for all. */
  scopeOf(host: string, exposed?: readonly RoleUse[]): VariableScope;
  /** A decided task with what it brings in. @throws InputError */
  include(task: DecidedTask): DecidedTask;
  /** Who walks through the list hears when it grows. */
  follow(standing: readonly Standing[]): void;
  /** The only entry is a loop that has begun: what it goes over, and how many of its items have been done. */
  readonly rest?: LoopRest | undefined;
  /** Which entries take part; absent: all. */
  readonly takesPart?: (entry: Entry) => boolean;
  handlersOf(host: string, notified: string): readonly Handler[];
  /** Another host, as it is known before the pass. @throws BrokkrError when there is none of the name */
  delegateOf(name: string, entry: TaskEntry, scope: VariableScope): Delegate & { readonly known: Known };
  /** Every host of the run. */
  hostNames(): readonly string[];
  accountOf(host: string, entry: TaskEntry, scope: VariableScope): Account;
  moduleContext(host: string, entry: TaskEntry, scope: VariableScope): ModuleContext;
  /** Hosts that have left the play in the course of the pass: it is no longer theirs. */
  readonly gone: Set<string>;
  /** Results of tasks that were done once for the batch, by entry. */
  readonly onceDone: ReadonlyMap<Entry, Value>;
}

/** What the walkers of a pass tell each other. */
export interface PassMemory {
  /** What came of tasks that one host does for all; `waits` when that is known only after it has run. */
  readonly once: Map<Entry, Value | 'waits'>;
  /** What is known of each machine, as the pass leaves it so far. */
  readonly clones: Map<Known, Known>;
  readonly acts: Acts;
}
