import type { Task } from '../config/play.ts';
import type { RunState } from '../config/variables/host-state.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import type { Problem } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import type { Module } from '../modules/module.ts';
import type { Entry, TaskEntry } from '../plan/entries.ts';
import type { Handler } from '../plan/handlers.ts';
import type { Account } from '../plan/known.ts';
import type { PassSetting } from '../plan/planned.ts';
import type { Action } from '../shell/action.ts';
import type { ControlDesk } from './ask.ts';
import type { HostRun } from './host-run.ts';
import type { RunIdentity } from './run-task.ts';

/** What the hosts of a batch share while a play runs on them. */
export interface BatchContext {
  readonly play: string;
  readonly entries: readonly Entry[];
  readonly identity: RunIdentity;
  readonly state: RunState;
  readonly desk: ControlDesk;
  /** Everything a pass needs but what changes from pass to pass. */
  readonly setting: Omit<PassSetting, 'mode' | 'onceDone'>;
  /** Results of tasks that were done once for the batch, by entry. */
  readonly onceDone: Map<Entry, Value>;
  /** Programs that run at the same time, over all hosts. */
  readonly forks: number;
  /** How much of a result goes into its event. */
  readonly verbosity: number;
  /** Percent of the batch's hosts that may fail; one more ends the play. */
  readonly maxFailPercentage: number | undefined;
  moduleOf(name: string): Module;
  /** Any host of the run: tasks may be delegated to one that is not of the batch. */
  runOf(name: string): HostRun | undefined;
  /** Makes the hosts that a pass has come upon known. @returns whether there were any */
  openAdded(): Promise<boolean>;
  scopeOf(host: string): VariableScope;
  /** Who does on a host of the inventory what belongs to no task. */
  keeperOf(host: string): Account;
  /** The handlers of the play, with their names on a host. */
  handlersOn(host: string): readonly Handler[];
  /** The number of an entry in the whole run, for events. */
  taskIndex(entry: TaskEntry): number;
  /** Aborted at the second Ctrl-C. */
  readonly signal: AbortSignal;
  /** True after the first Ctrl-C: no further program is begun. */
  stopRequested(): boolean;
  /** The hosts of the batch, live or not. */
  readonly runs: readonly HostRun[];
  readonly gates: Gates;
}

/** What the engine has to know of clusters: it is given in, since the engine itself knows none. */
export interface Gates {
  /**
   * Which cluster's running server an action takes down; `unit` when its state tells whether it runs at all, `stays` when
   * the action does not start it again.
   */
  restartOf(
    action: Action,
    host: string,
  ): { readonly cluster: string; readonly unit: string | undefined; readonly stays: boolean } | undefined;
  /** The cluster whose server an action starts, whether or not it takes it down before. */
  startOf(action: Action): string | undefined;
  /**
   * Takes servers of one cluster through their restarts, one after the other where the cluster is up.
   * @returns why the servers of some hosts were not restarted, or have not come back
   */
  roll(request: RollRequest): Promise<ReadonlyMap<string, string>>;
}

/** Tasks of a playbook that would take running servers of one cluster down. */
export interface RollRequest {
  readonly cluster: string;
  readonly hosts: readonly RollingHost[];
  scopeOf(host: string): VariableScope;
  /** Who keeps brokkr's lock and journal on a host of the inventory in this play. */
  keeperOf(host: string): Account;
}

export interface RollingHost {
  readonly host: string;
  readonly actions: readonly Action[];
  /** The hosts that the task is delegated to. */
  readonly doneOn: readonly string[];
  /** The server is not started again. */
  readonly stays: boolean;
  /** The files whose change is all that asks for the restart; `undefined`: something else does, or nobody can tell. */
  readonly causes: ReadonlySet<string> | undefined;
  /**
   * Does the task.
   * @returns whether it went well; one that has not and was ignored leaves nobody knowing how its server is
   * @throws BrokkrError when it has failed, which was told already
   */
  act(): Promise<boolean>;
  /**
   * Ends the task without doing it, since what has changed is in effect already.
   * @param isAlike handlers that would do the same: what the same changes have notified of them is not owed either
   */
  leaveOut(why: string, isAlike: (handler: string) => boolean): Promise<void>;
}

/** A running server that a handler is going to restart, or any task on another host, as the plan has it. */
export interface ForeseenRestart {
  readonly host: string;
  readonly cluster: string;
  readonly handler: Task;
  /** The hosts that the task is delegated to. */
  readonly doneOn: readonly string[];
  readonly scope: VariableScope;
  readonly actions: readonly Action[];
  /** As in a roll: the files whose change is all that asks for it. */
  readonly causes: ReadonlySet<string> | undefined;
  /** What files will hold, where that is known, by path. */
  readonly contents: ReadonlyMap<string, string>;
}

export interface RestartNotes {
  readonly lines: readonly string[];
  /** The server takes what has changed while it runs. */
  readonly isLeftOut: boolean;
}

/** What restarts come to, for whoever reads the plan. */
export interface Foresight {
  readonly notes: ReadonlyMap<ForeseenRestart, RestartNotes>;
  /** What must not be changed on a cluster that has data. */
  readonly problems: readonly Problem[];
}
