/** Where something stands in a file the user wrote. Lines and columns count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong: what, where, why, and what to do next. */
export interface Problem {
  /** What is wrong, in one sentence without a final stop. */
  readonly message: string;
  readonly at?: Position;
  /** What to do next; a command in it can be pasted. */
  readonly hint?: string;
}

/** The exit statuses of every verb. */
export const ExitCode = { done: 0, failed: 1, changesPending: 2, badInput: 4, interrupted: 130 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** An expected failure: explained to the user without a stack trace. Anything else that is thrown is a bug in brokkr. */
export class BrokkrError extends Error {
  readonly exitCode: ExitCode = ExitCode.failed;
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** What was thrown, in words: its message where it is an error. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The user's input cannot be used. It carries every problem found, and nothing was changed on any host. */
export class InputError extends BrokkrError {
  override readonly exitCode = ExitCode.badInput;
  readonly problems: readonly Problem[];
  /** Hosts had to be looked at to find it. */
  readonly asked: boolean;

  constructor(problems: readonly Problem[], options: { asked?: boolean } = {}) {
    super(hintsOnce(problems).map(formatProblem).join('\n'));
    this.problems = problems;
    this.asked = options.asked ?? false;
  }
}

/** What an expected failure tells, as problems: those of an `InputError`, else its message and hint as one. */
export function problemsOf(error: BrokkrError): readonly Problem[] {
  if (error instanceof InputError) return error.problems;
  return [{ message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) }];
}

/** Runs a reader and keeps its problems, so that those of all readers are told together; `undefined` when it had any. */
export async function collectProblems<T>(problems: Problem[], read: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** A host could not be reached, or the connection to it was lost. */
export class UnreachableError extends BrokkrError {
  readonly host: string;

  constructor(host: string, message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, options);
    this.host = host;
  }
}

/** The user pressed Ctrl-C. */
export class InterruptedError extends BrokkrError {
  override readonly exitCode = ExitCode.interrupted;
}

/** `file:line:column`, as editors and terminals link it. */
export function formatPosition(at: Position): string {
  return `${at.file}:${at.line}:${at.column}`;
}

/** `file:line:column: message` and, on a line of its own, the hint. */
export function formatProblem(problem: Problem): string {
  const place = problem.at === undefined ? '' : `${formatPosition(problem.at)}: `;
  return `${place}${problemText(problem)}`;
}

/** Characters of a hint that helps once, as a list of all modules does. */
const longHint = 120;

/** The problems, with a long hint that several have at the first of them only. */
export function hintsOnce(problems: readonly Problem[]): readonly Problem[] {
  const told = new Set<string>();
  return problems.map((problem) => {
    const { hint, ...rest } = problem;
    if (hint === undefined || hint.length <= longHint) return problem;
    if (told.has(hint)) return rest;
    told.add(hint);
    return problem;
  });
}

/** A problem without its place: `message` and, on a line of its own, the hint. */
export function problemText({ message, hint }: { message: string; hint?: string | undefined }): string {
  return hint === undefined ? message : `${message}\n  → ${hint}`;
}

/**
 * The known name nearest to a misspelt one by edit distance, or `undefined` when none is near
 * (more than a third of the longer name differs).
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance <= Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3))) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
