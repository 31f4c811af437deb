import { nearestName } from '../errors.ts';
import type { LintProblem, RuleText } from './rule.ts';

/** `# brokkr-lint-disable RULE[, RULE]: reason` */
const DISABLE = /^\s*[#!]\s*brokkr-lint-disable\s+([^:]*?)\s*(?::\s*(.*))?$/;

export const suppressionRules: readonly RuleText[] = [
  {
    id: 'lint/disable',
    severity: 'warning',
    what: 'A rule is disabled without a reason, or is none',
    why: 'Whoever reads the file later must know why something that looks wrong is right.',
    mend: 'Write # brokkr-lint-disable RULE: the reason.',
    source: 'brokkr',
  },
];

/** The rules that a file disables, and what is wrong with its wish to do so. */
export function suppressionsOf(
  text: string,
  file: string,
  rules: readonly string[],
): { disabled: Set<string>; problems: LintProblem[] } {
  const disabled = new Set<string>();
  const problems: LintProblem[] = [];
  if (!text.includes('brokkr-lint-disable')) return { disabled, problems };
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const [, names, reason] = DISABLE.exec(line) ?? [];
    if (names === undefined) continue;
    const tell = (message: string, hint: string): void =>
      void problems.push({
        rule: 'lint/disable',
        severity: 'warning',
        key: '',
        at: { file, line: index + 1, column: 1 },
        message,
        hint,
      });
    for (const name of names.split(/[\s,]+/).filter((each) => each !== '')) {
      if (!rules.includes(name)) {
        const near = nearestName(name, rules);
        tell(
          `there is no rule ${name}`,
          near === undefined ? 'brokkr lint --rules lists them' : `did you mean ${near}?`,
        );
      } else if (reason === undefined || reason === '')
        tell(`${name} stays on: no reason is given`, `# brokkr-lint-disable ${name}: the reason`);
      else disabled.add(name);
    }
  }
  return { disabled, problems };
}
