import { randomBytes } from 'node:crypto';
import type { Producer } from 'kafkajs';
import { BrokkrError, errorText } from '../errors.ts';
import type { Endpoint } from '../modules/dialing.ts';
import type { ControlContext } from '../modules/module.ts';
import { readBack } from './canary-read.ts';
import { type CanaryReport, PartitionTrack, summarize } from './canary-report.ts';
import { type KafkaClient, kafkaClient } from './client.ts';
import { ClusterClient } from './cluster-client.ts';
import { ScratchTopics, scratchTopic } from './scratch-topic.ts';
import { waitForTopic } from './topic-changes.ts';

export interface CanaryOptions {
  readonly bootstrap: readonly Endpoint[];
  readonly brokers: readonly number[];
  /** Messages a second, over all partitions. */
  readonly rate: number;
  /** Bytes of a message, 8 or more. */
  readonly size: number;
}

const prefix = 'brokkr-canary-';
/** Sends a second, at most: each waits until it is acknowledged. */
const sendsPerSecond = 20;
/** Milliseconds of silence that are made up for afterwards: the rate is that of the whole roll. */
const madeUpMs = 10_000;

/** Milliseconds after the last restart in which every message has to be acknowledged. */
const drainMs = 60_000;

/**
 * Clients that a restart must not disturb: on a topic of which every broker leads a partition, one idempotent producer a
 * partition with one send in flight (kafkajs repeats or loses messages by itself when it does anything else). What was
 * acknowledged is compared by a read-back by offsets, not by a group that rebalances.
 */
export class Canary {
  readonly #options: CanaryOptions;
  readonly #context: ControlContext;
  readonly #topic: string;
  readonly #topics: ScratchTopics;
  #client: KafkaClient | undefined;
  #stopping = false;
  #tracks: readonly PartitionTrack[] = [];
  #loops: readonly Promise<void>[] = [];
  #ended: { readonly report: CanaryReport } | undefined;

  constructor(options: CanaryOptions, context: ControlContext) {
    this.#options = options;
    this.#context = context;
    this.#topic = `${prefix}${String(Math.floor(Date.now() / 1000)).padStart(10, '0')}-${randomBytes(4).toString('hex')}`;
    this.#topics = new ScratchTopics(options.bootstrap, context.dialer);
  }

  /** Makes the topic, and begins to send. Topics that crashed runs have left are removed. */
  async start(): Promise<void> {
    const { brokers, bootstrap } = this.#options;
    const { dialer, signal } = this.#context;
    const client = new ClusterClient(bootstrap, { dialer, signal, connectTimeoutMs: 2000, requestTimeoutMs: 10_000 });
    try {
      const { topics } = await client.metadata();
      for (const { name } of topics.filter((each) => each.name.startsWith(prefix))) await this.#topics.remove(name);
      const topic = scratchTopic(this.#topic, brokers);
      const wanted = String(Math.max(1, Math.min(3, brokers.length) - 1));
      await this.#topics.create({ ...topic, configEntries: [{ name: 'min.insync.replicas', value: wanted }] });
      await waitForTopic(client, this.#topic, brokers.length, signal);
    } catch (error) {
      await this.#topics.remove(this.#topic);
      throw error;
    } finally {
      client.close();
    }
    this.#client = await kafkaClient(bootstrap, { dialer, signal, onLog: () => {} });
    this.#tracks = brokers.map((_, partition) => new PartitionTrack(partition));
    const producers = await Promise.all(this.#tracks.map(() => this.#producer()));
    this.#loops = this.#tracks.map((track, index) => this.#send(track, producers[index]));
  }

  async #producer(): Promise<Producer> {
    if (this.#client === undefined) throw new TypeError('the canary was not started');
    // Whoever gives up leaves its sequence numbers out of step, so it tries until the canary is ended.
    const retry = { retries: Number.MAX_SAFE_INTEGER, initialRetryTime: 100, maxRetryTime: 1000 };
    const producer = this.#client.kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry });
    await producer.connect();
    return producer;
  }

  async #send(track: PartitionTrack, producer: Producer | undefined): Promise<void> {
    const { rate, size, brokers } = this.#options;
    const batch = Math.max(1, Math.round(rate / brokers.length / sendsPerSecond));
    const every = (1000 * batch * brokers.length) / rate;
    let due = performance.now();
    while (!this.#stopping && producer !== undefined) {
      const messages = track.next(batch).map((number) => ({ value: payload(number, size) }));
      const began = performance.now();
      try {
        const request = messages.map(({ value }) => ({ value, partition: track.partition }));
        await producer.send({ topic: this.#topic, messages: request, acks: -1, timeout: 30_000 });
        track.acknowledged(performance.now(), performance.now() - began);
      } catch (error) {
        track.failed(errorText(error));
        return;
      }
      due = Math.max(due + every, performance.now() - madeUpMs);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
    await producer?.disconnect();
  }

  /** Ends the sending, reads everything back, removes the topic whatever happens, and tells what came of it. */
  async end(): Promise<CanaryReport> {
    if (this.#ended !== undefined) return this.#ended.report;
    this.#stopping = true;
    const timer = new AbortController();
    const drained = Promise.all(this.#loops);
    const late = new Promise<void>((resolve) => {
      const timeout = setTimeout(resolve, drainMs);
      timer.signal.addEventListener('abort', () => clearTimeout(timeout));
    });
    await Promise.race([drained, late]);
    timer.abort();
    for (const track of this.#tracks) track.giveUp();
    this.#client?.close();
    const { dialer, signal } = this.#context;
    const { bootstrap } = this.#options;
    const client = new ClusterClient(bootstrap, { dialer, signal, connectTimeoutMs: 2000, requestTimeoutMs: 15_000 });
    const problems: string[] = [];
    try {
      for (const track of this.#tracks) await readBack(client, this.#topic, track, signal);
    } catch (error) {
      if (!(error instanceof BrokkrError)) throw error;
      problems.push(`it could not be read back: ${error.message}`);
    } finally {
      client.close();
      const left = await this.#topics.remove(this.#topic);
      if (left !== undefined) problems.push(`its topic ${this.#topic} is left behind: ${left}`);
    }
    const report = summarize(this.#tracks, problems);
    this.#ended = { report };
    return report;
  }
}

function payload(number: number, size: number): Buffer {
  const value = Buffer.alloc(size);
  value.writeBigUInt64BE(BigInt(number));
  return value;
}
