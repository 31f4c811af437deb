import { createContext, Script } from 'node:vm';
import { TemplateError } from '../error.ts';

/** Milliseconds that one regular expression may take. */
const timeLimit = 2000;
const script = new Script('task()');

/** All matches of a compiled expression in a text. Throws `TemplateError` when it takes longer than two seconds. */
export function findAll(regex: RegExp, text: string, limit = Number.POSITIVE_INFINITY): RegExpExecArray[] {
  return bounded(regex, text, () => {
    const found: RegExpExecArray[] = [];
    for (const match of text.matchAll(regex)) {
      if (found.length >= limit) break;
      found.push(match);
    }
    return found;
  });
}

/** The first match; only one at the very start when `atStart`, as Python's `re.match`. */
export function findFirst(regex: RegExp, text: string, atStart = false): RegExpExecArray | undefined {
  const own = new RegExp(regex.source, regex.flags.replace('g', '') + (atStart ? 'y' : ''));
  return bounded(own, text, () => own.exec(text)) ?? undefined;
}

// A regular expression cannot be interrupted from JavaScript, except by the time limit of a script: expressions that
// could backtrack without end run inside one.
function bounded<T>(regex: RegExp, text: string, task: () => T): T {
  const unbounded = regex.source.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
  if (unbounded < 2 || text.length < 20) return task();
  let result: { value: T } | undefined;
  const context = createContext({
    task: () => {
      result = { value: task() };
    },
  });
  try {
    script.runInContext(context, { timeout: timeLimit });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new TemplateError('this regular expression takes too long on this text', {
      hint: 'avoid a repeated group that itself repeats, such as (a+)+',
    });
  }
  if (result === undefined) throw new TypeError('the script did not run its task');
  return result.value;
}

/** The error of a script's time limit belongs to the script's own realm, where `Error` is another class. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
