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
  /** Milliseconds of each gate: after the last server as many looks have to be clean. */
  readonly #gates: number[] = [];
  /** All are back, and the cluster as a whole is waited for. */
  #settling: { readonly since: number; text: string | undefined } | undefined;
  #cluster = '';
  #from = 0;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(now: () => number) {
    this.#now = now;
  }

  hear(event: Event): void {
    if (event.event === 'server') this.#server(event);
    else if (event.event === 'progress' && event.task === undefined) this.#progress(event.text);
    else if (['task', 'task-start', 'play-start', 'batch-start', 'recap'].includes(event.event))
      this.#settling = undefined;
  }

  #server({ cluster, host, status, text }: Extract<Event, { event: 'server' }>): void {
    const now = this.#now();
    if (cluster !== this.#cluster) {
      this.#servers.clear();
      this.#took.length = 0;
      this.#gates.length = 0;
      this.#cluster = cluster;
      this.#from = now;
    }
    const before = this.#servers.get(host);
    if (status === 'stopping' && before?.status === 'gate') this.#gates.push(now - before.since);
    if (isMoving(status)) this.#began.set(host, this.#began.get(host) ?? now);
    const began = this.#began.get(host);
    if (status === 'back' && began !== undefined) this.#took.push(now - began);
    if (!isMoving(status)) this.#began.delete(host);
    this.#servers.set(host, { status, since: now, text });
    const isOver = !this.#isAnyMoving() && this.#count('waiting') === 0;
    this.#settling = status === 'back' && isOver ? { since: now, text: undefined } : undefined;
  }

  /** What is waited for is told as `host: text`. */
  #progress(told: string): void {
    const [host = '', ...text] = told.split(': ');
    const server = this.#servers.get(host);
    if (server !== undefined && isMoving(server.status)) server.text = text.join(': ');
    else if (this.#settling !== undefined) this.#settling.text = told;
  }

  isBusy(): boolean {
    return this.#isAnyMoving() || this.#settling !== undefined;
  }

  #count(status: ServerStatus): number {
    return [...this.#servers.values()].filter((server) => server.status === status).length;
  }

  #isAnyMoving(): boolean {
    return [...this.#servers.values()].some(({ status }) => isMoving(status));
  }

  /** `undefined` when no server is being restarted. */
  title(): string | undefined {
    if (!this.isBusy()) return undefined;
    const all = [...this.#servers.values()].filter(({ status }) => status !== 'skipped' && status !== 'altered');
    const what = this.#settling === undefined ? '' : ' · until the whole cluster is well again';
    const elapsed = describeSeconds(Math.floor((this.#now() - this.#from) / 1000));
    return `${this.#cluster}: ${this.#took.length} of ${Math.max(all.length, this.#took.length)} restarted · ${elapsed}${what}${this.#left(all.length)}`;
  }

  #left(all: number): string {
    const [first] = this.#took;
    if (first === undefined) return '';
    const mean = this.#took.reduce((sum, each) => sum + each, 0) / this.#took.length;
    const running = Math.max(0, ...[...this.#began.values()].map((began) => this.#now() - began));
    const end = this.#gates.reduce((sum, each) => sum + each, 0) / Math.max(1, this.#gates.length);
    const settled = this.#settling === undefined ? 0 : this.#now() - this.#settling.since;
    // The one that is under way takes no less than nothing, even where it takes longer than the others.
    const servers = Math.max(0, mean * (all - this.#took.length) - running);
    const left = servers + end - settled;
    // When it takes longer than was thought, nobody knows how much longer.
    if (left <= 0 || (servers === 0 && this.#settling === undefined)) return '';
    return ` · about ${describeSeconds(Math.ceil(left / 1000))} left`;
  }

  lines(): string[] {
    const { text: waited } = this.#settling ?? {};
    return [...this.#serverLines(), ...(waited?.replaceAll('\n', ' ').split('; ') ?? [])];
  }

  #serverLines(): string[] {
    return [...this.#servers]
      .filter(([, { status }]) => status !== 'skipped')
      .map(([host, { status, since, text }]) => {
        const took = isMoving(status) ? ` ${describeSeconds(Math.floor((this.#now() - since) / 1000))}` : '';
        return `${host}  ${status}${took}${text === undefined ? '' : `: ${text.replaceAll('\n', ' ')}`}`;
      });
  }
}
