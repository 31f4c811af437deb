import fc from 'fast-check';
import Handlebars from 'handlebars';
import { describe, expect, it } from 'vitest';
import { renderHandlebars } from '../../../src/templates/render.ts';
import { scopeOf } from './values.ts';

const data = {
  a: 'text',
  b: 2,
  yes: true,
  no: false,
  list: ['x', 'y', 'z'],
  rows: [
    { a: 'r1', n: 1, tags: ['p'] },
    { a: 'r2', n: 2, tags: ['q', 'r'] },
  ],
  // Other objects than in rows: to Handlebars an item that is the item around it is no context of its own.
  more: [
    { a: 'm1', n: 3 },
    { a: 'm2', n: 4 },
  ],
  map: { k1: 'v1', 'k.2': 'v2' },
  none: [],
};

/** Text that Handlebars leaves alone, with the line breaks and blanks on which its whitespace control works. */
const plain = fc.constantFrom('a', ' ', '\n', 'k=v\n', '\t', '$', '%', '<&>', '"', '\n\n', '  # c\n', 'ü');
const marks = fc.constantFrom(['{{', '}}'], ['{{~', '}}'], ['{{', '~}}'], ['{{~', '~}}'], ['{{{', '}}}']);
const blockMarks = fc.constantFrom(['{{', '}}'], ['{{~', '}}'], ['{{', '~}}']);

/** Paths that exist where the text stands: at the top, or inside a row of `rows`. */
const paths = (depth: number) =>
  depth === 0
    ? ['a', 'b', 'yes', 'map.k1', 'map.[k.2]', 'list.[1]', 'rows.[1].a', 'list.length', '@root.a']
    : ['a', 'n', 'this.a', './n', `${'../'.repeat(depth)}b`, '@index', '@root.map.k1', '@key', '@first', '@last'];

/** Each behind a sign: two numbers side by side are added up by Handlebars when it does not escape for HTML. */
const print = (depth: number) =>
  fc.tuple(marks, fc.constantFrom(...paths(depth))).map(([[open, close], path]) => `|${open}${path}${close}`);

const condition = (depth: number) =>
  fc.constantFrom(...['yes', 'no', 'none', 'list', 'b'].map((name) => (depth === 0 ? name : `@root.${name}`)));

function body(depth: number, size: number): fc.Arbitrary<string> {
  const leaf = fc.oneof(plain, print(depth), fc.constant('{{! a remark }}\n'));
  if (size === 0) return fc.array(leaf, { maxLength: 4 }).map((parts) => parts.join(''));
  const inner = body(depth, size - 1);
  const conditional = fc
    .tuple(fc.constantFrom('if', 'unless'), blockMarks, condition(depth), inner, condition(depth), inner, inner)
    .map(([name, [open, close], first, one, second, two, three]) => {
      const otherwise = `{{else if ${second}}}${two}{{else}}${three}`;
      return `${open}#${name} ${first}${close}${one}${name === 'if' ? otherwise : ''}${open}/${name}${close}`;
    });
  const loop = fc
    .tuple(blockMarks, body(depth + 1, size - 1))
    .map(([[open, close], text]) => `${open}#each ${depth === 0 ? 'rows' : '@root.more'}${close}\n${text}{{/each}}`);
  const named = body(depth, size - 1).map((text) =>
    depth === 0 ? `{{#each list as |item key|}}{{item}}:{{key}}{{else}}${text}{{/each}}\n` : text,
  );
  return fc.array(fc.oneof(leaf, conditional, loop, named), { maxLength: 4 }).map((parts) => parts.join(''));
}

describe('Handlebars itself', () => {
  it('prints the same for whatever both of them take', () => {
    fc.assert(
      fc.property(body(0, 2), (text) => {
        const expected = Handlebars.compile(text, { strict: true, noEscape: true })(data);
        expect(renderHandlebars(text, 'fuzz.hbs', scopeOf(data))).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('any text', () => {
  it('is rendered, or refused with an explanation', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{{{',
      '}}}',
      '#',
      '/',
      'if',
      'each',
      ' ',
      'a',
      'list',
      '~',
      '(',
      ')',
      '"',
    );
    const other = fc.constantFrom(
      '=',
      '|',
      'as',
      '@',
      '..',
      '.',
      '[',
      ']',
      '1',
      'else',
      '!',
      '--',
      '\\',
      '\n',
      '>',
      '*',
      '^',
      '&',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, other), { maxLength: 24 }), (pieces) => {
        try {
          renderHandlebars(pieces.join(''), 'fuzz.hbs', scopeOf(data));
        } catch (error) {
          expect(error).toHaveProperty('name', 'InputError');
          expect(String(error)).toMatch(/fuzz\.hbs:\d+:\d+: \S/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
