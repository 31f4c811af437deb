import type { Inventory } from '../config/inventory/inventory.ts';
import type { VariableLayer } from '../config/node.ts';
import type { Play, Playbook, Task, Templated } from '../config/play.ts';
import type { PlayContext } from '../config/variables/context.ts';
import type { RunState } from '../config/variables/host-state.ts';
import type { RunVariables } from '../config/variables/run-variables.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import type { VarsFiles } from '../config/variables/vars-files.ts';
import { InputError, type Problem, problemText } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import type { Module, ModuleContext } from '../modules/module.ts';
import { BlockTracker } from '../plan/block-tracker.ts';
import { nameOfTask } from '../plan/decide-task.ts';
import type { Entry, TaskEntry } from '../plan/entries.ts';
import { EntryList } from '../plan/entry-list.ts';
import { findHandlers, type Handler, handlerEntries, handlerOf } from '../plan/handlers.ts';
import { type IncludeSource, withIncluded } from '../plan/inclusions.ts';
import type { Account } from '../plan/known.ts';
import type { TagSelection } from '../plan/select-tags.ts';
import { accountOf, type BecomeDefaults } from './accounts.ts';
import type { ControlDesk } from './ask.ts';
import type { BatchContext, ForeseenRestart, Foresight, Gates, RollRequest } from './batch-context.ts';
import { delegateOf, reachesItself } from './delegates.ts';
import type { HostRun } from './host-run.ts';
import { isOn, nameOfPlay, playTemplate, splitTags } from './play-values.ts';
import type { RunIdentity } from './run-task.ts';
import { selectFor } from './selected-hosts.ts';
import { startingAt } from './start-at.ts';
import { sharedIds } from './unique-ids.ts';
import { unsupported } from './unsupported.ts';

/** Everything that a playbook needs to be planned or applied. */
export interface PlaybookSetting {
  readonly playbook: Playbook;
  /** As the run finds it. */
  readonly inventory: Inventory;
  /** The inventory with what tasks have put into it so far. */
  inventoryNow(): Inventory;
  readonly limit: string | undefined;
  readonly selection: TagSelection;
  readonly checkMode: boolean;
  readonly forks: number;
  readonly verbosity: number;
  readonly forceHandlers: boolean;
  /** What holds for plays that do not say whether facts are gathered. */
  readonly gathering: 'implicit' | 'explicit' | 'smart';
  /** What the user was asked for before each play. */
  readonly prompts: ReadonlyMap<Play, VariableLayer>;
  /** The task at which the run begins (`--start-at-task`): its name, or a glob. */
  readonly startAtTask: string | undefined;
  readonly become: BecomeDefaults;
  readonly variables: RunVariables;
  readonly varsFiles: VarsFiles;
  readonly state: RunState;
  readonly identity: RunIdentity;
  readonly desk: ControlDesk;
  readonly signal: AbortSignal;
  readonly runs: ReadonlyMap<string, HostRun>;
  /** Hosts that tasks have added, and that have no run yet. */
  readonly added: AddedHosts;
  readonly moduleOf: (name: string) => Module;
  moduleContext(host: string, entry: TaskEntry, scope: VariableScope): ModuleContext;
  stopRequested(): boolean;
  /** Leads a command that somebody pastes to the same inventory: ` -i FILE`, or nothing where it is the usual one. */
  readonly sameInventory: string;
  /** Leads it to the same playbook, in the same way. */
  readonly samePlaybook: string;
  readonly gates: Pick<Gates, 'restartOf' | 'startOf'> & {
    roll(request: RollRequest, setting: PlaybookSetting): ReturnType<Gates['roll']>;
    /** Says of restarts that are planned what they come to: servers are asked, nothing is changed. */
    foresee(restarts: readonly ForeseenRestart[], setting: PlaybookSetting): Promise<Foresight>;
  };
  /** Reads what tasks include. */
  readonly includes: IncludeSource;
  /** Loads what no run needs before its hosts are asked. */
  loadLate(): Promise<void>;
}

