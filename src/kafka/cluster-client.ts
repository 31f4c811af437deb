import { BrokkrError } from '../errors.ts';
import type { Endpoint } from '../modules/dialing.ts';
import { BrokerConnection, type ConnectionOptions } from './broker-connection.ts';
import { KafkaUnreachable } from './errors.ts';
import { type ClusterMetadata, fetchMetadata } from './metadata.ts';

/** Connections to the brokers of one cluster, each opened when it is first needed. */
export class ClusterClient {
  readonly #bootstrap: readonly Endpoint[];
  readonly #options: ConnectionOptions;
  readonly #byId = new Map<number, Promise<BrokerConnection>>();
  #first: BrokerConnection | undefined;
  #known: ClusterMetadata | undefined;

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

  /** The connection to a registered broker, at the address that it advertises. */
  async broker(id: number): Promise<BrokerConnection> {
    const open = await this.#byId.get(id)?.catch(() => undefined);
    if (open?.failed === false) return open;
    const { brokers } = this.#known ?? (await this.metadata());
    const broker = brokers.find((candidate) => candidate.id === id);
    if (broker === undefined) throw new KafkaUnreachable(`broker ${id} is not registered`);
    const opening = this.#open(broker);
    this.#byId.set(id, opening);
    return opening;
  }

  /** The cluster as a named broker knows it. */
  async metadataOf(id: number, topics: readonly string[] = []): Promise<ClusterMetadata> {
    return fetchMetadata(await this.broker(id), topics);
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
    this.#first?.close();
    // A connection that failed to open has told its asker.
    for (const opening of this.#byId.values()) void opening.then((connection) => connection.close()).catch(() => {});
  }

  async #open(endpoint: Endpoint): Promise<BrokerConnection> {
    const first = this.#first;
    const same = first?.failed === false && first.endpoint.host === endpoint.host;
    return same && first.endpoint.port === endpoint.port ? first : BrokerConnection.open(endpoint, this.#options);
  }
}
