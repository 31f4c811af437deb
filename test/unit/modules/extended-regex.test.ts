import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { compileRegex } from '../../../src/jinja/values/regex.ts';
import { findFirst } from '../../../src/jinja/values/regex-run.ts';
import { extendedRegex } from '../../../src/modules/extended-regex.ts';

const lines = [
  'started in 12 s',
  'a-b]c^d\\e',
  'STARTED',
  'x{1}',
  '',
  'a\tb',
  'root:x:0',
  '$5 (five)',
  'aaa',
  '[x=',
  '[',
  '^',
  '.',
];

const expressions = [
  'start(ed|s)',
  '(?P<who>ro+t):(\\w)',
  '(?:a|b)\\tb',
  '\\d{2} s$',
  '\\S+\\s\\D',
  '[^\\s\\d]+:',
  '[\\]^-]c',
  '[a\\-]b',
  '[]a]',
  '[\\\\]e',
  '[\\^-]',
  '[-\\^]',
  '[\\^\\^]',
  '[^\\^-]',
  '[[:]',
  '[[.]',
  '[[=]',
  '[^[:]',
  '[[:space:]]',
  '[Z-[:]',
  '[\\.-5]',
  '[5-\\\\]',
  '[^^]',
  'a{,2}?b',
  'a+?$',
  '\\$5 \\(',
  'x{1}',
  'x\\{1\\}',
  '(?i)started$',
  '^$',
  '\\bin\\b',
  'a\\-b',
];

test.each(expressions)('grep finds what Python finds: %s', (python) => {
  const regex = extendedRegex(python);
  if (regex === undefined) throw new Error('grep is not asked');
  const compiled = compileRegex(python, { multiline: true });
  for (const line of lines) {
    const found = findFirst(compiled, line) !== undefined;
    expect({ line, found: isFoundByGrep(regex, line) }).toEqual({ line, found });
  }
});

function isFoundByGrep({ expression, ignoresCase }: NonNullable<ReturnType<typeof extendedRegex>>, line: string) {
  const options = ignoresCase ? '-Ei' : '-E';
  const script = 'grep "$1" -e "$2" >/dev/null; case $? in 0) echo yes ;; 1) echo no ;; *) exit 2 ;; esac';
  const said = execFileSync('sh', ['-c', script, 'sh', options, expression], { input: `${line}\n`, encoding: 'utf8' });
  return said === 'yes\n';
}

test.each(['a(?=b)', '(a)\\1', 'a\\nb', 'a++', '\\Aa', '[\\x41]', '[a', '[+-\\]]', '[]-a]', '[\\^-a]'])(
  'grep cannot look for %s',
  (python) => {
    expect(extendedRegex(python)).toBeUndefined();
  },
);
