import { describe, expect, it } from 'vitest';
import { compileTemplate, isTemplate } from '../../../src/jinja/template.ts';
import { LazyDict, NotYetKnown, omit, type Value } from '../../../src/jinja/value.ts';
import { at, caseVariables, scopeOf } from './scope.ts';

const scope = scopeOf(caseVariables());
const evaluate = (text: string) => compileTemplate(text, at).evaluate(scope);
const render = (text: string) => compileTemplate(text, at).renderText(scope);

describe('isTemplate', () => {
  it.each(['{{ a }}', 'x{% if %}', '{# c #}'])('finds %s', (text) => expect(isTemplate(text)).toBe(true));
  it.each(['', 'a', '{ a }', '$a', '}}'])('leaves %s alone', (text) => expect(isTemplate(text)).toBe(false));
});

describe('evaluate', () => {
  it('keeps the type of a single value, and of nothing more', () => {
    expect(evaluate('{{ n }}')).toBe(3);
    expect(evaluate('{{ n }}\n')).toBe(3);
    expect(evaluate('{{ n }} ')).toBe('3 ');
    expect(evaluate('{{ l }}')).toEqual([1, 2, 3]);
  });

  it('gives text without templates back as it is', () => {
    expect(evaluate('a\\n\n\n')).toBe('a\\n\n\n');
  });

  it('leaves backslashes in the strings of an expression alone, but not in those of a statement', () => {
    expect(evaluate(String.raw`{{ 'a\n' }}`)).toBe('a\\n');
    expect(evaluate(String.raw`{% set x = 'a\n' %}{{ x }}`)).toBe('a\n');
  });

  it('hands omit to its caller, and drops it inside lists and dicts', () => {
    expect(evaluate('{{ omit }}')).toBe(omit);
    expect(evaluate("{{ [1, omit, {'a': omit, 'b': 2}] }}")).toEqual([1, new Map([['b', 2]])]);
  });

  it('says which names it uses', () => {
    expect(
      [...compileTemplate('{{ a.b | default(c) }}{% if d %}{{ lookup("env", e) }}{% endif %}', at).names].sort(),
    ).toEqual(['a', 'c', 'd', 'e', 'lookup']);
  });
});

describe('renderText', () => {
  it('has escapes in strings, prints what is not text and keeps the last newline of text', () => {
    expect(render(String.raw`{{ 'a\tb' }}`)).toBe('a\tb');
    expect(render('{{ d }}')).toBe("{'a': 1, 'b': {'c': 2}}");
    expect(render('{{ none }}')).toBe('');
    expect(render('{{ s }}\n')).toBe('abc\n');
    expect(render('a={{ t }}\n\n')).toBe('a=True\n\n');
  });

  it('drops the newline behind a tag unless told otherwise', () => {
    const text = 'a\n{% if t %}\nb\n{% endif %}\nc\n';
    expect(render(text)).toBe('a\nb\nc\n');
    expect(compileTemplate(text, at, { trimBlocks: false }).renderText(scope)).toBe('a\n\nb\n\nc\n');
    expect(render(`#jinja2: trim_blocks:False\n${text}`)).toBe('a\n\nb\n\nc\n');
  });

  it('drops the blanks before a tag when asked to', () => {
    const text = '  {% if t %}\n  b\n  {% endif %}\n';
    expect(compileTemplate(text, at, { lstripBlocks: true }).renderText(scope)).toBe('  b\n');
    expect(render(`#jinja2: lstrip_blocks:True\n${text}`)).toBe('  b\n');
    expect(render('  {%+ if t %}b{% endif %}')).toBe('  b');
  });

  it('refuses a header it does not know', () => {
    expect(() => render('#jinja2: trim_block:True\nx{{ n }}')).toThrow(/trim_block/);
  });

  it('reads files with any line ends', () => {
    expect(render('a\r\n{% if t %}\r\nb\r\n{% endif %}\r\n{{ s }}\r\n')).toBe('a\nb\nabc\n');
  });
});

describe('values that are not known yet', () => {
  const unknown = scopeOf(caseVariables());
  const planned = {
    lookup: (name: string): Value | undefined => {
      if (name === 'registered') throw new NotYetKnown('task "read" ran');
      return unknown.lookup(name);
    },
  };

  it.each([
    '{{ registered }}',
    '{{ registered | default(1) }}',
    '{{ registered is defined }}',
    'a{{ [registered.stdout] }}',
    '{% for x in registered %}{% endfor %}',
  ])('pass through %s', (text) => expect(() => compileTemplate(text, at).evaluate(planned)).toThrow(NotYetKnown));

  it('are not asked for where they do not matter', () => {
    expect(compileTemplate('{{ n if t else registered }}', at).evaluate(planned)).toBe(3);
    expect(compileTemplate('{{ t or registered }}', at).evaluate(planned)).toBe(true);
  });

  it('pass through a lazy dict, whose other keys can be read', () => {
    const facts = new LazyDict({
      names: () => ['a', 'b'],
      has: (key) => key === 'a' || key === 'b',
      compute: (key) => {
        if (key === 'a') throw new NotYetKnown('facts were gathered');
        return 5;
      },
    });
    const lazy = scopeOf(new Map([['facts', facts]]));
    expect(compileTemplate('{{ facts.b }}', at).evaluate(lazy)).toBe(5);
    expect(() => compileTemplate('{{ facts.a | default(1) }}', at).evaluate(lazy)).toThrow(NotYetKnown);
    expect(compileTemplate('{{ facts }}', at).evaluate(lazy)).toBe(facts);
  });
});

describe('variables', () => {
  it('are never changed by a template, which sees its own changes', () => {
    const variables = caseVariables();
    const text = '{% set x = l.append(4) %}{% set y = d.update({"z": 1}) %}{{ l }}{{ d.z }}';
    expect(compileTemplate(text, at).evaluate(scopeOf(variables))).toBe('[1, 2, 3, 4]1');
    expect(variables).toEqual(caseVariables());
  });
});
