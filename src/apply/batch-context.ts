import type { RunState } from '../config/variables/host-state.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import type { Value } from '../jinja/value.ts';
import type { RestartGate } from '../modules/gate.ts';
import type { Module } from '../modules/module.ts';
import type { Entry, TaskEntry } from '../plan/entries.ts';
import type { Handler } from '../plan/handlers.ts';
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
  scopeOf(host: string): VariableScope;
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
  /** Which cluster's running server an action takes down; `unit` when its state tells whether it runs at all. */
  restartOf(action: Action): { readonly cluster: string; readonly unit: string | undefined } | undefined;
  /** The gate of a cluster as a host's variables describe it; `undefined` when they do not. */
  gateOf(cluster: string, host: string, scopeOf: (host: string) => VariableScope): RestartGate | undefined;
}
