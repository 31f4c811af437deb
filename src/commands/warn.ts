import { formatProblem, type Problem } from '../errors.ts';
import type { Io } from './io.ts';

/** Tells warnings beside the output, where a program that reads the output does not meet them. */
export function warn(io: Io, warnings: readonly Problem[]): void {
  for (const warning of warnings) io.stderr.write(`warning: ${io.redactor.redact(formatProblem(warning))}\n`);
}
