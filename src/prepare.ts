import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import { ControlDesk } from './apply/ask.ts';
import type { ForeseenRestart, Foresight, RollRequest } from './apply/batch-context.ts';
import type { EventSink } from './apply/events.ts';
import type { HostRun } from './apply/host-run.ts';
import type { PlaybookSetting } from './apply/playbook-run.ts';
import { meantHosts } from './apply/selected-hosts.ts';
import type { SharedOptions } from './commands/options.ts';
import type { ConnectionSettings } from './config/connection.ts';
import { loadInventory } from './config/inventory/load.ts';
import { selectHosts } from './config/inventory/pattern.ts';
import { includeLoader, loadPlaybook } from './config/playbook/load-playbook.ts';
import { parseExtraVars } from './config/variables/extra-vars.ts';
import { RunState } from './config/variables/host-state.ts';
import type { AskUser } from './config/variables/prompted.ts';
import { RunVariables } from './config/variables/run-variables.ts';
import { VarsFiles } from './config/variables/vars-files.ts';
import { vaultDecrypter } from './config/vault.ts';
import type { VaultPassword } from './config/vault-password.ts';
import { controlContext } from './control-context.ts';
import type { Archive } from './distributions/archive.ts';
import type { ArchiveRequest } from './distributions/request.ts';
import { collectProblems, InputError, type Problem, problemText } from './errors.ts';
import { makeIncludeSource } from './include-source.ts';
import { makeEnvironments } from './lookups.ts';
import { makeModuleContext } from './module-context.ts';
import { moduleCatalogue } from './modules/catalogue.ts';
import { valueOfJson } from './modules/json-value.ts';
import type { Answerer, Module, Performer } from './modules/module.ts';
import { addedHosts, growing, hostOpener } from './open-hosts.ts';
import { factsOf } from './plan/known.ts';
import { promptsOf } from './prompts.ts';
import { allModules } from './registry.ts';
import type { ClusterName } from './restart/members.ts';
import { rebootOf } from './restart/reboots.ts';
import { gateOf, restartOf, startOf } from './restart-gates.ts';
import { sameInventory, samePlaybook } from './same-inventory.ts';
import type { Redactor, Secret } from './shell/redact.ts';
import type { renderHandlebars } from './templates/render.ts';
import type { ProgramRunner } from './transport/host.ts';
import type { HostOptions } from './transport/host-options.ts';
import type { KeyRing } from './transport/passphrases.ts';
import type { Target } from './transport/target.ts';

/** What a verb says of a run beside the shared flags. */
export interface RunInputs {
  readonly playbook: string;
  readonly inventory: readonly string[];
  readonly options: SharedOptions;
  readonly checkMode: boolean;
  readonly passwords: {
    readonly become: Secret | undefined;
    readonly connection: Secret | undefined;
    readonly vault: readonly VaultPassword[];
    /** Asks for the passphrase of a key; absent when nobody is there to answer. */
    readonly askPassphrase?: ((question: string) => Promise<Secret>) | undefined;
    /** Keys that a run before this one opened, of the same command; those that are opened now are added. */
    readonly openedKeys?: KeyRing | undefined;
  };
  readonly emit: EventSink;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  readonly stopRequested: () => boolean;
  /** Asks for the variables of `vars_prompt`; absent: there is no terminal. */
  readonly ask?: AskUser | undefined;
  /** Nothing is going to be run: prompts have their defaults, and those without one stay undefined. */
  readonly isListing?: boolean;
  /** No host is going to be connected to. */
  readonly isOffline?: boolean;
  /** How a host is reached; absent: over SSH, or as this machine. */
  readonly openHost?: (target: Target, options: HostOptions) => ProgramRunner;
}

/**
 * Reads everything the user wrote, and makes of it what a plan or an apply needs. No host is touched.
 * @throws InputError with every problem of inventory, variables and playbook at once
 */
