import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../../src/config/yaml.ts';
import { nodeToValue } from '../../../src/config/yaml-value.ts';
import { InputError, type Problem } from '../../../src/errors.ts';

function problemsOf(text: string): readonly Problem[] {
  try {
    parseYaml(text, 'play.yml');
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  throw new Error('the text was read without a problem');
}

describe('positions', () => {
  test('every node and key knows its line and column', () => {
    const { node } = parseYaml('a: 1\nb:\n  - x\n  - {c: yes}\n', 'play.yml');
    if (node?.kind !== 'mapping') throw new Error('not a mapping');
    const list = node.entries[1]?.value;
    if (list?.kind !== 'sequence') throw new Error('not a sequence');
    expect(node.entries[1]?.keyAt).toEqual({ file: 'play.yml', line: 2, column: 1 });
    expect(list.items[0]?.at).toEqual({ file: 'play.yml', line: 3, column: 5 });
    const inner = list.items[1];
    if (inner?.kind !== 'mapping') throw new Error('not a mapping');
    expect(inner.entries[0]?.value).toMatchObject({ value: true, at: { line: 4, column: 9 } });
  });

  test('an alias stands where its anchor stands', () => {
    const { node } = parseYaml('a: &x 1\nb: *x\n', 'play.yml');
    if (node?.kind !== 'mapping') throw new Error('not a mapping');
    expect(node.entries[1]?.value.at.line).toBe(1);
  });
});

describe('a quoted value whose lines are not indented', () => {
  test('is read, and what follows keeps its place', () => {
    const { node } = parseYaml('- msg: "heap\n\tof\nbroker"\n  when: x\n', 'play.yml');
    if (node?.kind !== 'sequence') throw new Error('not a sequence');
    const [task] = node.items;
    if (task?.kind !== 'mapping') throw new Error('not a mapping');
    expect(task.entries[0]?.value).toMatchObject({ value: 'heap of broker', at: { line: 1, column: 8 } });
    expect(task.entries[1]?.keyAt).toEqual({ file: 'play.yml', line: 4, column: 3 });
  });

  test('a problem that stands in it or after it has the place that it has in the file', () => {
    expect(problemsOf('a: "one\ntwo"\nb: *none\n')).toMatchObject([{ at: { line: 3, column: 4 } }]);
    expect(problemsOf('a: "one\nb: 1\n')).toMatchObject([{ message: 'Missing closing "quote', at: { line: 3 } }]);
  });
});

describe('wrong input', () => {
  test.each([
    ['- command: {{ x }}\n', 12, '{{'],
    ['- command: {{ x }} --version\n', 12, '{{'],
    ['- {{ x }}\n', 3, '{{'],
    ['path: {{ base }}/kafka\n', 7, '{{'],
  ])('%j: an unquoted template is named and the quotes are shown', (text, column, mention) => {
    expect(problemsOf(text)).toEqual([
      {
        message: expect.stringContaining(mention),
        at: { file: 'play.yml', line: 1, column },
        hint: expect.stringContaining('"{{ name }}"'),
      },
    ]);
  });

  test('a tab is named with its place', () => {
    expect(problemsOf('a:\n\tb: 1\n')[0]).toMatchObject({
      message: expect.stringContaining('tab'),
      at: { line: 2, column: 1 },
    });
  });

  test.each([
    ['- name: a\n  file:\n    path: /x\n   state: absent\n', 'the indentation fits no line before', 4, 4],
    ['- name: a\n file: {path: /x}\n- name: b\n', 'the indentation fits no line before', 2, 2],
    ['- name: a\n\tfile:\n', 'a tab cannot indent a line in YAML', 2, 1],
    ['- name: a\n  \tfile:\n', 'a tab cannot indent a line in YAML', 2, 3],
  ])('%j: the place is where the wrong line begins', (text, message, line, column) => {
    expect(problemsOf(text)[0]).toMatchObject({ message, at: { line, column } });
  });

  test('all syntax errors of a file come at once, one a line', () => {
    const lines = problemsOf('a: b: c\nd: "\\q"\ne: @f\ng: 1\n').map((problem) => problem.at?.line);
    expect(lines).toEqual([1, 2, 3]);
  });

  test('all wrong values come at once, with the nearest names', () => {
    const problems = problemsOf('base: &base {}\na: !unsave x\nb: *bse\nc: 2024-13-45\nd: =\n? [e]\n: 1\n');
    expect(problems.map(({ message, at, hint }) => [at?.line, message, hint])).toEqual([
      [2, 'the tag !unsave is unknown here', 'did you mean !unsafe?'],
      [3, 'no anchor &bse stands before *bse', 'did you mean *base?'],
      [4, '2024-13-45 is a date that the calendar does not have', expect.stringContaining('quotes')],
      [5, 'a lone = has no value in YAML 1.1', expect.stringContaining("'='")],
      [6, 'a sequence cannot be the key of a mapping', expect.any(String)],
    ]);
  });

  test('a second document is refused at its place', () => {
    expect(problemsOf('a: 1\n---\nb: 2\n')[0]?.at?.line).toBe(2);
  });

  test('a value that contains itself is refused', () => {
    expect(problemsOf('a: &x [*x]\n')[0]?.message).toContain('inside of the value');
  });

  test('a control character is named by its code', () => {
    expect(problemsOf('a: x\u0007\n')[0]).toMatchObject({
      message: expect.stringContaining('U+0007'),
      at: { column: 5 },
    });
  });
});

test('a repeated key warns at its second place, and an override of a merged key does not', () => {
  expect(parseYaml('a: 1\nb: 2\na: 3\n', 'play.yml').warnings).toEqual([
    expect.objectContaining({
      at: { file: 'play.yml', line: 3, column: 1 },
      message: expect.stringContaining('line 1'),
    }),
  ]);
  expect(parseYaml('x: &x {a: 1}\ny:\n  <<: *x\n  a: 2\n', 'play.yml').warnings).toEqual([]);
});

test('nested aliases stay small', () => {
  const lines = ['a0: &a0 [x, x]'];
  for (let i = 1; i <= 60; i++) lines.push(`a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`);
  const { node } = parseYaml(lines.join('\n'), 'play.yml');
  if (node === undefined) throw new Error('nothing was read');
  expect(nodeToValue(node)).toBeInstanceOf(Map);
});

describe('tags', () => {
  test('!unsafe holds for everything below it', () => {
    const { node } = parseYaml('a: !unsafe {b: ["{{ x }}"]}\nc: "{{ x }}"\n', 'play.yml');
    const text = JSON.stringify(node);
    expect(text.match(/"unsafe":true/g)).toHaveLength(1);
    expect(text.match(/"unsafe":false/g)).toHaveLength(1);
  });

  test('!vault without a password names the place and the option', () => {
    expect(problemsOf('a: 1\nsecret: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132\n')).toEqual([
      {
        message: expect.stringContaining('vault'),
        at: { file: 'play.yml', line: 2, column: 16 },
        hint: 'give --vault-password-file FILE',
      },
    ]);
  });

  test('!vault gives the clear text of the callback, marked as a secret', () => {
    const { node } = parseYaml('s: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3132\n', 'play.yml', {
      decryptVault: (text) => `clear ${text.split('\n')[1]}`,
    });
    if (node?.kind !== 'mapping') throw new Error('not a mapping');
    expect(node.entries[0]?.value).toMatchObject({ value: 'clear 3132', unsafe: true, vaulted: true });
  });
});

test('whatever the text, it is read or refused with problems that have places', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '\t',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '|',
    '>',
    '&x',
    '*x',
    '!t',
    '<<',
    '#',
    '%',
    '? ',
    '---\n',
    '\\',
    '1',
    '=',
    '{{ b }}',
    'é',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      try {
        parseYaml(pieces.join(''), 'any.yml');
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        for (const { at } of error.problems) expect(at?.line).toBeGreaterThan(0);
        expect(error.problems.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 3000, seed: 5 },
  );
});

test.each([300, 20_000])('a text that is nested %i deep is refused', (depth) => {
  expect(problemsOf(`a: ${'['.repeat(depth)}${']'.repeat(depth)}`)[0]?.message).toContain('too deep');
});

test('aliases that nest values too deep are refused', () => {
  const lines = ['a0: &a0 [x]'];
  for (let i = 1; i <= 5000; i++) lines.push(`a${i}: &a${i} [*a${i - 1}]`);
  expect(problemsOf(lines.join('\n'))[0]).toMatchObject({
    message: expect.stringContaining('too deep'),
    at: { line: 201 },
  });
});
