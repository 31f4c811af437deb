import type { Inventory } from '../config/inventory/inventory.ts';
import { selectHosts } from '../config/inventory/pattern.ts';
import type { Play, Playbook, Templated } from '../config/play.ts';
import type { PlayContext } from '../config/variables/context.ts';
import type { RunState } from '../config/variables/host-state.ts';
import type { RunVariables } from '../config/variables/run-variables.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import type { VarsFiles } from '../config/variables/vars-files.ts';
import type { Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import { sequenceItems } from '../jinja/values/types.ts';
import type { Module, ModuleContext } from '../modules/module.ts';
import { BlockTracker } from '../plan/block-tracker.ts';
import { flag, taskName } from '../plan/decide-task.ts';
import { type Entry, listEntries, type TagSelection, type TaskEntry } from '../plan/entries.ts';
import { accountOf, type BecomeDefaults } from './accounts.ts';
import type { ControlDesk } from './ask.ts';
import type { BatchContext, Gates } from './batch-context.ts';
import type { HostRun } from './host-run.ts';
import { batchesOf } from './play-batches.ts';
import type { RunIdentity } from './run-task.ts';

/** Everything that a playbook needs to be planned or applied. */
export interface PlaybookSetting {
  readonly playbook: Playbook;
  readonly inventory: Inventory;
  readonly limit: string | undefined;
  readonly selection: TagSelection;
  readonly checkMode: boolean;
  readonly forks: number;
  readonly verbosity: number;
  readonly forceHandlers: boolean;
  readonly become: BecomeDefaults;
  readonly variables: RunVariables;
  readonly varsFiles: VarsFiles;
  readonly state: RunState;
  readonly identity: RunIdentity;
  readonly desk: ControlDesk;
  readonly signal: AbortSignal;
  readonly runs: ReadonlyMap<string, HostRun>;
  /** Templates what belongs to no host: `hosts:`, `serial:`. */
  template(node: Templated): Value;
  moduleOf(name: string): Module;
  moduleContext(play: Play, host: string, entry: TaskEntry, scope: VariableScope): ModuleContext;
  stopRequested(): boolean;
  readonly gates: Gates;
  /** Loads what no run needs before its hosts are asked. */
  loadLate(): Promise<void>;
}

/** A play, its hosts and its entries, before its batches are made. */
export interface PreparedPlay {
  readonly play: Play;
  readonly hosts: readonly string[];
  readonly batches: readonly (readonly string[])[];
  readonly entries: readonly Entry[];
  /** The number of the play's first task in the whole run. */
  readonly firstTask: number;
}

/** The plays in order, each with the hosts its pattern and the limit select. Patterns that match nothing are told. */
export function preparePlays(setting: PlaybookSetting): PreparedPlay[] {
  let firstTask = 0;
  return setting.playbook.plays.map((play) => {
    const pattern = toPattern(setting.template(play.hosts));
    const { hosts, warnings } = selectHosts(setting.inventory, pattern, { limit: setting.limit });
    for (const warning of warnings)
      setting.identity.emit({ event: 'warning', message: warning.message, at: warning.at ?? play.at });
    const entries = listEntries(play, setting.selection, (tags) =>
      tags.flatMap((tag) => splitTags(setting.template(tag))),
    );
    const prepared = {
      play,
      hosts,
      entries,
      firstTask,
      batches: batchesOf(play, hosts, (node) => setting.template(node)),
    };
    firstTask += entries.length;
    return prepared;
  });
}

function toPattern(value: Value): string {
  return (sequenceItems(value) ?? [value]).map(toText).join(',');
}

function splitTags(value: Value): string[] {
  const list = (sequenceItems(value) ?? [value]).map(toText);
  return list
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** What the hosts of one batch share. Hosts that have failed in an earlier play are left out. */
export function makeBatch(prepared: PreparedPlay, batch: readonly string[], setting: PlaybookSetting): BatchContext {
  const { play, entries } = prepared;
  const runs = batch.flatMap((name) => setting.runs.get(name) ?? []).filter((run) => run.status === 'live');
  for (const run of runs) {
    run.position = 0;
    run.ended = false;
    run.diverted = false;
    run.blocks = new BlockTracker();
    run.notified = new Set();
  }
  const live = (names: readonly string[]): string[] =>
    names.filter((name) => setting.runs.get(name)?.status === 'live');
  const playContext = (): PlayContext => ({
    name: play.name,
    vars: play.vars,
    hosts: prepared.hosts,
    liveHosts: live(prepared.hosts),
    batch: live(batch),
  });
  const scopes = new Map<string, VariableScope>();
  const scopeOf = (host: string): VariableScope => {
    let scope = scopes.get(host);
    if (scope === undefined) {
      scope = setting.variables.playScope(host, playContext());
      if (play.varsFiles.length > 0)
        scope = setting.variables.playScope(host, playContext(), setting.varsFiles.layers(play.varsFiles, scope));
      scopes.set(host, scope);
    }
    return scope;
  };
  const connectionUser = (host: string): string => setting.runs.get(host)?.host.target.user ?? '';
  for (const run of runs)
    run.factsAccount = () => accountOf(undefined, play, scopeOf(run.name), connectionUser(run.name), setting.become);
  const first = runs[0]?.name;
  const keyword = (node: Templated | undefined): boolean =>
    node !== undefined && first !== undefined && flag(node, scopeOf(first));
  return {
    play: play.name,
    entries,
    identity: setting.identity,
    state: setting.state,
    desk: setting.desk,
    onceDone: new Map(),
    forks: setting.forks,
    verbosity: setting.verbosity,
    forceHandlers: setting.forceHandlers || keyword(play.forceHandlers),
    anyErrorsFatal: keyword(play.anyErrorsFatal),
    maxFailPercentage:
      play.maxFailPercentage === undefined
        ? undefined
        : Number(toText(setting.template(play.maxFailPercentage)).replace('%', '')),
    moduleOf: (name) => setting.moduleOf(name),
    scopeOf,
    handlersOf: (host, notified) => handlersOf(entries, scopeOf(host), notified),
    taskIndex: (entry) => prepared.firstTask + entry.index,
    signal: setting.signal,
    stopRequested: () => setting.stopRequested(),
    runs,
    gates: setting.gates,
    setting: {
      entries,
      journal: setting.state,
      checkMode: setting.checkMode,
      moduleOf: (name) => setting.moduleOf(name),
      scopeOf,
      accountOf: (host, entry, scope) => accountOf(entry, play, scope, connectionUser(host), setting.become),
      moduleContext: (host, entry, scope) => setting.moduleContext(play, host, entry, scope),
    },
  };
}

/** The names of the handlers that have a name or listen to a topic. */
function handlersOf(entries: readonly Entry[], scope: VariableScope, notified: string): readonly string[] {
  const names = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== 'task' || !entry.isHandler) continue;
    const name = taskName(entry, scope);
    if (name === notified || entry.task.listen.includes(notified)) names.add(name);
  }
  return [...names];
}

/** The handlers of a batch that brokkr left owed on a host. */
export function owedHandlers(run: HostRun, context: BatchContext): string[] {
  return [...run.owed.keys()].filter((name) => context.handlersOf(run.name, name).includes(name));
}
