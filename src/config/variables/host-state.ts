import type { Value } from '../../jinja/value.ts';
import type { Placement } from '../inventory/placement.ts';
import type { VariableLayer } from '../node.ts';
import type { RoleUse } from '../role.ts';

/** What a run has found out about one host. None of it is ever templated: it came from the host. */
export interface HostState {
  readonly registered: ReadonlyMap<string, Value>;
  readonly setFacts: ReadonlyMap<string, Value>;
  /** Names that a task sets whose outcome is not known yet, and until when. */
  readonly awaited: ReadonlyMap<string, string>;
  /**
   * A fact without its prefix: `distribution` for `ansible_distribution` and `ansible_facts.distribution`. `undefined` when
   * there is no such fact; throws `NotYetKnown` when it has not been gathered.
   */
  readonly facts: (name: string) => Value | undefined;
  /** What `include_vars` has read, the later files stronger. */
  readonly included?: () => readonly VariableLayer[];
  /** The facts that `ansible_facts` lists. */
  readonly factNames?: () => Iterable<string>;
}

/**
 * `register` and `set_fact` of all hosts. Both write the same name space, and the later one counts, so a name stands in
 * one of the two maps only.
 */
export class RunState {
  readonly #facts: (host: string, name: string) => Value | undefined;
  readonly #factNames: ((host: string) => Iterable<string>) | undefined;
  readonly #hosts = new Map<string, Kept & { readonly state: HostState }>();
  /** Hosts whose facts have been gathered. */
  #gathered: ReadonlySet<string> = new Set();
  #usedRoles: readonly RoleUse[] = [];
  #revision = 0;
  #placements: readonly Placement[] = [];

  constructor(
    facts: (host: string, name: string) => Value | undefined,
    factNames?: (host: string) => Iterable<string>,
  ) {
    this.#facts = facts;
    this.#factNames = factNames;
  }

  /** Grows with every change: a value that was templated under another number may be out of date. */
  get revision(): number {
    return this.#revision;
  }

  readonly stateOf = (host: string): HostState => this.#of(host).state;

  register(host: string, name: string, value: Value): void {
    const { registered, setFacts, awaited } = this.#of(host);
    setFacts.delete(name);
    awaited.delete(name);
    registered.set(name, value);
    this.#revision++;
  }

  setFact(host: string, name: string, value: Value): void {
    const { registered, setFacts, awaited } = this.#of(host);
    registered.delete(name);
    awaited.delete(name);
    setFacts.set(name, value);
    this.#revision++;
  }

  /** A task may set the variable: what it is, is known `until` something has happened. */
  awaitFact(host: string, name: string, until: string): void {
    this.#of(host).awaited.set(name, until);
    this.#revision++;
  }

  /** A play or a task gathers the facts of hosts: from now on they are there. */
  gather(hosts: readonly string[]): void {
    if (hosts.every((host) => this.#gathered.has(host))) return;
    this.#gathered = new Set([...this.#gathered, ...hosts]);
    this.#revision++;
  }

  /** Roles that tasks of the current play have included so far. */
  get usedRoles(): readonly RoleUse[] {
    return this.#usedRoles;
  }

  useRoles(roles: readonly RoleUse[]): void {
    if (roles.length === 0) return;
    this.#usedRoles = [...this.#usedRoles, ...roles];
    this.#revision++;
  }

  /** A play begins, in which no task has included a role. */
  beginRoles(): void {
    this.#usedRoles = [];
    this.#revision++;
  }

  hasGathered(host: string): boolean {
    return this.#gathered.has(host);
  }

  /** `include_vars`: weaker than facts and registered results. */
  include(host: string, layers: readonly VariableLayer[]): void {
    this.#of(host).included.push(...layers);
    this.#revision++;
  }

  /** What tasks have put into the inventory so far, the same list until there is more. */
  get placements(): readonly Placement[] {
    return this.#placements;
  }

  /** `add_host` and `group_by`. */
  place(placements: readonly Placement[]): void {
    if (placements.length === 0) return;
    this.#placements = [...this.#placements, ...placements];
    this.#revision++;
  }

  /** Notes what all hosts have now, and gives a function that puts it back: for a plan that is only tried. */
  snapshot(): () => void {
    const placements = this.#placements;
    const gathered = this.#gathered;
    const usedRoles = this.#usedRoles;
    const kept = [...this.#hosts].map(([host, own]) => ({ host, own: copyOf(own) }));
    return () => {
      this.#placements = placements;
      this.#gathered = gathered;
      this.#usedRoles = usedRoles;
      for (const own of this.#hosts.values()) fill(own, copyOf());
      for (const { host, own } of kept) fill(this.#of(host), own);
      this.#revision++;
    };
  }

  /** Facts have been gathered or have changed. */
  factsChanged(): void {
    this.#revision++;
  }

  #of(host: string) {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const own = copyOf();
    const factNames = this.#factNames;
    const state: HostState = {
      ...own,
      included: () => own.included,
      facts: (name) => this.#facts(host, name),
      ...(factNames === undefined ? {} : { factNames: () => factNames(host) }),
    };
    const made = { ...own, state };
    this.#hosts.set(host, made);
    return made;
  }
}

/** What a run keeps of one host. */
interface Kept {
  readonly registered: Map<string, Value>;
  readonly setFacts: Map<string, Value>;
  readonly awaited: Map<string, string>;
  readonly included: VariableLayer[];
}

function copyOf(own?: Kept): Kept {
  return {
    registered: new Map(own?.registered),
    setFacts: new Map(own?.setFacts),
    awaited: new Map(own?.awaited),
    included: [...(own?.included ?? [])],
  };
}

/** Takes over what `from` holds, in the same objects: scopes have them. */
function fill(own: Kept, from: Kept): void {
  for (const map of [own.registered, own.setFacts, own.awaited]) map.clear();
  for (const [name, value] of from.registered) own.registered.set(name, value);
  for (const [name, value] of from.setFacts) own.setFacts.set(name, value);
  for (const [name, until] of from.awaited) own.awaited.set(name, until);
  own.included.splice(0, own.included.length, ...from.included);
}
