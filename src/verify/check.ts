/** `warn`: it works, but somebody should look. `skipped`: it was not asked for, or something else that is wrong explains it. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'skipped';

export type CheckGroup = 'ZooKeeper' | 'Kafka' | 'Proof' | 'Hosts';

/** One question about a cluster, with its answer. */
export interface Check {
  /** Stays the same from version to version: `kafka.under-replicated`. */
  readonly id: string;
  readonly group: CheckGroup;
  /** What holds when it passes, as a sentence without a final stop. */
  readonly what: string;
  readonly verdict: Verdict;
  /** What was seen; of a check that was skipped, why. */
  readonly evidence: readonly string[];
  /** What to do next. */
  readonly hint?: string;
}

/** Something that took time. Milliseconds from the beginning of the run. */
export interface Span {
  readonly what: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** How a check that finds nothing, or finds these, is told. */
export interface Judgement {
  readonly id: string;
  readonly group: CheckGroup;
  readonly what: string;
  /** Told when there is nothing wrong. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** What is not right, and that another check explains or that can wait. */
  readonly odd?: readonly string[];
  readonly hint: string;
}

/** Fails when something is bad, warns when something is odd. */
export function judged({ id, group, what, good, bad, odd = [], hint }: Judgement): Check {
  if (bad.length > 0) return { id, group, what, verdict: 'fail', evidence: [...bad, ...odd], hint };
  if (odd.length > 0) return { id, group, what, verdict: 'warn', evidence: odd, hint };
  return { id, group, what, verdict: 'pass', evidence: good };
}

export function skipped(of: Pick<Check, 'id' | 'group' | 'what'>, why: string): Check {
  return { ...of, verdict: 'skipped', evidence: [why] };
}

export interface Summary {
  readonly pass: number;
  readonly warn: number;
  readonly fail: number;
  readonly skipped: number;
}

export function summaryOf(checks: readonly Check[]): Summary {
  const count = (wanted: Verdict) => checks.filter(({ verdict }) => verdict === wanted).length;
  return { pass: count('pass'), warn: count('warn'), fail: count('fail'), skipped: count('skipped') };
}
