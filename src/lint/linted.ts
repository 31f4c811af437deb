import type { LintProblem } from './rule.ts';

/** A file with all that was found in it, in the order of its lines. */
export interface LintedFile {
  readonly file: string;
  readonly text: string;
  readonly problems: readonly LintProblem[];
}
