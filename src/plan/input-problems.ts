import { type BrokkrError, InputError, type Problem } from '../errors.ts';
import { UndefinedError } from '../jinja/error.ts';

/**
 * What a failure says about the user's files, when these are its cause: a name that nothing defines, a template or an
 * argument that is wrong. `undefined` when the host is the cause.
 */
export function inputProblems(error: BrokkrError): readonly Problem[] | undefined {
  if (error instanceof InputError) return error.problems;
  return error instanceof UndefinedError ? [error.problem] : undefined;
}
