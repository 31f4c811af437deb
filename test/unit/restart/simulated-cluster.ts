import { BrokkrError } from '../../../src/errors.ts';
import { availabilityWithout, type ClusterView } from '../../../src/kafka/availability.ts';
import type { RollPort } from '../../../src/restart/drive.ts';
import type { Command } from '../../../src/restart/roll-state.ts';

export interface SimulatedPartition {
  readonly replicas: readonly number[];
  readonly minIsr: number;
  isr: number[];
}

/** Something that goes wrong at the n-th command of a roll. */
export interface Fault {
  readonly at: number;
  readonly kind: 'fails' | 'fails-after' | 'broker-dies' | 'broker-returns' | 'not-seen';
  readonly broker: number;
}

/** Brokers that may fail at any step, and what was broken by whom. The host of broker 2 is `s2`. */
export class SimulatedCluster implements RollPort {
  readonly up: Set<number>;
  readonly broken: string[] = [];
  readonly stops = new Map<number, number>();
  /** Brokers that the roll has stopped and that are not back. */
  readonly downByUs = new Set<number>();
  readonly #brokers: readonly number[];
  readonly #partitions: readonly SimulatedPartition[];
  readonly #faults: readonly Fault[];
  readonly #accepted: boolean;
  /** Brokers of one rack go together where the cluster can do without all of them. */
  readonly #rackOf: ((broker: number) => number) | undefined;
  /** Who may be down at the same time: what the gate has judged last. */
  #together: readonly number[] = [];
  readonly #restarted = new Set<number>();
  #step = 0;
  #changedSinceGate = false;
  #blind = false;

  constructor(
    brokers: readonly number[],
    partitions: readonly SimulatedPartition[],
    faults: readonly Fault[],
    accepted: boolean,
    rackOf?: (broker: number) => number,
  ) {
    this.#rackOf = rackOf;
    this.#brokers = brokers;
    this.#partitions = partitions;
    this.#faults = faults;
    this.#accepted = accepted;
    this.up = new Set(brokers);
  }