/** Hosts that a plan has come upon and that were not there when it began. */
export interface AddedHosts {
  want(host: string): void;
  /** Makes them known as `runs`. @returns whether there were any; @throws InputError where it cannot be told how to reach one */
  open(): Promise<boolean>;
}

/** A play, its hosts and its entries, before its batches are made. */
export interface PreparedPlay {
  readonly play: Play;
  readonly prompts: VariableLayer | undefined;
  readonly hosts: readonly string[];
  readonly batches: readonly (readonly string[])[];
  readonly list: EntryList;
  /** Templates what belongs to the play and to no host. */
  readonly template: (node: Templated) => Value;
  /** The names of tags, of which a template may make several. */
  readonly readTags: (tags: readonly Templated[]) => readonly string[];
  readonly entries: readonly Entry[];
  /** The run begins with a later play. */
  readonly isPassedOver: boolean;
  /** Where the first batch begins; `undefined`: with the first entry. */
  readonly start: Entry | undefined;
  /** The number of the play's first task in the whole run. */
  firstTask(): number;
}

/**
 * The plays in order, each with the hosts its pattern and the limit select. Patterns that match nothing are told.
 * @throws InputError with everything that the plays ask for and that cannot be done
 */
export function preparePlays(setting: PlaybookSetting): PreparedPlay[] {
  const problems: Problem[] = [];
  const lists: EntryList[] = [];
  const plays = setting.playbook.plays.map((written) => {
    const template = playTemplate(written, setting);
    const play = { ...written, name: nameOfPlay(written, template) };
    const { hosts, batches, warnings } = selectFor(play, template, setting);
    for (const warning of warnings)
      setting.identity.emit({ event: 'warning', message: problemText(warning), at: warning.at ?? play.at });
    const readTags: PreparedPlay['readTags'] = (tags) => tags.flatMap((tag) => splitTags(template(tag)));
    const list = new EntryList(play, {
      selection: setting.selection,
      readTags,
      forceHandlers: setting.forceHandlers || isOn(play.forceHandlers, template),
    });
    const before = [...lists];
    lists.push(list);
    const { entries } = list;
    problems.push(...unsupported(play, entries, playHosts(hosts, setting)));
    const prompts = setting.prompts.get(written);
    const { name, vars, roles } = play;
    const context: PlayContext = { name, vars, roles, prompts, hosts, liveHosts: hosts, batch: hosts };
    const scopeOf = (host: string): VariableScope => setting.variables.playScope(host, context);
    problems.push(...sharedIds(entries, { names: hosts, scopeOf, moduleOf: setting.moduleOf }));
    return {
      play,
      prompts,
      hosts,
      list,
      template,
      readTags,
      entries,
      start: undefined,
      firstTask: () => before.reduce((sum, each) => sum + each.entries.length, 0),
      batches,
      isPassedOver: false,
    };
  });
  if (problems.length > 0) throw new InputError(problems);
  return setting.startAtTask === undefined
    ? plays
    : startingAt(plays, setting.startAtTask, setting.sameInventory + setting.samePlaybook);
}

function playHosts(hosts: readonly string[], { runs, variables }: PlaybookSetting) {
  return hosts.flatMap((name) => {
    const run = runs.get(name);
    return run === undefined ? [] : [{ name, user: run.host.target.user, scope: variables.hostScope(name) }];
  });
}

