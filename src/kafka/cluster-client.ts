import { BrokkrError } from '../errors.ts';
import type { Endpoint } from '../modules/dialing.ts';
import { BrokerConnection, type ConnectionOptions } from './broker-connection.ts';
import { KafkaRefusal, KafkaUnreachable } from './errors.ts';
import { type ClusterMetadata, fetchMetadata } from './metadata.ts';

/** Connections to the brokers of one cluster, each opened when it is first needed. */
export class ClusterClient {
  readonly #bootstrap: readonly Endpoint[];
  readonly #options: ConnectionOptions;
  readonly #byId = new Map<number, Promise<BrokerConnection>>();
  /** All that were ever opened: several that go side by side may each have opened a first one. */
  readonly #opened = new Set<BrokerConnection>();
  #first: BrokerConnection | undefined;
  #known: ClusterMetadata | undefined;
  #closed = false;

  constructor(bootstrap: readonly Endpoint[], options: ConnectionOptions) {
    this.#bootstrap = bootstrap;
    this.#options = options;
  }

  /** The connection to the first broker that answers. */
  async any(): Promise<BrokerConnection> {
    if (this.#first?.failed !== false) await this.metadata();
    if (this.#first === undefined) throw new TypeError('metadata came without a connection');
    return this.#first;
  }

  /** The cluster as the first broker that answers knows it; without names, with all topics. */
  async metadata(topics: readonly string[] = []): Promise<ClusterMetadata> {
    const reasons: string[] = [];
    for (const endpoint of this.#bootstrap) {
      try {
        this.#first = this.#first?.failed === false ? this.#first : await this.#open(endpoint);
        this.#known = await fetchMetadata(this.#first, topics);
        return this.#known;
      } catch (error) {
        if (!(error instanceof KafkaUnreachable)) throw error;
        reasons.push(error.message);
      }
    }
    throw new KafkaUnreachable(`no broker answers: ${reasons.join(', ')}`);
  }

  /** The connection to a registered broker, at the address that it advertises. Requests that go side by side share it. */
  async broker(id: number): Promise<BrokerConnection> {
    for (let opening = this.#byId.get(id); opening !== undefined; opening = this.#byId.get(id)) {
      const connection = await opening.catch(() => undefined);
      if (connection?.failed === false) return connection;
      if (this.#byId.get(id) === opening) this.#byId.delete(id);
    }
    const opening = this.#openBroker(id);
    this.#byId.set(id, opening);
    return opening;
  }

  async #openBroker(id: number): Promise<BrokerConnection> {
    const { brokers } = this.#known ?? (await this.metadata());
    const broker = brokers.find((candidate) => candidate.id === id);
    if (broker === undefined) throw new KafkaUnreachable(`broker ${id} is not registered`);
    return this.#open(broker);
  }

  /** The cluster as a named broker knows it. */
  async metadataOf(id: number, topics: readonly string[] = []): Promise<ClusterMetadata> {
    return fetchMetadata(await this.broker(id), topics);
  }

  /** The connection to the broker that leads a partition. */
  async leader(topic: string, partition: number): Promise<BrokerConnection> {
    const leader = (metadata: ClusterMetadata | undefined) =>
      metadata?.topics
        .find(({ name }) => name === topic)
        ?.partitions.find((candidate) => candidate.partition === partition)?.leader;
    const id = leader(this.#known) ?? leader(await this.metadata());
    const leaderNotAvailable = 5;
    if (id === undefined || id < 0) throw new KafkaRefusal(`${topic}-${partition}`, leaderNotAvailable);
    return this.broker(id);
  }

  /** The connection to the controller; in a KRaft cluster to a broker that passes requests on to it. */
  async controller(): Promise<BrokerConnection> {
    const { controllerId } = this.#known ?? (await this.metadata());
    if (controllerId < 0) throw new BrokkrError('the cluster has no controller');
    return this.broker(controllerId);
  }

  /** Look up brokers and the controller again before they are next asked. */
  forget(): void {
    this.#known = undefined;
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#opened) connection.close();
  }

  async #open(endpoint: Endpoint): Promise<BrokerConnection> {
    const first = this.#first;
    const same = first?.failed === false && first.endpoint.host === endpoint.host;
    if (same && first.endpoint.port === endpoint.port) return first;
    const opened = await BrokerConnection.open(endpoint, this.#options);
    // One of several requests that go side by side may have failed meanwhile, and ended the others' need.
    if (this.#closed) opened.close();
    this.#opened.add(opened);
    return opened;
  }
}