  /** The same cluster, to which these things happen from now on. */
  clone(faults: readonly Fault[]): SimulatedCluster {
    const copy = new SimulatedCluster(
      this.#brokers,
      this.#partitions.map((partition) => ({ ...partition, isr: [...partition.isr] })),
      faults,
      this.#accepted,
      this.#rackOf,
    );
    copy.up.clear();
    for (const id of this.up) copy.up.add(id);
    for (const id of this.downByUs) copy.downByUs.add(id);
    for (const id of this.#restarted) copy.#restarted.add(id);
    for (const [id, count] of this.stops) copy.stops.set(id, count);
    copy.#together = this.#together;
    copy.#changedSinceGate = this.#changedSinceGate;
    return copy;
  }

  /** Two clusters with the same text behave in the same way. */
  get key(): string {
    const sets = [this.up, this.downByUs, this.#restarted].map((set) => [...set].sort().join());
    const isr = this.#partitions.map((partition) => [...partition.isr].sort().join());
    return [...sets, isr.join(';'), [...this.stops].join(';'), this.#together, this.#changedSinceGate].join('|');
  }

  begin(_command: Command): void {
    this.#step += 1;
    for (const { kind, broker } of this.#now()) {
      if (kind === 'broker-dies') this.#down(broker);
      if (kind === 'broker-returns' && !this.downByUs.has(broker)) this.#return(broker);
      if (kind === 'broker-dies' || kind === 'broker-returns') this.#changedSinceGate = true;
    }
    this.#blind = this.#now().some(({ kind }) => kind === 'not-seen');
  }

  async next(hosts: readonly string[]): Promise<readonly string[]> {
    this.#fail('fails');
    const ordered = [...hosts].sort((a, b) => Number(this.up.has(idOf(a))) - Number(this.up.has(idOf(b))));
    const rackOf = this.#rackOf;
    const [first] = ordered;
    if (rackOf === undefined || first === undefined || !this.up.has(idOf(first))) return ordered.slice(0, 1);
    const rack = ordered.filter((host) => rackOf(idOf(host)) === rackOf(idOf(first)) && this.up.has(idOf(host)));
    let count = rack.length;
    while (count > 1 && this.#obstacles(rack.slice(0, count).map(idOf)).length > 0) count -= 1;
    return rack.slice(0, count);
  }

  async gate(hosts: readonly string[]): Promise<void> {
    this.#fail('fails');
    const obstacles = this.#obstacles(hosts.map(idOf));
    if (obstacles.length > 0) throw new BrokkrError(obstacles.join('; '));
    this.#together = hosts.map(idOf);
    this.#changedSinceGate = false;
    this.#fail('fails-after');
  }

  #obstacles(away: readonly number[]): readonly string[] {
    const topics = this.#partitions.map((_, index) => `t${index}`);
    const { obstacles } = availabilityWithout(away, this.#view(), {
      expected: this.#brokers,
      accepted: new Set(this.#accepted ? topics : []),
      restarted: [...this.#restarted].filter((id) => !away.includes(id)),
    });
    return obstacles.map(({ message }) => message);
  }

  async stop(host: string): Promise<void> {
    this.#fail('fails');
    const broker = idOf(host);
    if ([...this.downByUs].some((id) => !this.#together.includes(id)))
      this.broken.push(`${host} is stopped while ${[...this.downByUs].join()} is down by us`);
    const before = this.#offline();
    this.stops.set(broker, (this.stops.get(broker) ?? 0) + 1);
    this.downByUs.add(broker);
    this.#down(broker);
    const lost = this.#offline().filter((name) => !before.includes(name));
    const excused = this.#changedSinceGate || (this.#accepted && lost.every((name) => this.#hasOneReplica(name)));
    if (lost.length > 0 && !excused) this.broken.push(`stopping ${host} took ${lost.join()} offline`);
    this.#fail('fails-after');
  }

  async start(host: string): Promise<void> {
    this.#fail('fails');
    const broker = idOf(host);
    this.up.add(broker);
    this.#restarted.add(broker);
    this.#fail('fails-after');
  }

  async comeBack(host: string): Promise<void> {
    this.#fail('fails');
    const broker = idOf(host);
    if (!this.up.has(broker)) throw new BrokkrError('its process has ended');
    this.#return(broker);
    this.downByUs.delete(broker);
    this.#fail('fails-after');
  }

  async finish(): Promise<void> {
    this.#fail('fails');
    if (this.up.size < this.#brokers.length) throw new BrokkrError('not all are there');
  }

  async isRunning(host: string): Promise<boolean | undefined> {
    return this.#blind ? undefined : this.up.has(idOf(host));
  }

  #now(): readonly Fault[] {
    return this.#faults.filter(({ at }) => at === this.#step);
  }

  #fail(kind: Fault['kind']): void {
    if (this.#now().some((fault) => fault.kind === kind)) throw new BrokkrError(`the command ${this.#step} failed`);
  }

  #down(broker: number): void {
    this.up.delete(broker);
    for (const partition of this.#partitions) {
      // The last one in step stays listed, so that nobody else takes over without the messages.
      const left = partition.isr.filter((id) => id !== broker);
      if (left.length > 0) partition.isr = left;
    }
  }

  #return(broker: number): void {
    this.up.add(broker);
    for (const partition of this.#partitions) {
      const leads = partition.isr.some((id) => this.up.has(id));
      if (leads && partition.replicas.includes(broker) && !partition.isr.includes(broker)) partition.isr.push(broker);
    }
  }

  #offline(): readonly string[] {
    return this.#partitions.flatMap(({ isr }, index) => (isr.some((id) => this.up.has(id)) ? [] : [`t${index}`]));
  }

  #hasOneReplica(name: string): boolean {
    return this.#partitions[Number(name.slice(1))]?.replicas.length === 1;
  }

  #view(): ClusterView {
    const topics = this.#partitions.map(({ replicas, isr }, index) => {
      const leader = isr.find((id) => this.up.has(id)) ?? -1;
      const errorCode = leader < 0 ? 5 : 0;
      const partition = { partition: 0, leader, replicas, isr, offlineReplicas: [], errorCode };
      return { name: `t${index}`, internal: false, errorCode: 0, partitions: [partition] };
    });
    const brokers = [...this.up].map((id) => ({ id, host: `s${id}`, port: 9092, rack: null }));
    return {
      metadata: { clusterId: 'simulated', controllerId: brokers[0]?.id ?? -1, brokers, topics },
      minInsyncReplicas: new Map(this.#partitions.map(({ minIsr }, index) => [`t${index}`, minIsr])),
      reassignments: [],
    };
  }
}

function idOf(host: string): number {
  return Number(host.slice(1));
}
