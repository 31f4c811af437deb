import { z } from 'zod';
import { BrokkrError } from '../errors.ts';
import { bootstrapServers, brokerIds, seconds } from '../modules/cluster-arguments.ts';
import type { GateVerdict, RestartGate } from '../modules/gate.ts';
import type { ControlContext } from '../modules/module.ts';
import { gateWaiter, verdictOf } from '../modules/sampling.ts';
import { pollUntil } from '../poll.ts';
import type { Json } from '../shell/question.ts';
import { availabilityWithout, type ClusterView, leadership, obstaclesText, type StopRequest } from './availability.ts';
import { ClusterClient } from './cluster-client.ts';
import { readClusterView } from './cluster-view.ts';
import { electPreferredLeaders } from './elect-leaders.ts';
import { KafkaUnreachable } from './errors.ts';
import type { ClusterMetadata } from './metadata.ts';
import { orderBrokers, sameRack } from './restart-order.ts';

const schema = z.object({
  bootstrap_servers: bootstrapServers,
  brokers: brokerIds,
  accept_unavailability: z.array(z.string()).default([]),
  parallel_in_rack: z.boolean().default(false),
  samples: z.coerce.number().int().min(1).default(3),
  interval: seconds.default(2),
  timeout: seconds.default(300),
});
type Parameters = z.output<typeof schema>;

/** Milliseconds within which a broker that is well is connected, and answers; all topics of a large cluster take a while. */
const limits = { connectTimeoutMs: 2000, requestTimeoutMs: 15_000 };

/** Milliseconds that a session may outlive its broker: `zookeeper.session.timeout.ms` is 18 s, and some more. */
const sessionMs = 30_000;

/** What is asked without a broker concerns the cluster as a whole. */
const nobody: readonly number[] = [];

/**
 * Brokers restart one by one, the controller last (it would have to be elected anew with each of the others), and each
 * only while stopping it takes nothing away from anybody: see `availabilityWithout`.
 */
export class KafkaGate implements RestartGate {
  readonly cluster = 'Kafka';
  readonly #parameters: Parameters;
  readonly #brokerIdOf: (host: string) => number | undefined;
  readonly #context: ControlContext;
  readonly #waitFor: ReturnType<typeof gateWaiter>;
  /** Brokers that went through this gate. */
  readonly #restarted = new Set<number>();
  /** Where the last broker stood that was looked at: its rack is finished before another one is begun. */
  #lastRack: string | undefined;
  #leadersBefore: ReadonlyMap<number, number> | undefined;

  constructor(
    parameters: { readonly [key: string]: Json },
    brokerIdOf: (host: string) => number | undefined,
    context: ControlContext,
  ) {
    this.#parameters = schema.parse(parameters);
    this.#brokerIdOf = brokerIdOf;
    this.#context = context;
    this.#waitFor = gateWaiter(this.#parameters, context);
  }

