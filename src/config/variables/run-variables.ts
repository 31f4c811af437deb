import { nearestName } from '../../errors.ts';
import { LazyDict, NotYetKnown, type Value } from '../../jinja/value.ts';
import type { VariableLayer } from '../node.ts';
import type { InventoryView, PlayContext, RunContext } from './context.ts';
import { Evaluation } from './evaluation.ts';
import { factsLevel } from './facts.ts';
import type { HostState } from './host-state.ts';
import { LayeredLevel, type Level, ValueLevel } from './level.ts';
import { groupsOf, hostvarsOf, magicLevel } from './magic.ts';
import { perRevision } from './per-revision.ts';
import type { Levels } from './precedence.ts';
import { type SharedEvaluation, VariableScope } from './scope.ts';
import { exposedLevels } from './task-place.ts';

/** The variables of all hosts of a run. The layers of a host are merged once, when it is first asked for. */
export class RunVariables {
  readonly #run: RunContext;
  readonly #shared: SharedEvaluation;
  readonly #magic: { readonly groups: () => Value; readonly hostvars: () => Value };
  readonly #extra: Level;
  readonly #hostLevels = new Map<string, Pick<Levels, 'state' | 'included' | 'facts' | 'inventory'>>();
  readonly #hostScopes = new Map<string, VariableScope>();

  constructor(run: RunContext) {
    this.#run = run;
    const { revision, environment } = run;
    this.#shared = {
      evaluation: new Evaluation(),
      revision,
      environment,
      templates: new WeakMap(),
      mentioned: new Set(),
    };
    this.#extra = new LayeredLevel(run.extraVars);
    const groups = perRevision(revision, () => groupsOf(run.inventory));
    const hostvars = perRevision(revision, () =>
      hostvarsOf(run.inventory, (host) => allVariables(this.hostScope(host))),
    );
    this.#magic = { groups, hostvars };
  }

  /**
   * The variables of a host in a play.
   * @param varsFiles what `vars_files` gave for this host, in the order of the files
   */
  playScope(host: string, play: PlayContext, varsFiles: readonly VariableLayer[] = []): VariableScope {
    const levels = {
      ...this.#levelsOf(host, play),
      play: new LayeredLevel([play.vars]),
      varsFiles: varsFiles.length === 0 ? undefined : new LayeredLevel(varsFiles),
      prompts: play.prompts === undefined ? undefined : new LayeredLevel([play.prompts]),
      ...exposedLevels(play.roles ?? []),
    };
    return new VariableScope(host, levels, this.#shared);
  }

  /** The variables of a host as `hostvars` shows them: without those of a play. */
  hostScope(host: string): VariableScope {
    const known = this.#hostScopes.get(host);
    if (known !== undefined) return known;
    const scope = new VariableScope(host, this.#levelsOf(host, undefined), this.#shared);
    this.#hostScopes.set(host, scope);
    return scope;
  }

  /**
   * What `-e name=value` sets and nothing has looked up so far, where something has looked up a name that is near it: a slip of
   * the pen, which Ansible says nothing about. Files of `-e @FILE` may serve several playbooks.
   */
  unread(): readonly { readonly name: string; readonly near: string }[] {
    const { mentioned } = this.#shared;
    const names = this.#run.extraVars.flatMap(({ variables }) =>
      [...variables].filter(([, node]) => node.at.file === '-e').map(([name]) => name),
    );
    return [...new Set(names)].flatMap((name) => {
      if (mentioned.has(name) || name.startsWith('ansible_')) return [];
      const near = nearestName(name, mentioned);
      return near === undefined ? [] : [{ name, near }];
    });
  }

  #levelsOf(host: string, play: PlayContext | undefined): Levels {
    let own = this.#hostLevels.get(host);
    if (own === undefined) {
      const state = this.#run.stateOf(host);
      const inventory = inventoryLevel(host, this.#run);
      own = {
        state: stateLevel(state),
        included: includedLevel(state),
        facts: factsLevel(state, this.#run.revision),
        inventory,
      };
      this.#hostLevels.set(host, own);
    }
    return {
      ...own,
      loop: new Map(),
      magic: magicLevel(host, this.#run, play, this.#magic),
      extra: this.#extra,
      task: [],
      params: [],
      roleVars: undefined,
      playRoleVars: undefined,
      varsFiles: undefined,
      prompts: undefined,
      play: undefined,
      roleDefaults: undefined,
      playRoleDefaults: undefined,
      fallback: fallbackLevel(host, play !== undefined),
    };
  }
}

function stateLevel(state: HostState): Level {
  return new ValueLevel({
    source: (name) => (state.registered.has(name) ? 'register' : 'set_fact'),
    get: (name) => {
      const until = state.awaited.get(name);
      if (until !== undefined) throw new NotYetKnown(until);
      return state.registered.get(name) ?? state.setFacts.get(name);
    },
    *names() {
      yield* state.awaited.keys();
      yield* state.registered.keys();
      yield* state.setFacts.keys();
    },
  });
}

/** What the inventory says of a host: it may grow while a playbook runs. */
function inventoryLevel(host: string, run: RunContext): Level {
  let known: { readonly inventory: InventoryView; readonly level: Level } | undefined;
  const level = (): Level => {
    const { inventory } = run;
    if (known?.inventory !== inventory) known = { inventory, level: new LayeredLevel(inventory.layersOf(host)) };
    return known.level;
  };
  return { find: (name) => level().find(name), all: (name) => level().all(name), names: () => level().names() };
}

/** What `include_vars` has read: templated when it is asked for, as everything in files of variables. */
function includedLevel(state: HostState): Level {
  const level = () => new LayeredLevel(state.included?.() ?? []);
  return { find: (name) => level().find(name), all: (name) => level().all(name), names: () => level().names() };
}

/** Within a play `ansible_host` is the host's own name when the inventory does not say otherwise; in `hostvars` it is not. */
function fallbackLevel(host: string, inPlay: boolean): Level {
  return new ValueLevel({
    source: 'the name of the host',
    get: (name) => (inPlay && name === 'ansible_host' ? host : undefined),
    names: () => (inPlay ? ['ansible_host'] : []),
  });
}

function allVariables(scope: VariableScope): Value {
  return new LazyDict({
    names: () => [...scope.names()].filter((name) => name !== 'hostvars'),
    has: (name) => typeof name === 'string' && name !== 'hostvars' && scope.has(name),
    compute: (name) => scope.valueOf(String(name)),
  });
}
