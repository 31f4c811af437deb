import { type Check, summaryOf } from './check.ts';
import { escapeMarkup } from './markup.ts';
import type { Verified } from './verify-cluster.ts';

/** The checks as test cases, in the form that build servers read. What is only to be looked at passes, with its words. */
export function junitText({ checks, seconds, startedAt }: Verified): string {
  const { fail, skipped } = summaryOf(checks);
  const counts = `tests="${checks.length}" failures="${fail}" skipped="${skipped}" errors="0" time="${seconds.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="brokkr verify" ${counts}>`,
    `  <testsuite name="brokkr verify" timestamp="${startedAt.toISOString()}" ${counts}>`,
    ...checks.map(caseText),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseText({ id, group, what, verdict, evidence, hint }: Check): string {
  const text = escapeMarkup([...evidence, ...(hint === undefined ? [] : [`→ ${hint}`])].join('\n'));
  const head = `    <testcase classname="${escapeMarkup(group)}" name="${escapeMarkup(`${id}: ${what}`)}">`;
  const [first = ''] = evidence;
  const body = {
    pass: `<system-out>${text}</system-out>`,
    warn: `<system-out>${text}</system-out>`,
    fail: `<failure message="${escapeMarkup(first)}">${text}</failure>`,
    skipped: `<skipped message="${escapeMarkup(first)}"/>`,
  }[verdict];
  return `${head}${body}</testcase>`;
}
