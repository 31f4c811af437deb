import { randomBytes } from 'node:crypto';
import { within } from '../deadline.ts';
import { errorText } from '../errors.ts';
import type { Endpoint } from '../modules/dialing.ts';
import type { Dialer } from '../modules/module.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { ClusterClient } from './cluster-client.ts';
import type { ClusterMetadata } from './metadata.ts';
import { atController } from './topic-changes.ts';
import { createTopic, deleteTopic, type NewTopic } from './topic-requests.ts';

const prefix = 'brokkr-round-trip-';
const pattern = /^brokkr-round-trip-(\d{10})-[0-9a-f]{8}$/;

/** Older than any round trip may take: its run has crashed. */
const leftoverAfterSeconds = 15 * 60;

/** A name that no other run has, with the second in which it was made. */
export function scratchTopicName(nowMs: number): string {
  return `${prefix}${String(Math.floor(nowMs / 1000)).padStart(10, '0')}-${randomBytes(4).toString('hex')}`;
}

/** Scratch topics of runs that did not live to remove them. */
export function leftovers(metadata: ClusterMetadata, nowMs: number): readonly string[] {
  return metadata.topics.flatMap(({ name }) => {
    const made = Number(pattern.exec(name)?.[1] ?? Number.NaN);
    return nowMs / 1000 - made > leftoverAfterSeconds ? [name] : [];
  });
}

/** A topic in which each broker leads one partition, and is followed by the next two. */
export function scratchTopic(name: string, brokers: readonly number[]): NewTopic {
  const replicas = Math.min(3, brokers.length);
  const circle = [...brokers, ...brokers];
  const replicaAssignment = brokers.map((_, partition) => ({
    partition,
    replicas: circle.slice(partition, partition + replicas),
  }));
  return { topic: name, numPartitions: -1, replicationFactor: -1, replicaAssignment, configEntries: [] };
}

/** Milliseconds in which the controller makes or removes a topic. */
const withinMs = 10_000;

/** Makes and removes scratch topics over connections of its own: neither is left half done when the run is aborted. */
export class ScratchTopics {
  readonly #bootstrap: readonly Endpoint[];
  readonly #dialer: Dialer;

  constructor(bootstrap: readonly Endpoint[], dialer: Dialer) {
    this.#bootstrap = bootstrap;
    this.#dialer = dialer;
  }

  /** @throws BrokkrError when the topic cannot be made */
  async create(topic: NewTopic): Promise<void> {
    await this.#atController((controller) => createTopic(controller, topic));
  }

  /** Removes a topic if it is there. Gives the reason when that fails. */
  async remove(name: string): Promise<string | undefined> {
    try {
      await this.#atController((controller) => deleteTopic(controller, name));
      return undefined;
    } catch (error) {
      return errorText(error);
    }
  }

  async #atController(ask: (controller: BrokerConnection) => Promise<void>): Promise<void> {
    const signal = within(withinMs);
    const limits = { connectTimeoutMs: 2000, requestTimeoutMs: withinMs };
    const client = new ClusterClient(this.#bootstrap, { dialer: this.#dialer, signal, ...limits });
    try {
      await atController(client, signal, ask);
    } finally {
      client.close();
    }
  }
}