export async function prepareRun(inputs: RunInputs): Promise<PlaybookSetting> {
  const { options, emit, redactor, signal } = inputs;
  const problems: Problem[] = [];
  const playbookFile = path.resolve(inputs.playbook);
  const playbookDir = path.dirname(playbookFile);
  const decryptVault = vaultDecrypter(inputs.passwords.vault, (secret) => redactor.add(secret));
  let handlebars: typeof renderHandlebars | undefined;
  const renderer = () => {
    if (handlebars === undefined) throw new TypeError('Handlebars was needed before it was loaded');
    return handlebars;
  };
  const { environment, environmentOf } = makeEnvironments(playbookDir, {
    decryptVault,
    allowPipe: options.allowPipe,
    handlebars: renderer,
    rolesPath: options.rolesPath,
  });
  // A bundle that was damaged on its way is told before any host is touched, and not when its first archive is wanted.
  const bundled = await collectProblems(problems, () => archivesOfBundle(options.bundle));
  const obtain = lazyObtain([...options.archives, ...(bundled ?? [])], emit, signal);
  const modules = allModules(obtain);
  const catalogue = moduleCatalogue(modules);

  const playbookPath = path.relative(process.cwd(), playbookFile);
  const playbookOptions = { decryptVault, environment, rolesPath: options.rolesPath };
  const inventory = await collectProblems(problems, () =>
    loadInventory(inputs.inventory, { playbookDir, decryptVault }),
  );
  const playbook = await collectProblems(problems, () => loadPlaybook(playbookPath, catalogue, playbookOptions));
  const extraVars = await collectProblems(problems, () => parseExtraVars(options.extraVars, { decryptVault }));
  if (inventory === undefined || playbook === undefined || extraVars === undefined) throw new InputError(problems);
  const limited = await collectProblems(problems, () => selectHosts(inventory, 'all', { limit: options.limit }));
  for (const warning of [...inventory.warnings, ...playbook.warnings, ...(limited?.limitWarnings ?? [])])
    emit({ event: 'warning', message: problemText(warning), at: warning.at });

  const known = new Map<string, HostRun>();
  const state = new RunState(
    (host, name) => {
      const fact = factsFor(host)?.get(name);
      return fact === undefined ? undefined : valueOfJson(fact);
    },
    (host) => factsFor(host)?.keys() ?? [],
  );
  const factsFor = (host: string) => {
    const run = known.get(host);
    if (run === undefined || !state.hasGathered(host)) return undefined;
    const from = run.factsFrom === undefined ? undefined : known.get(run.factsFrom);
    const account = from === undefined ? run.factsAccount() : { user: from.host.target.user, become: undefined };
    const { name, known: own, status } = from ?? run;
    return factsOf(own, account, name, status === 'unreachable');
  };
  const grown = growing(inventory, state);
  const variables = new RunVariables({
    get inventory() {
      return grown();
    },
    extraVars,
    playbookDir,
    environment,
    checkMode: inputs.checkMode,
    diffMode: options.diff,
    tags: options.tags.length === 0 ? ['all'] : options.tags,
    skipTags: options.skipTags,
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    forks: options.forks,
    verbosity: options.verbose,
    ...(options.configFile === undefined ? {} : { configFile: options.configFile }),
    inventorySources: inputs.inventory.map((source) => (source.includes(',') ? source : path.resolve(source))),
    stateOf: state.stateOf,
    revision: () => state.revision,
  });
  const opener = hostOpener(inputs, variables, inventory);
  const isListed = inventory.localhostFor('localhost') !== 'localhost' || inventory.hosts.includes('localhost');
  const connections = new Map<string, ConnectionSettings>();
  for (const name of [...inventory.hosts, ...(isListed ? [] : ['localhost'])]) {
    const settings = opener.read(name, problems);
    if (settings !== undefined) connections.set(name, settings);
  }
  const meant = meantHosts(playbook.plays, inventory, options.limit);
  const isLate = (name: string, saysUser: boolean): boolean =>
    inputs.isOffline === true || (saysUser && !meant.has(name));
  for (const run of await opener.open(connections, problems, isLate)) known.set(run.name, run);
  if (problems.length > 0) throw new InputError(problems);
  if (inputs.passwords.become !== undefined) redactor.add(inputs.passwords.become.reveal());

  const prompts = await promptsOf(playbook, { inventory, variables, extraVars }, inputs);

  const varsFiles = new VarsFiles({ decryptVault });
  const list: readonly Module[] = Object.values(modules);
  const byName = new Map(list.map((module) => [module.name, module]));
  const control = controlContext(known, emit, signal, inputs.stopRequested);
  const moduleOf = (name: string): Module => {
    const module = byName.get(name);
    if (module === undefined) throw new TypeError(`the module ${name} was loaded but is not registered`);
    return module;
  };
  return {
    playbook,
    inventory,
    inventoryNow: grown,
    added: addedHosts(known, opener),
    loadLate: async () => {
      handlebars = (await import('./templates/render.ts')).renderHandlebars;
    },
    limit: options.limit,
    selection: { tags: options.tags, skipTags: options.skipTags },
    checkMode: inputs.checkMode,
    forks: options.forks,
    verbosity: options.verbose,
    gathering: options.gathering,
    forceHandlers: options.forceHandlers,
    prompts,
    startAtTask: options.startAtTask,
    become: {
      become: options.become,
      becomeUser: options.becomeUser,
      becomeMethod: options.becomeMethod,
      password: inputs.passwords.become,
    },
    variables,
    varsFiles,
    state,
    identity: {
      run: randomBytes(6).toString('hex'),
      owner: `${userInfo().username}@${hostname()}`,
      forceUnlock: options.forceUnlock,
      emit,
      performers: new Map<string, Performer>(list.flatMap((module) => Object.entries(module.performers ?? {}))),
      control,
      runOf: (name) => known.get(name),
    },
    desk: new ControlDesk(
      new Map<string, Answerer>(list.flatMap((module) => Object.entries(module.answerers ?? {}))),
      control,
    ),
    signal,
    runs: known,
    moduleOf,
    includes: makeIncludeSource(includeLoader(playbookPath, catalogue, playbookOptions), varsFiles, playbookDir),
    moduleContext: makeModuleContext({
      playbookDir,
      environment,
      environmentOf,
      checkMode: inputs.checkMode,
      verbosity: options.verbose,
      redactor,
      isChangedBy: (placement) => grown().isChangedBy(placement),
      emit,
      handlebars: renderer,
    }),
    stopRequested: inputs.stopRequested,
    sameInventory: sameInventory(options),
    samePlaybook: samePlaybook(inputs.playbook),
    gates: {
      restartOf: (action, host) => restartOf(action) ?? rebootOf(action, host, grown()),
      startOf,
      roll: rollThroughGate,
      foresee: foreseeRestarts,
    },
  };
}

