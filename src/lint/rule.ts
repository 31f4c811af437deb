import type { Position } from '../errors.ts';

/** error: refused at start, or data at risk; warning: works, but wrong in production; info: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** What a rule found at one place. */
export interface Finding {
  /** The setting it is about; a key of the file, or one that is missing there. */
  readonly key: string;
  readonly at: Position;
  /** What is wrong, in one sentence without a final stop. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string | undefined;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity | undefined;
}

/** A rule: what it looks at, and the text of its page. */
export interface Rule<Subject> {
  /** `product/what-is-wrong`; never changes. */
  readonly id: string;
  readonly severity: Severity;
  /** What is wrong, as a title. */
  readonly what: string;
  readonly why: string;
  readonly mend: string;
  /** Where it is known from. */
  readonly source: string;
  applies?(subject: Subject): boolean;
  check(subject: Subject): Iterable<Finding>;
}

/** A rule without what it checks: enough for its page. */
export type RuleText = Omit<Rule<never>, 'check' | 'applies'>;

/** A finding with the rule that made it. */
export interface LintProblem extends Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Where the value stands in the inventory, when that is known. */
  readonly origin?: Position | undefined;
}

/** All findings of all rules on one subject. */
export function checkAll<Subject>(rules: readonly Rule<Subject>[], subject: Subject): LintProblem[] {
  return rules.flatMap((rule) =>
    (rule.applies?.(subject) ?? true)
      ? [...rule.check(subject)].map((finding) => ({
          ...finding,
          rule: rule.id,
          severity: finding.severity ?? rule.severity,
        }))
      : [],
  );
}
