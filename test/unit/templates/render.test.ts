import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { TemplateError } from '../../../src/jinja/error.ts';
import { NotYetKnown, PyFloat, Undefined } from '../../../src/jinja/value.ts';
import { renderHandlebars } from '../../../src/templates/render.ts';
import { scopeOf } from './values.ts';

const variables = {
  id: 1,
  half: 0.5,
  on: true,
  off: false,
  nothing: null,
  text: '<s1 & "s2">',
  hosts: ['s1', 's2'],
  servers: [
    { id: 1, host: 's1' },
    { id: 2, host: 's2', rack: 'r2' },
  ],
  settings: { 'b.key': 2, 'a.key': 'x' },
  empty: {},
  none: [],
};

const render = (text: string) => renderHandlebars(text, 'a.hbs', scopeOf(variables));

/** The message of the one error that rendering throws. */
function errorOf(text: string): string {
  try {
    return `rendered: ${render(text)}`;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

describe('what a template prints', () => {
  it.each([
    ['{{id}} {{half}} {{on}} {{off}}', '1 0.5 true false'],
    ['{{text}}|{{{text}}}', '<s1 & "s2">|<s1 & "s2">'],
    ['{{id}}{{id}}{{on}}', '11true'],
    ['{{"s"}}{{7}}{{true}}', 's7true'],
    ['{{hosts.[0]}} {{hosts.[1]}} {{hosts.length}}', 's1 s2 2'],
    ['{{servers.1.host}} {{settings.[a.key]}}', 's2 x'],
    ['{{#if on}}a{{else}}b{{/if}}{{#if none}}a{{else}}b{{/if}}{{#if empty}}a{{else}}b{{/if}}', 'abb'],
    ['{{#if off}}a{{else if nothing}}b{{else if id}}c{{else}}d{{/if}}', 'c'],
    ['{{#unless off}}a{{/unless}}', 'a'],
    ['{{#each hosts}}{{@index}}={{this}}{{#unless @last}},{{/unless}}{{/each}}', '0=s1,1=s2'],
    ['{{#each settings}}{{@key}}={{this}};{{/each}}', 'b.key=2;a.key=x;'],
    [
      '{{#each servers as |server number|}}{{number}}{{server.host}}{{id}}{{../id}}{{@root.id}} {{/each}}',
      '0s1111 1s2211 ',
    ],
    ['{{#each none}}a{{else}}b{{/each}}', 'b'],
    [
      '{{#each hosts}}{{#each @root.servers}}{{@index}}{{@../index}}{{../this}} {{/each}}{{/each}}',
      '00s1 10s1 01s2 11s2 ',
    ],
    ['{{#with servers.[0]}}{{host}}{{/with}}{{#with none}}a{{else}}b{{/with}}', 's1b'],
    ['{{#with servers.[0] as |s|}}{{s.host}}{{/with}}', 's1'],
    ['{{default rack "none"}} {{default nothing "none"}} {{default servers.1.rack.deep "x"}}', 'none none x'],
    ['{{join hosts ","}} {{join none ","}}.', 's1,s2 .'],
    ['{{lookup settings "a.key"}} {{lookup hosts 1}}', 'x s2'],
    ['{{eq id 1}} {{eq id "1"}} {{ne id 2}} {{in "s1" hosts}}', 'true false true true'],
    ['{{and on id}} {{and off missing}} {{or off "b"}} {{not off}}', '1 false b true'],
    ['{{quote text}} {{quote "a$b`c\\d"}}', '"<s1 & \\"s2\\">" "a\\$b\\`c\\\\d"'],
    ['a\n{{#if on}}\nb\n{{/if}}\nc\n', 'a\nb\nc\n'],
    ['{{id}}{{~! nothing may follow ~}}\n', '1'],
    ['{{properties settings}}', 'a.key=x\nb.key=2'],
    ['\\{{id}} \\{y}', '{{id}} \\{y}'],
  ])('%s', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it('keeps a float a float', () => {
    expect(renderHandlebars('{{x}}', 'a.hbs', { lookup: () => new PyFloat(3) })).toBe('3.0');
  });
});

describe('properties', () => {
  it('lets the keys of the user win in their place, and appends the others in order', () => {
    const scope = scopeOf({ own: { 'num.partitions': 12, zz: true, 'a.list': ['x', 'y'] }, log: '/data' });
    const text = '{{#properties own}}\n# how many\nnum.partitions=3\nlog.dirs={{log}}\n{{/properties}}\n';
    expect(renderHandlebars(text, 'a.hbs', scope)).toBe(
      '# how many\nnum.partitions=12\nlog.dirs=/data\na.list=x,y\nzz=true\n',
    );
  });

  it('escapes what is printed inside, unless it is in three braces', () => {
    const scope = scopeOf({ own: {}, value: ' a\nb=c\\é' });
    const text = '{{#properties own}}k={{value}}\nr={{{value}}}{{/properties}}';
    expect(renderHandlebars(text, 'a.hbs', scope)).toBe('k=\\ a\\nb=c\\\\\\u00e9\nr= a\nb=c\\é');
  });

  it('refuses a template that sets a key twice', () => {
    expect(errorOf('{{#properties empty}}\na=1\na = 2\n{{/properties}}')).toBe('a.hbs:1:1: the template sets a twice');
  });

  it('refuses a null', () => {
    const text = '{{#properties own}}{{/properties}}';
    expect(() => renderHandlebars(text, 'a.hbs', scopeOf({ own: { 'a.b': null } }))).toThrow(
      'the property a.b is null',
    );
  });
});

describe('errors', () => {
  it.each([
    ['x\n  {{hots}}', "a.hbs:2:5: 'hots' is undefined\n  → did you mean 'hosts'?"],
    ['{{#if kafka}}{{/if}}', "a.hbs:1:7: 'kafka' is undefined"],
    ['{{eq id missing}}', "a.hbs:1:9: 'missing' is undefined"],
    ['{{servers.0.hots}}', "a.hbs:1:3: 'servers.0' (dict) has no 'hots'\n  → did you mean 'host'?"],
    ['{{hosts.[2]}}', "a.hbs:1:3: 'hosts' (list) has no '2'"],
    ['{{id.constructor}}', "a.hbs:1:3: 'id' (int) has no 'constructor'"],
    ['{{settings.__proto__}}', "a.hbs:1:3: 'settings' (dict) has no '__proto__'"],
    ['{{text.length}}', "a.hbs:1:3: 'text' (str) has no 'length'"],
    [
      '{{#each hosts}}{{#if @first}}{{id}}{{/if}}{{/each}}',
      "a.hbs:1:32: 'this' (str) has no 'id'\n  → the variable 'id' is outside this block: write @root.id",
    ],
    ['{{../id}}', "a.hbs:1:3: '../id' goes up further than there are blocks"],
    ['{{@index}}', "a.hbs:1:3: '@index' exists only inside {{#each}}"],
    ['{{this}}', "a.hbs:1:3: 'this' is not one value here"],
    ['{{@root}}', "a.hbs:1:3: '@root' is not one value\n  → name a variable: @root.kafka_version"],
    ['{{hosts}}', 'a.hbs:1:1: a list cannot be printed as it is\n  → use {{join … ","}} or {{#each …}}'],
    ['{{#each id}}{{/each}}', 'a.hbs:1:1: {{#each}} takes a list or a mapping, not int'],
    ['{{join text ","}}', 'a.hbs:1:3: join takes a list, not str'],
    ['{{joint id}}', 'a.hbs:1:3: there is no helper joint\n  → did you mean join?'],
    ['{{eq id}}', 'a.hbs:1:3: the helper eq is called wrongly\n  → write it {{eq a b}}'],
    ['{{eq id 1 x=2}}', 'a.hbs:1:3: the helper eq is called wrongly\n  → write it {{eq a b}}'],
    [
      '{{#hosts}}{{/hosts}}',
      'a.hbs:1:1: there is no block {{#hosts}}\n  → blocks are {{#if}}, {{#unless}}, {{#each}}, {{#with}}, {{#properties}}',
    ],
    [
      '{{#if eq id 1}}{{/if}}',
      'a.hbs:1:1: {{#if}} takes exactly one argument\n  → put a call in parentheses: {{#if (eq a b)}}',
    ],
    [
      '{{> other}}',
      'a.hbs:1:1: partials {{> …}} and decorators {{* …}} are not supported\n  → write the text out here',
    ],
    ['{{@nope}}', 'a.hbs:1:3: there is no @nope\n  → there are @root, @index, @key, @first, @last'],
    ['{{undefined}}', 'a.hbs:1:3: undefined is not a value here\n  → write null'],
    ['{{#if id}}a{{/each}}', "a.hbs:1:4: the template cannot be read: if doesn't match each"],
  ])('%s', (text, expected) => {
    expect(errorOf(text)).toBe(expected);
  });

  it.each([
    ['{{#if id}}a', '1:12', 'a block {{#…}} is not closed before the end'],
    ['a\nb {{id', '2:5', 'a {{…}} is not closed or not well formed'],
    ['a\n\n# a longer line {{id}', '3:21', 'a {{…}} is not closed or not well formed'],
    [
      '# a line that is longer than what is shown of it {{id id "}}',
      '1:58',
      'a {{…}} is not closed or not well formed',
    ],
  ])('tells where %j cannot be read', (text, place, message) => {
    expect(errorOf(text)).toBe(`a.hbs:${place}: the template cannot be read: ${message}`);
  });

  it('tells every problem of a template at once, and each once', () => {
    const message = errorOf('{{a}}\n{{#each hosts}}{{b}}{{/each}}\n{{#if c}}{{d}}{{/if}}');
    expect(message.match(/^a\.hbs:\d+:\d+/gm)).toEqual(['a.hbs:1:3', 'a.hbs:2:18', 'a.hbs:3:7']);
  });

  it('takes over what is wrong in a variable, with its own place', () => {
    const at = { file: 'group_vars/all.yml', line: 3, column: 4 };
    const scope = {
      lookup: () => {
        throw new TemplateError("'x' is undefined", { at });
      },
    };
    expect(() => renderHandlebars('{{a}}', 'a.hbs', scope)).toThrow("group_vars/all.yml:3:4: 'x' is undefined");
  });

  it('lets through what only a run can tell', () => {
    const scope = {
      lookup: () => {
        throw new NotYetKnown('task 1 ran');
      },
    };
    expect(() => renderHandlebars('{{default a 1}}', 'a.hbs', scope)).toThrow(NotYetKnown);
  });

  it('takes an undefined value for a missing one', () => {
    const scope = { lookup: () => new Undefined("'x' is undefined", { hint: () => 'did you mean y?' }) };
    expect(renderHandlebars('{{default a.b.c 1}}', 'a.hbs', scope)).toBe('1');
    expect(() => renderHandlebars('{{a.b}}', 'a.hbs', scope)).toThrow("'x' is undefined");
  });
});

describe('laziness', () => {
  it('looks up only what the text comes to', () => {
    const scope = scopeOf({ on: true, a: 1, b: 2, c: 3 });
    renderHandlebars('{{#if on}}{{a}}{{else}}{{b}}{{/if}}{{! c }}', 'a.hbs', scope);
    expect([...scope.asked].sort()).toEqual(['a', 'on']);
  });
});
