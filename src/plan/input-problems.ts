import { type BrokkrError, InputError, type Problem } from '../errors.ts';
import { UndefinedError } from '../jinja/error.ts';
import { isRescued, type TaskEntry } from './entries.ts';
import type { PassSetting } from './planned.ts';

/**
 * What a failure says about the user's files, when these are its cause: a name that nothing defines, a template or an
 * argument that is wrong. `undefined` when the host is the cause.
 */
export function inputProblems(error: BrokkrError): readonly Problem[] | undefined {
  if (error instanceof InputError) return error.problems;
  return error instanceof UndefinedError ? [error.problem] : undefined;
}

/** Is there something wrong with the user's files for which a plan is not carried out? */
export function areToBlame(
  entry: TaskEntry,
  problems: readonly Problem[],
  { mode, offline }: Pick<PassSetting, 'mode' | 'offline'>,
): boolean {
  return problems.length > 0 && mode === 'plan' && offline !== true && !isRescued(entry);
}