  async isUp(): Promise<boolean> {
    return (await this.#glance()) !== undefined;
  }

  /** Rack by rack, where brokers have one: what is in one rack fails together anyway, so that replicas are kept apart. */
  async order(hosts: readonly string[]): Promise<readonly string[]> {
    return orderBrokers(hosts, this.#brokerIdOf, await this.#glance(), this.#lastRack);
  }

  async next(hosts: readonly string[]): Promise<readonly string[]> {
    const ordered = await this.order(hosts);
    if (!this.#parameters.parallel_in_rack) return ordered.slice(0, 1);
    const metadata = await this.#glance();
    const group = metadata === undefined ? ordered.slice(0, 1) : sameRack(ordered, this.#brokerIdOf, metadata);
    if (group.length < 2) return group;
    const view = await this.#withClient((client) => readClusterView(client));
    const restarted = [...this.#restarted];
    // As many of the rack as the cluster can do without at the same time; the gate looks at them together once more.
    const fits = (count: number) =>
      this.#judge(
        group.slice(0, count).map((host) => this.#idOf(host)),
        restarted,
        view,
      ).reasons.length === 0;
    let count = group.length;
    while (count > 1 && !fits(count)) count -= 1;
    return group.slice(0, count);
  }

  async verdict(host: string): Promise<GateVerdict> {
    return verdictOf(async () => {
      const id = this.#idOf(host);
      const view = await this.#view([id]);
      const verdict = this.#judge([id], [], view);
      if (view.metadata.controllerId !== id) return verdict;
      return { ...verdict, notes: ['it is the controller: its turn is the last', ...verdict.notes] };
    });
  }

  async before(
    hosts: string | readonly string[],
    isInVain?: (reasons: readonly string[]) => Promise<string | undefined>,
  ): Promise<readonly string[]> {
    const names = [hosts].flat();
    const ids = names.map((host) => this.#idOf(host));
    const restarted = [...this.#restarted].filter((each) => !ids.includes(each));
    const settings = new Map<string, number>();
    const look = () => this.#look(ids, restarted, settings);
    const notes = await this.#waitFor({ look, prefix: `${names.join(', ')}: `, isInVain });
    for (const id of ids) this.#restarted.add(id);
    return notes;
  }

  async after(host: string, isAlive?: () => Promise<string | undefined>): Promise<void> {
    const id = this.#idOf(host);
    const look = () => this.#lookAtReturn(id);
    await this.#waitFor({ look, prefix: `${host}: `, samples: 1, interval: 0.5, isInVain: isAlive });
  }

  async waitUntilWhole(): Promise<void> {
    await this.#waitFor({ look: () => this.#look(nobody, this.#parameters.brokers), prefix: '' });
  }

  /**
   * After a hard end the registration of a broker lives as long as its session; it is refused meanwhile (NodeExists). While
   * ZooKeeper has no quorum no session ends, and when it has one again each begins anew: so this may take longer than one.
   */
  async untilGone(host: string): Promise<void> {
    const id = this.#idOf(host);
    let told = false;
    await pollUntil<undefined>(
      async () => {
        const metadata = await this.#glance();
        if (metadata === undefined || metadata.brokers.every((broker) => broker.id !== id))
          return { done: true, value: undefined };
        if (!told) this.#context.progress(`${host}: until ZooKeeper's session of broker ${id} has ended`);
        told = true;
        return { done: false, reason: 'it is still registered' };
      },
      {
        timeoutMs: Math.max(sessionMs, this.#parameters.timeout * 1000),
        intervalMs: 200,
        signal: this.#context.signal,
      },
    );
  }

  async settle(): Promise<readonly string[]> {
    let given = 0;
    const before = this.#leadersBefore;
    const outcome = await pollUntil<ClusterMetadata>(
      () =>
        this.#withClient(async (client) => {
          const metadata = await client.metadata();
          const { misplaced } = leadership(metadata);
          const count = misplaced.reduce((sum, { partitions }) => sum + partitions.length, 0);
          if (count === 0) return { done: true, value: metadata };
          given = Math.max(given, count);
          const [refused] = await electPreferredLeaders(await client.controller(), misplaced);
          return { done: false, reason: refused?.errorMessage ?? `${count} partitions are led by another broker` };
        }),
      {
        timeoutMs: 20_000,
        intervalMs: 500,
        signal: this.#context.signal,
      },
    );
    if (!outcome.done) return [`leaders were not all given back: ${outcome.reason}`];
    const after = leadersText(leadership(outcome.value).leaders);
    const was = before === undefined ? '' : ` (before: ${leadersText(before)})`;
    const what = given === 1 ? '1 partition was' : `${given} partitions were`;
    return [`${what} given back to the preferred leader; leaders now: ${after}${was}`];
  }

  /** The cluster as it is now, or `undefined` when no broker answers. */
  async #glance(): Promise<ClusterMetadata | undefined> {
    try {
      return await this.#withClient((client) => client.metadata());
    } catch (error) {
      if (error instanceof KafkaUnreachable) return undefined;
      throw error;
    }
  }

  #idOf(host: string): number {
    const id = this.#brokerIdOf(host);
    if (id === undefined || !this.#parameters.brokers.includes(id))
      throw new BrokkrError(`${host} has no broker_id that is one of ${this.#parameters.brokers.join(', ')}`);
    return id;
  }

  async #look(
    brokers: readonly number[],
    restarted: readonly number[],
    settings: Map<string, number> = new Map(),
  ): Promise<GateVerdict> {
    return this.#judge(brokers, restarted, await this.#view(brokers, settings));
  }

  /** @param settings what earlier looks of the same wait have read, which is not asked again */
  async #view([first]: readonly number[], settings: Map<string, number> = new Map()): Promise<ClusterView> {
    const view = await this.#withClient((client) => readClusterView(client, settings));
    for (const [topic, value] of view.minInsyncReplicas) settings.set(topic, value);
    this.#leadersBefore ??= leadership(view.metadata).leaders;
    this.#lastRack = view.metadata.brokers.find(({ id }) => id === first)?.rack ?? this.#lastRack;
    return view;
  }

  #judge(stopped: readonly number[], restarted: readonly number[], view: ClusterView): GateVerdict {
    const { brokers: expected, accept_unavailability } = this.#parameters;
    const request: StopRequest = { expected, accepted: new Set(accept_unavailability), restarted };
    const { obstacles, notes } = availabilityWithout(stopped, view, request);
    const waitingHelps = obstacles.every(({ kind }) => kind !== 'single-replica' && kind !== 'broker-unexpected');
    const reasons = obstacles.length === 0 ? [] : [obstaclesText(obstacles)];
    return { reasons, notes, isHopeless: !waitingHelps };
  }

  /** Is the broker there, and in step with everything that it keeps? What else may be wrong is told before the next stop. */
  async #lookAtReturn(broker: number): Promise<GateVerdict> {
    const metadata = await this.#withClient((client) => client.metadata());
    const text = metadata.brokers.some(({ id }) => id === broker)
      ? catchingUpText(
          metadata.topics.flatMap(({ name, partitions }) =>
            partitions.filter(lags(broker)).map(({ partition }) => `${name}-${partition}`),
          ),
        )
      : `broker ${broker} is not registered yet`;
    return { reasons: text === undefined ? [] : [text], notes: [], isHopeless: false };
  }

  async #withClient<T>(ask: (client: ClusterClient) => Promise<T>): Promise<T> {
    const { dialer, signal } = this.#context;
    const client = new ClusterClient(this.#parameters.bootstrap_servers, { dialer, signal, ...limits });
    try {
      return await ask(client);
    } finally {
      client.close();
    }
  }
}

function lags(broker: number) {
  return ({ replicas, isr }: { readonly replicas: readonly number[]; readonly isr: readonly number[] }): boolean =>
    replicas.includes(broker) && !isr.includes(broker);
}

/** Many are counted, since they change from look to look; the last few are named. */
function catchingUpText(partitions: readonly string[]): string | undefined {
  if (partitions.length === 0) return undefined;
  const names = partitions.length > 3 ? '' : `: ${partitions.join(', ')}`;
  return `${partitions.length} partition${partitions.length === 1 ? '' : 's'} still to catch up${names}`;
}

function leadersText(leaders: ReadonlyMap<number, number>): string {
  return [...leaders].map(([id, count]) => `broker ${id} leads ${count}`).join(', ');
}
