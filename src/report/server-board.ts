import type { Event, ServerStatus } from '../apply/events.ts';
import { describeSeconds } from './wording.ts';

interface Server {
  status: ServerStatus;
  /** When it came to this, in milliseconds. */
  since: number;
  text: string | undefined;
}

/** Is something done with the server just now? */
function isMoving(status: ServerStatus): boolean {
  return ['gate', 'stopping', 'starting', 'returning'].includes(status);
}

/** Where each server of a rolling restart stands just now, and how long it may still take. */
export class ServerBoard {
  readonly #now: () => number;
  readonly #servers = new Map<string, Server>();
  /** Milliseconds from gate to back, of each that is done. */
  readonly #took: number[] = [];
  readonly #began = new Map<string, number>();
  #cluster = '';
  #from = 0;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(now: () => number) {
    this.#now = now;
  }

  hear(event: Event): void {
    if (event.event === 'server') this.#server(event);
    else if (event.event === 'progress' && event.task === undefined) this.#progress(event.text);
  }

  #server({ cluster, host, status, text }: Extract<Event, { event: 'server' }>): void {
    const now = this.#now();
    if (cluster !== this.#cluster) {
      this.#servers.clear();
      this.#took.length = 0;
      this.#cluster = cluster;
      this.#from = now;
    }
    if (isMoving(status)) this.#began.set(host, this.#began.get(host) ?? now);
    const began = this.#began.get(host);
    if (status === 'back' && began !== undefined) this.#took.push(now - began);
    if (!isMoving(status)) this.#began.delete(host);
    this.#servers.set(host, { status, since: now, text });
  }

  /** What is waited for is told as `host: text`. */
  #progress(told: string): void {
    const [host = '', ...text] = told.split(': ');
    const server = this.#servers.get(host);
    if (server !== undefined && isMoving(server.status)) server.text = text.join(': ');
  }

  isBusy(): boolean {
    return [...this.#servers.values()].some(({ status }) => isMoving(status));
  }

  /** `undefined` when no server is being restarted. */
  title(): string | undefined {
    if (!this.isBusy()) return undefined;
    const all = [...this.#servers.values()].filter(({ status }) => status !== 'skipped' && status !== 'altered');
    const elapsed = describeSeconds(Math.floor((this.#now() - this.#from) / 1000));
    return `${this.#cluster}: ${this.#took.length} of ${Math.max(all.length, this.#took.length)} restarted · ${elapsed}${this.#left(all.length)}`;
  }

  #left(all: number): string {
    const [first] = this.#took;
    if (first === undefined) return '';
    const mean = this.#took.reduce((sum, each) => sum + each, 0) / this.#took.length;
    const running = Math.max(0, ...[...this.#began.values()].map((began) => this.#now() - began));
    const left = Math.max(0, mean * (all - this.#took.length) - running);
    return ` · about ${describeSeconds(Math.ceil(left / 1000))} left`;
  }

  lines(): string[] {
    return [...this.#servers]
      .filter(([, { status }]) => status !== 'skipped')
      .map(([host, { status, since, text }]) => {
        const took = isMoving(status) ? ` ${describeSeconds(Math.floor((this.#now() - since) / 1000))}` : '';
        return `${host}  ${status}${took}${text === undefined ? '' : `: ${text.replaceAll('\n', ' ')}`}`;
      });
  }
}