/** What the hosts of one batch share. Hosts that have failed in an earlier play are left out. */
export function makeBatch(prepared: PreparedPlay, batch: readonly string[], setting: PlaybookSetting): BatchContext {
  const { play, entries, list } = prepared;
  const runs = batch.flatMap((name) => setting.runs.get(name) ?? []).filter((run) => run.status === 'live');
  const start = batch === prepared.batches[0] ? (prepared.start?.index ?? 0) : 0;
  for (const run of runs) {
    run.position = start;
    run.fatalAt = undefined;
    run.hasLeft = false;
    run.doomed = false;
    run.diverted = false;
    run.blocks = new BlockTracker();
    run.notified = new Set();
    run.causes = new Map();
  }
  list.standing.set('batch', runs);
  const gone = new Set<string>();
  const live = (names: readonly string[]): string[] =>
    names.filter((name) => {
      const run = setting.runs.get(name);
      return run?.status === 'live' && !run.hasLeft && !gone.has(name);
    });
  const playContext: PlayContext = {
    name: play.name,
    vars: play.vars,
    roles: play.roles,
    get usedRoles() {
      return setting.state.usedRoles;
    },
    prompts: prepared.prompts,
    hosts: prepared.hosts,
    get liveHosts() {
      return live(prepared.hosts);
    },
    get batch() {
      return live(batch);
    },
  };
  const scopes = new Map<string, VariableScope>();
  const scopeOf = (host: string, exposed = setting.runs.get(host)?.blocks.exposed ?? []): VariableScope => {
    const scope = ownScope(host);
    return exposed.length === 0 ? scope : scope.exposing([...play.roles, ...exposed]);
  };
  const ownScope = (host: string): VariableScope => {
    let scope = scopes.get(host);
    if (scope === undefined) {
      scope = setting.variables.playScope(host, playContext);
      if (play.varsFiles.length > 0)
        scope = setting.variables.playScope(host, playContext, setting.varsFiles.layers(play.varsFiles, scope));
      scopes.set(host, scope);
    }
    return scope;
  };
  const connectionUser = (host: string): string => setting.runs.get(host)?.host.target.user ?? '';
  const keeperOf = (host: string): Account =>
    accountOf(undefined, play, scopeOf(host), connectionUser(host), setting.become);
  if (batch === prepared.batches[0]) setting.state.beginRoles();
  if (play.gatherFacts === undefined ? setting.gathering !== 'explicit' : isOn(play.gatherFacts, prepared.template))
    setting.state.gather(runs.map(({ name }) => name));
  for (const run of runs) run.factsAccount = () => keeperOf(run.name);
  for (const run of runs)
    run.factsFrom = reachesItself(run, play, scopeOf(run.name), setting) ? undefined : 'localhost';
  const handlersOn = (host: string): readonly Handler[] =>
    handlerEntries(entries).map((entry) => handlerOf(entry, nameOfTask(entry.task, scopeOf(host).at(entry.lineage))));
  return {
    play: play.name,
    entries,
    identity: setting.identity,
    state: setting.state,
    desk: setting.desk,
    onceDone: new Map(),
    forks: setting.forks,
    verbosity: setting.verbosity,
    maxFailPercentage:
      play.maxFailPercentage === undefined
        ? undefined
        : Number(toText(prepared.template(play.maxFailPercentage)).replace('%', '')),
    moduleOf: (name) => setting.moduleOf(name),
    runOf: (name) => setting.runs.get(name),
    openAdded: () => setting.added.open(),
    scopeOf,
    keeperOf,
    handlersOn,
    taskIndex: (entry) => prepared.firstTask() + entry.index,
    signal: setting.signal,
    stopRequested: () => setting.stopRequested(),
    runs,
    gates: {
      restartOf: (action, host) => setting.gates.restartOf(action, host),
      startOf: (action) => setting.gates.startOf(action),
      roll: (request) => setting.gates.roll(request, setting),
    },
    setting: {
      entries,
      gone,
      journal: setting.state,
      moduleOf: (name) => setting.moduleOf(name),
      scopeOf,
      include: (task) => withIncluded(task, list, setting.includes),
      follow: (standing) => void list.standing.set('pass', standing),
      handlersOf: (host, notified) => findHandlers(handlersOn(host), notified),
      delegateOf: (name, entry, scope) => delegateOf(name, { entry, scope, play }, setting),
      hostNames: () => [...setting.runs.keys()],
      accountOf: (host, entry, scope) => accountOf(entry, play, scope, connectionUser(host), setting.become),
      moduleContext: (host, entry, scope) => setting.moduleContext(host, entry, scope),
    },
  };
}

/** The handlers of a batch that an earlier run left owed on a host. */
export function owedHandlers(run: HostRun, context: BatchContext): readonly Task[] {
  if (run.foundOwed.size === 0) return [];
  return [...run.foundOwed].flatMap((name) => {
    const handler = context.handlersOn(run.name).find((each) => each.name === name);
    return handler === undefined ? [] : [handler.task];
  });
}
