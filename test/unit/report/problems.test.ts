import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/errors.ts';
import { bugLines } from '../../../src/report/bug-text.ts';
import { type ProblemOptions, problemLines } from '../../../src/report/problems.ts';
import { told } from './recording.ts';

const files: Record<string, string> = {
  'site.yml': '- hosts: all\n  tasks:\n    - tempalte:\n        src: a\n',
  'hosts.yml': 'all:\r\n  vars:\r\n    kafka_password: "hunter22"\r\n',
  'wide.yml': `${'x'.repeat(300)}: y\n`,
};

function text(problems: readonly Problem[], options: Partial<ProblemOptions> = {}): string {
  return problemLines(problems, { color: false, columns: 80, readSource: (file) => files[file], ...options }).join(
    '\n',
  );
}

const problems: Problem[] = [
  { message: 'unknown module tempalte', at: { file: 'site.yml', line: 3, column: 7 }, hint: 'did you mean template?' },
  { message: 'the host pattern matches nothing' },
  { message: 'the variable is not used', at: { file: 'hosts.yml', line: 3, column: 5 } },
  { message: 'unknown keyword', at: { file: 'site.yml', line: 1, column: 3 } },
  { message: 'it is gone', at: { file: 'gone.yml', line: 9, column: 1 }, hint: 'first\nsecond' },
];

describe('problemLines', () => {
  it('names place and reason, shows the line with a caret, and counts', () => {
    expect(text(problems)).toMatchSnapshot();
  });

  it('does not show the value of a line that holds a secret', () => {
    expect(text(problems)).toContain('kafka_password: <redacted>');
    expect(text(problems)).not.toContain('hunter22');
  });

  it('keeps the caret in sight on a narrow terminal', () => {
    const lines = text([{ message: 'here', at: { file: 'wide.yml', line: 1, column: 150 } }], { columns: 40 }).split(
      '\n',
    );
    expect(lines[2]?.indexOf('^')).toBeGreaterThan(0);
    for (const line of lines.slice(1)) expect(line.length).toBeLessThanOrEqual(40);
  });

  it('tells a long hint once, and a short one of each problem', () => {
    const known = `known: ${'copy, '.repeat(40)}`;
    const lines = text(['a', 'b', 'c'].map((message) => ({ message, hint: known }))).split('\n');
    expect(lines.filter((line) => line.includes('known: '))).toHaveLength(1);
    const short = text(['a', 'b'].map((message) => ({ message, hint: 'leave it out' }))).split('\n');
    expect(short.filter((line) => line.includes('leave it out'))).toHaveLength(2);
  });

  it('does without a line that is not there, and without the file', () => {
    expect(text([{ message: 'end', at: { file: 'site.yml', line: 99, column: 1 } }])).toBe(
      'site.yml:99:1: end\n\n1 problem; no host was touched',
    );
    expect(text(problems.slice(0, 1), { readSource: undefined })).toBe(
      'site.yml:3:7: unknown module tempalte\n  → did you mean template?\n\n1 problem; no host was touched',
    );
  });

  it('is what a report says at its end of the problems it heard of', async () => {
    const { stdout, stderr } = await told(
      problems.map((problem) => ({ event: 'problem', problem })),
      { readSource: (file) => files[file], columns: 80 },
    );
    expect(stdout).toBe('');
    expect(stderr).toBe(`${text(problems)}\n`);
  });

  it('has colours when they are wanted', () => {
    expect(text(problems, { color: true })).toContain('\u001b[31munknown module tempalte\u001b[39m');
  });
});

describe('bugLines', () => {
  const error = new TypeError('x is not a function: hunter22', { cause: new Error('the reason') });
  const options = {
    color: false,
    verbosity: 0,
    version: '1.2.3',
    redact: (value: string) => value.replaceAll('hunter22', '<redacted>'),
  };

  it('takes the blame, says what to report, and spares the stack', () => {
    const [first, second, last, ...rest] = bugLines(error, options);
    expect(first).toBe('this is a bug in brokkr: TypeError: x is not a function: <redacted>');
    expect(second).toMatch(/^ {2}brokkr 1\.2\.3, Node\.js 2\d/);
    expect(last).toMatch(/^→ please report it .* with -v$/);
    expect(rest).toEqual([]);
  });

  it('shows the stacks with -v, without secrets', () => {
    const shown = bugLines(error, { ...options, verbosity: 1 }).join('\n');
    expect(shown).toMatch(/at .*problems\.test\.ts/);
    expect(shown).toContain('caused by Error: the reason');
    expect(shown).not.toContain('hunter22');
  });

  it('names the log that has the stack', () => {
    expect(bugLines('thrown text', { ...options, logFile: '/tmp/brokkr.log' }).at(-1)).toMatch(
      / and \/tmp\/brokkr\.log$/,
    );
  });
});
