// Writes docs/lint: a page for each rule of lint and a list of all, out of the rules themselves: npx tsx tools/lint/pages.ts
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { allRules } from '../../src/commands/lint-rules.ts';
import type { RuleText } from '../../src/lint/rule.ts';

const KINDS = {
  error: 'error: refused at the start, or data is at risk',
  warning: 'warning: works, but is wrong in production',
  info: 'info: worth knowing',
} as const;

/** The name of a rule's page below docs/lint. */
export function pageName({ id }: RuleText): string {
  return `${id.replaceAll('/', '-')}.md`;
}

/** The page of a rule. */
export function pageOf({ id, severity, what, why, mend, source }: RuleText): string {
  return `# ${id}

**${what}** (${KINDS[severity]})

## Why

${why}

## How to mend it

${mend}

Where it is right as it is, say so in the file: \`# brokkr-lint-disable ${id}: the reason\`

## Known from

${source}
`;
}

/** The list of all rules. */
export function indexOf(rules: readonly RuleText[]): string {
  const rows = rules.map((rule) => `| [${rule.id}](${pageName(rule)}) | ${rule.severity} | ${rule.what} |`);
  return `# What \`brokkr lint\` looks at

\`brokkr lint\` judges the files that the playbook would write; \`brokkr lint PATH...\` judges a tree that \`render\` wrote, or bare
\`server.properties\` and \`zoo.cfg\` files. It needs no host. Exit code 1 means errors, 0 none (there may be warnings), 4 that
the input cannot be read. Files of a tree are judged together, host by host; bare ones only with \`--cluster\`.

A rule is left out of one file by a comment in it, with a reason: \`# brokkr-lint-disable kafka/tmp-dir: a trial, thrown away\`;
and everywhere by \`--disable kafka/tmp-dir\`.

| rule | severity | what |
|---|---|---|
${rows.join('\n')}
`;
}

function writePages(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) rmSync(path.join(folder, old));
  for (const rule of allRules()) writeFileSync(path.join(folder, pageName(rule)), pageOf(rule));
  writeFileSync(path.join(folder, 'README.md'), indexOf(allRules()));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writePages(path.join(import.meta.dirname, '..', '..', 'docs', 'lint'));