/** What a roll takes is loaded when a task asks for one, which a converged run never does. */
async function rollThroughGate(request: RollRequest, setting: PlaybookSetting): Promise<ReadonlyMap<string, string>> {
  const { rollByTasks } = await import('./restart/task-roll.ts');
  const cluster = clusterNamed(request.cluster);
  const gate = gateOf(cluster, request.hosts[0]?.host ?? '', request.scopeOf, setting.identity.control);
  return rollByTasks({ cluster, gate, request, setting, folder: process.cwd() });
}

/** The engine knows clusters by the names that the gates gave it, and nothing else of them. */
function clusterNamed(name: string): ClusterName {
  return name === 'kafka' ? 'kafka' : 'zookeeper';
}

async function foreseeRestarts(restarts: readonly ForeseenRestart[], setting: PlaybookSetting): Promise<Foresight> {
  const [{ foresee }, { refusedTurns }] = await Promise.all([
    import('./restart/foresee.ts'),
    import('./restart/turns.ts'),
  ]);
  const { control } = setting.identity;
  const refused = await refusedTurns(restarts, setting, ({ cluster, host, scope }) =>
    gateOf(clusterNamed(cluster), host, (of) => restarts.find((each) => each.host === of)?.scope ?? scope, control),
  );
  const { notes, problems } = await foresee(restarts, control);
  return { notes, problems: [...refused, ...problems] };
}

/** @throws InputError when there is none, or a file of it is not what it was */
async function archivesOfBundle(bundle: string | undefined): Promise<string[]> {
  if (bundle === undefined) return [];
  return [await (await import('./distributions/obtain.ts')).archivesOf(bundle)];
}

/** Brings archives to this machine; what that takes is loaded when the first one is wanted, which a converged run never does. */
function lazyObtain(
  given: readonly string[],
  emit: EventSink,
  signal: AbortSignal,
): (request: ArchiveRequest) => Promise<Archive> {
  let obtain: Promise<(request: ArchiveRequest) => Promise<Archive>> | undefined;
  return async (request) => {
    obtain ??= import('./distributions/obtain.ts').then(({ obtainOnce }) =>
      obtainOnce({
        given,
        signal,
        onProgress: ({ what, receivedBytes, totalBytes }) =>
          emit({ event: 'progress', text: progressText(what, receivedBytes, totalBytes) }),
      }),
    );
    return (await obtain)(request);
  };
}

function progressText(what: string, received: number, total: number | undefined): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return `${what}: ${megabytes(received)}${total === undefined ? '' : ` of ${megabytes(total)}`} MB`;
}
