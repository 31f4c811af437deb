/** What came of a canary: times in milliseconds. */
export interface CanaryReport {
  readonly sent: number;
  readonly acknowledged: number;
  /** Acknowledged, and not read back. */
  readonly lost: number;
  readonly duplicated: number;
  /** Read back behind one with a higher number. */
  readonly outOfOrder: number;
  /** The longest time in which a partition acknowledged nothing. */
  readonly longestGapMs: number;
  readonly p99Ms: number;
  /** When a partition acknowledged nothing for longer than a second. */
  readonly gaps: readonly Gap[];
  /** Why it cannot be believed, or who gave up; empty when all went well. */
  readonly problems: readonly string[];
  readonly good: boolean;
}

/** Times on the clock of `performance.now()`. */
interface Gap {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** Milliseconds. */
const worthTelling = 1000;

/** What was sent to one partition, and what came back. Messages are numbered from 0. */
export class PartitionTrack {
  readonly partition: number;
  readonly latencies: number[] = [];
  readonly gaps: Gap[] = [];
  problem: string | undefined;
  longestGapMs = 0;
  duplicated = 0;
  outOfOrder = 0;
  #sent = 0;
  #acknowledged = 0;
  #lastAcknowledged: number | undefined;
  #isSending = false;
  #highest = -1;
  readonly #seen = new Set<number>();

  constructor(partition: number) {
    this.partition = partition;
  }

  get sent(): number {
    return this.#sent;
  }

  get acknowledgedCount(): number {
    return this.#acknowledged;
  }

  /** The numbers of the next messages. They are sent in order, and no others before these are acknowledged. */
  next(count: number): readonly number[] {
    const from = this.#sent;
    this.#sent += count;
    this.#isSending = true;
    return Array.from({ length: count }, (_, index) => from + index);
  }

  acknowledged(at: number, latency: number): void {
    this.#isSending = false;
    this.#acknowledged = this.#sent;
    const from = this.#lastAcknowledged;
    if (from !== undefined) {
      this.longestGapMs = Math.max(this.longestGapMs, at - from);
      if (at - from > worthTelling) this.gaps.push({ partition: this.partition, from, to: at });
    }
    this.#lastAcknowledged = at;
    this.latencies.push(latency);
  }

  failed(reason: string): void {
    this.#isSending = false;
    this.problem ??= `partition ${this.partition}: ${reason}`;
  }

  /** What is still being sent is not waited for any longer. */
  giveUp(): void {
    if (this.#isSending) this.failed('the last messages were not acknowledged');
  }

  readBack(number: number): void {
    if (this.#seen.has(number)) this.duplicated += 1;
    else if (number < this.#highest) this.outOfOrder += 1;
    this.#seen.add(number);
    this.#highest = Math.max(this.#highest, number);
  }

  get lost(): number {
    let lost = 0;
    for (let number = 0; number < this.#acknowledged; number += 1) if (!this.#seen.has(number)) lost += 1;
    return lost;
  }
}

export function summarize(tracks: readonly PartitionTrack[], problems: readonly string[]): CanaryReport {
  const sum = (of: (track: PartitionTrack) => number): number => tracks.reduce((total, track) => total + of(track), 0);
  const latencies = tracks.flatMap((track) => track.latencies).sort((a, b) => a - b);
  const lost = sum((track) => track.lost);
  const duplicated = sum((track) => track.duplicated);
  const all = [...tracks.flatMap(({ problem }) => problem ?? []), ...problems];
  const acknowledged = sum((track) => track.acknowledgedCount);
  return {
    sent: sum((track) => track.sent),
    acknowledged,
    lost,
    duplicated,
    outOfOrder: sum((track) => track.outOfOrder),
    longestGapMs: Math.round(Math.max(0, ...tracks.map((track) => track.longestGapMs))),
    p99Ms: Math.round(latencies[Math.floor(latencies.length * 0.99)] ?? 0),
    gaps: tracks.flatMap(({ gaps }) => gaps),
    problems: all,
    good: lost === 0 && duplicated === 0 && all.length === 0 && acknowledged > 0,
  };
}

/** One line for the closing report. */
export function canaryText(report: CanaryReport): string {
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
  return [
    `canary: ${report.acknowledged} messages, ${report.lost} lost, ${report.duplicated} duplicated, ${report.outOfOrder} out of order`,
    `longest gap ${seconds(report.longestGapMs)}, p99 ${report.p99Ms} ms`,
    ...report.problems,
  ].join('; ');
}
