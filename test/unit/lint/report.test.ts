import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allRules } from '../../../src/commands/lint-rules.ts';
import type { LintedFile } from '../../../src/lint/linted.ts';
import { lintLines } from '../../../src/report/lint-report.ts';
import { indexOf, pageName, pageOf } from '../../../tools/lint/pages.ts';

const files: LintedFile[] = [
  {
    file: 'a,b.properties',
    text: 'broker.id=1\nlog.dirs=/tmp/k\nssl.key.password=hidden\n',
    problems: [
      {
        rule: 'kafka/tmp-dir',
        severity: 'warning',
        key: 'log.dirs',
        at: { file: 'a,b.properties', line: 2, column: 10 },
        message: 'temporary',
        hint: 'move it',
      },
      {
        rule: 'kafka/wrong-type',
        severity: 'error',
        key: 'ssl.key.password',
        at: { file: 'a,b.properties', line: 3, column: 18 },
        message: '50% wrong',
      },
    ],
  },
  { file: 'clean.cfg', text: '', problems: [] },
];
const report = (format: 'text' | 'json' | 'sarif' | 'github'): string[] =>
  lintLines(files, { format, color: false, columns: 100, rules: allRules(), version: '1.0.0' });

describe('what lint says', () => {
  it('points at the place, and shows no secret', () => {
    expect(report('text').join('\n')).toBe(`a,b.properties:2:10: warning: temporary [kafka/tmp-dir]
  2 | log.dirs=/tmp/k
    |          ^
  → move it
a,b.properties:3:18: error: 50% wrong [kafka/wrong-type]
  3 | ssl.key.password=<redacted>
    |                  ^

2 files: 1 error, 1 warning`);
  });

  it('tells once what several hosts have alike, and where the inventory says so', () => {
    const problem = {
      rule: 'kafka/unknown-key',
      severity: 'warning' as const,
      key: 'num.partition',
      message: 'not known',
      origin: { file: 'group_vars/kafka.yml', line: 7, column: 3 },
    };
    const hosts = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((host): LintedFile => {
      const file = `${host}/etc/kafka/server.properties`;
      const at = { file, line: 1, column: 1 };
      return {
        file,
        host,
        path: '/etc/kafka/server.properties',
        text: 'num.partition=3\n',
        problems: [{ ...problem, at }],
      };
    });
    const options = { color: false, columns: 100, rules: allRules(), version: '1.0.0' };
    expect(lintLines(hosts, { ...options, format: 'text' })).toEqual([
      'h1, h2, h3, h4, h5 and 1 more: /etc/kafka/server.properties:1:1: warning: not known [kafka/unknown-key]',
      '  1 | num.partition=3',
      '    | ^',
      '  = group_vars/kafka.yml:7:3',
      '',
      '6 files: 0 errors, 6 warnings',
    ]);
    expect(lintLines(hosts, { ...options, format: 'github' })).toEqual([
      '::warning file=group_vars/kafka.yml,line=7,col=3,title=kafka/unknown-key::not known',
    ]);
  });

  it('shows no password of a login', () => {
    const text = 'sasl.jaas.config=PlainLoginModule required username="u" password="word" user_u="word";';
    const at = { file: 'a', line: 1, column: 1 };
    const twice = {
      rule: 'properties/duplicate-key',
      severity: 'error' as const,
      key: 'sasl.jaas.config',
      at,
      message: 'twice',
    };
    const options = { format: 'text' as const, color: false, columns: 100, rules: allRules(), version: '1.0.0' };
    expect(lintLines([{ file: 'a', text, problems: [twice] }], options).join('\n')).not.toContain('word"');
  });

  it('has a line of JSON for each file', () => {
    const [first, second] = report('json').map((line) => JSON.parse(line) as unknown);
    expect(first).toMatchObject({
      file: 'a,b.properties',
      problems: [
        { key: 'log.dirs', rule: 'kafka/tmp-dir', severity: 'warning', line: 2, message: 'temporary' },
        { line: 3 },
      ],
    });
    expect(second).toEqual({ file: 'clean.cfg', problems: [] });
  });

  it('escapes what GitHub would read as its own', () => {
    expect(report('github')).toEqual([
      '::warning file=a%2Cb.properties,line=2,col=10,title=kafka/tmp-dir::temporary. move it',
      '::error file=a%2Cb.properties,line=3,col=18,title=kafka/wrong-type::50%25 wrong',
    ]);
  });

  it('is SARIF with the rules that were used', () => {
    const sarif = JSON.parse(report('sarif').join('')) as unknown;
    expect(sarif).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { rules: [{ id: 'kafka/wrong-type' }, { id: 'kafka/tmp-dir' }].toSorted(byPlace) } },
          results: [{ ruleId: 'kafka/tmp-dir', level: 'warning' }, { level: 'error' }],
        },
      ],
    });
  });
});

/** As the rules stand in the list of all. */
function byPlace(a: { id: string }, b: { id: string }): number {
  const ids = allRules().map(({ id }) => id);
  return ids.indexOf(a.id) - ids.indexOf(b.id);
}

describe('the pages of the rules', () => {
  const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'lint');
  it('are as the rules say: npx tsx tools/lint/pages.ts', () => {
    for (const rule of allRules()) expect(readFileSync(join(folder, pageName(rule)), 'utf8')).toBe(pageOf(rule));
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe(indexOf(allRules()));
    expect(readdirSync(folder)).toHaveLength(allRules().length + 1);
  });

  it('have an id of their own each', () => {
    const ids = allRules().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
