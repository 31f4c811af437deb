import type { LintProblem } from './rule.ts';

/** A file with all that was found in it, in the order of its lines. */
export interface LintedFile {
  readonly file: string;
  readonly text: string;
  /** The host that has it, and where; of a bare file neither is known. What is of the host itself has no path. */
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly problems: readonly LintProblem[];
}
