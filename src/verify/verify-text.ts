import { type Check, type CheckGroup, summaryOf, type Verdict } from './check.ts';
import type { Verified } from './verify-cluster.ts';

/** How text is coloured; the identity where there are no colours. */
export type Paint = (verdict: Verdict, text: string) => string;

const words: Readonly<Record<Verdict, string>> = { pass: 'ok', warn: 'warn', fail: 'FAIL', skipped: 'skipped' };

/** A line for each check with what was seen below it; a hint where it is not well. */
export function verifyLines({ checks, seconds }: Verified, paint: Paint): readonly string[] {
  const groups = [...new Set(checks.map(({ group }) => group))];
  return [...groups.flatMap((group) => [...groupLines(group, checks, paint), '']), endLine(checks, seconds)];
}

function groupLines(group: CheckGroup, checks: readonly Check[], paint: Paint): readonly string[] {
  const own = checks.filter((check) => check.group === group);
  const width = Math.max(...checks.map(({ id }) => id.length));
  return [
    group,
    ...own.flatMap(({ id, what, verdict, evidence, hint }) => [
      `  ${paint(verdict, words[verdict].padEnd(7))} ${id.padEnd(width)}  ${what}`,
      ...evidence.map((line) => `${' '.repeat(12 + width)}${line}`),
      ...(hint === undefined ? [] : [`${' '.repeat(12 + width)}→ ${hint}`]),
    ]),
  ];
}

function endLine(checks: readonly Check[], seconds: number): string {
  const { pass, warn, fail, skipped } = summaryOf(checks);
  const others = [
    ...(fail > 0 ? [`${fail} failed`] : []),
    ...(warn > 0 ? [`${warn} to look at`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `${[pass === 1 ? '1 check passed' : `${pass} checks passed`, ...others].join(', ')} in ${seconds.toFixed(1)} s`;
}
