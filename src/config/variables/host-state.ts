import type { Value } from '../../jinja/value.ts';

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
  readonly #hosts = new Map<
    string,
    { registered: Map<string, Value>; setFacts: Map<string, Value>; awaited: Map<string, string>; state: HostState }
  >();
  #revision = 0;

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

  /** Notes what all hosts have now, and gives a function that puts it back: for a plan that is only tried. */
  snapshot(): () => void {
    const kept = [...this.#hosts].map(([host, { registered, setFacts, awaited }]) => ({
      host,
      registered: new Map(registered),
      setFacts: new Map(setFacts),
      awaited: new Map(awaited),
    }));
    return () => {
      for (const { registered, setFacts, awaited } of this.#hosts.values()) {
        registered.clear();
        setFacts.clear();
        awaited.clear();
      }
      for (const { host, registered, setFacts, awaited } of kept) {
        const own = this.#of(host);
        for (const [name, value] of registered) own.registered.set(name, value);
        for (const [name, value] of setFacts) own.setFacts.set(name, value);
        for (const [name, until] of awaited) own.awaited.set(name, until);
      }
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
    const registered = new Map<string, Value>();
    const setFacts = new Map<string, Value>();
    const awaited = new Map<string, string>();
    const factNames = this.#factNames;
    const state: HostState = {
      registered,
      setFacts,
      awaited,
      facts: (name) => this.#facts(host, name),
      ...(factNames === undefined ? {} : { factNames: () => factNames(host) }),
    };
    const made = { registered, setFacts, awaited, state };
    this.#hosts.set(host, made);
    return made;
  }
}
