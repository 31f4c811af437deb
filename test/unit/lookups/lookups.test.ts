import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { decryptVault, encryptVault } from '../../../src/config/vault.ts';
import { BrokkrError } from '../../../src/errors.ts';
import { compileTemplate } from '../../../src/jinja/template.ts';
import type { Value } from '../../../src/jinja/value.ts';
import { toRepr } from '../../../src/jinja/values/text.ts';
import { type EnvironmentOptions, makeEnvironments } from '../../../src/lookups.ts';
import { useFolders } from '../commands/fake-io.ts';

const folderOf = useFolders();
const pw = { id: undefined, secret: 'pw' };
let folder: string;

beforeEach(() => {
  folder = folderOf({
    'files/a.txt': 'hello\n\n  ',
    'b.txt': 'top\n',
    'files/c.csv': 'k,v\na,1\nb,"2,""x"""\n',
    'files/i.ini': '[DEFAULT]\nz=3\n[s]\ny = 2 z\nM: 4\n[global]\ng=7\n',
    'files/p.properties': '# c\nk=v\na.b = c d\n',
    'templates/t.j2': 'v={{ v }} {% if true %}\nyes\n{% endif %}\n\n',
    'templates/i.j2': '{% include "t.j2" %}|{% include "sub/u.j2" %}',
    'templates/sub/u.j2': 'U{% include "w.j2" ignore missing %}',
    'templates/macros.j2': '{% macro m(x) %}<{{ x }}>{% endmacro %}',
    'templates/uses.j2': "{% from 'macros.j2' import m %}{{ m(v) }}",
    'templates/child.j2': "{% extends 'base.j2' %}{% block b %}child{% endblock %}",
    'base.j2': '[{% block b %}base{% endblock %}]',
    'templates/number.j2': '{{ v }}\n',
    'templates/list.j2': '{{ l }}',
    'templates/escape.j2': "{% include '../secret.txt' %}",
    'templates/h.hbs': 'h={{v}}',
    'sealed.txt': encryptVault('clear\n', pw),
  });
});

function value(text: string, options: EnvironmentOptions = {}, more: readonly [string, Value][] = []): Value {
  const variables = new Map<string, Value>([
    ['v', 5],
    ['l', [1, 2]],
    [
      'd',
      new Map<Value, Value>([
        ['a', 1],
        ['b', 2],
      ]),
    ],
    ['empty', null],
    [
      'groups',
      new Map<Value, Value>([
        ['all', ['w1', 'w2', 'w3', 'd1']],
        ['web', ['w1', 'w2', 'w3']],
        ['db', ['w3', 'd1']],
      ]),
    ],
    ...more,
  ]);
  const { environment } = makeEnvironments(folder, options);
  const at = { file: 'test', line: 1, column: 1 };
  const scope = { lookup: (name: string) => variables.get(name), names: () => variables.keys() };
  return compileTemplate(text.replaceAll('~~', folder), at, { environment }).evaluate(scope);
}

const repr = (text: string, options?: EnvironmentOptions): string =>
  toRepr(value(`{{ ${text} }}`, options)).replaceAll(folder, '~~');

// What ansible-core 2.19 answers to the same text with the same files.
describe('lookups', () => {
  it.each([
    ["lookup('file', 'a.txt')", "'hello'"],
    ["lookup('file', 'a.txt', 'b.txt')", "'hello,top'"],
    ["query('file', 'a.txt', 'b.txt')", "['hello', 'top']"],
    ["lookup('file', 'a.txt', rstrip=False)", "'hello\\n\\n  '"],
    ["lookup('file', 'files/a.txt')", "'hello'"],
    ["lookup('file', '~~/b.txt')", "'top'"],
    ["lookup('ansible.builtin.file', 'b.txt')", "'top'"],
    ["lookup('file', 'a.txt', wantlist=True)", "['hello']"],
    ["lookup('file', 'nope', errors='ignore')", 'None'],
    ["query('file', 'nope', errors='warn')", '[]'],
    ["lookup('file')", '[]'],
    ["lookup('unvault', 'a.txt')", "'hello\\n\\n  '"],
    ["lookup('env', 'BROKKR_NOT_SET')", "''"],
    ["lookup('env', 'BROKKR_NOT_SET', default='d')", "'d'"],
    ["lookup('template', 't.j2')", "'v=5 yes\\n\\n'"],
    ["lookup('template', 't.j2', template_vars={'v': 9})", "'v=9 yes\\n\\n'"],
    ["lookup('template', 't.j2', trim_blocks=False)", "'v=5 \\nyes\\n\\n'"],
    ["lookup('template', 'i.j2')", "'v=5 yes\\n|U'"],
    ["lookup('template', 'uses.j2')", "'<5>'"],
    // One expression is what it comes to, and no text.
    ["lookup('template', 'number.j2')", '5'],
    ["query('template', 'number.j2', 'list.j2')", '[5, [1, 2]]'],
    ["lookup('template', 'child.j2')", "'[child]'"],
    ["lookup('vars', 'v')", '5'],
    ["lookup('vars', 'v', 'l')", '[5, [1, 2]]'],
    ["lookup('vars', 'zz', default='D')", "'D'"],
    ["query('varnames', '^[vl]$')", "['v', 'l']"],
    ["lookup('vars', 'empty', default='D') is none", 'True'],
    ["query('inventory_hostnames', 'web:!w1')", "['w2', 'w3']"],
    ["query('inventory_hostnames', 'web:&db')", "['w3']"],
    ["query('inventory_hostnames', 'nobody')", '[]'],
    ["query('inventory_hostnames', '~(')", '[]'],
    ["lookup('items', l, [3, [4]])", '[1, 2, 3, [4]]'],
    ["lookup('items', 'abc')", "'abc'"],
    ["query('dict', d)", "[{'key': 'a', 'value': 1}, {'key': 'b', 'value': 2}]"],
    ["lookup('dict', {})", '[]'],
    ["query('list', ['a', ['b']])", "[['a', ['b']]]"],
    ["query('nested', [1, 2], [3, 4])", '[[1, 3], [1, 4], [2, 3], [2, 4]]'],
    ["query('together', [1, 2], [3, 4, 5])", '[[1, 3], [2, 4], [None, 5]]'],
    ["query('indexed_items', ['a', ['b']])", "[[0, 'a'], [1, ['b']]]"],
    ["query('subelements', [{'n': 1, 's': [1, 2]}], 's')", "[[{'n': 1}, 1], [{'n': 1}, 2]]"],
    ["query('subelements', [{'n': 1}, {'n': 2, 's': [3]}], 's', {'skip_missing': true})", "[[{'n': 2}, 3]]"],
    ["query('subelements', [{'n': {'s': [1]}}], 'n.s')", "[[{'n': {}}, 1]]"],
    ["query('random_choice', 'a')", "['a']"],
    ["query('sequence', 'start=1 end=3')", "['1', '2', '3']"],
    ["query('sequence', '5-8')", "['5', '6', '7', '8']"],
    ["query('sequence', '2-10/2')", "['2', '4', '6', '8', '10']"],
    ["query('sequence', '2:host%02d')", "['host01', 'host02']"],
    ["query('sequence', 'start=10 end=4 stride=-3')", "['10', '7', '4']"],
    ["query('sequence', start=1, count=2, stride=3)", "['1', '4']"],
    ["query('sequence', '1-3', 'end=2')", "['1', '2', '3', '1', '2']"],
    ["query('sequence', 'count=0')", '[]'],
    ["query('sequence', '10-11:n%x')", "['na', 'nb']"],
    ["lookup('first_found', ['nope', 'b.txt'])", "'~~/b.txt'"],
    ["lookup('first_found', {'files': ['nope', 'a.txt'], 'paths': ['files', '.']})", "'~~/files/a.txt'"],
    ["lookup('first_found', files=['a.txt'], paths=['files'])", "'~~/files/a.txt'"],
    ["lookup('first_found', [{'files': 'nope'}, {'files': 'b.txt'}])", "'~~/b.txt'"],
    ["lookup('first_found', ['nope'], skip=True)", '[]'],
    ["query('fileglob', '*.txt')", "['~~/files/a.txt']"],
    ["query('fileglob', 'nope*')", '[]'],
    ["query('fileglob', 'sub/*')", '[]'],
    ["query('fileglob', '~~/templates/[!c-t]*.j2')", "['~~/templates/uses.j2']"],
    ["lookup('csvfile', 'a file=c.csv delimiter=,')", "'1'"],
    ["lookup('csvfile', 'b', file='c.csv', delimiter=',')", '\'2,"x"\''],
    ["lookup('csvfile', 'zz', file='c.csv', delimiter=',', default='DD')", "'DD'"],
    ["lookup('csvfile', 'zz', file='c.csv', delimiter=',')", '[]'],
    ["lookup('ini', 'y section=s file=i.ini')", "'2 z'"],
    ["lookup('ini', 'm', section='s', file='i.ini')", "'4'"],
    ["lookup('ini', 'g', file='i.ini')", "'7'"],
    ["lookup('ini', 'z', section='s', file='i.ini')", "'3'"],
    ["lookup('ini', 'q', section='s', file='i.ini')", "''"],
    ["query('ini', '.*', section='s', file='i.ini', re=True)", "['3', '2 z', '4']"],
    ["lookup('ini', 'a.b type=properties file=p.properties')", "'c d'"],
    ["lookup('password', '/dev/null', seed='abc', length=5, chars=['ascii_letters', 'digits'])", "'XJDT6'"],
    ["lookup('password', '/dev/null seed=s1 length=6 chars=abc')", "'ccabbc'"],
    ["lookup('password', '/dev/null', seed='s1', length=6)", "'bJ27qv'"],
    ["lookup('password', '/dev/null chars=,,', seed='s')", "',,,,,,,,,,,,,,,,,,,,'"],
    ["'~~/b.txt' is file and '~~/files' is directory and '~~' is exists and '/' is mount", 'True'],
    ["'~~/b.txt' is directory or '~~/b.txt/below' is exists or '~~/b.txt' is link or '~~' is mount", 'False'],
    ["'~~/files/../b.txt' is same_file('~~/b.txt')", 'True'],
    ["('~~/link/../b.txt' | realpath) == '~~/b.txt'", 'True'],
    ["('~~/nope//x/..' | realpath) == '~~/nope'", 'True'],
    ["'a: [1, 2.0]' | from_yaml", "{'a': [1, 2.0]}"],
  ])('%s', (text, expected) => {
    expect(repr(text)).toBe(expected);
  });

  it.each([
    ["lookup('file', 'nope')", /the lookup file found no nope/],
    ["lookup('file', 'templates')", /cannot be read/],
    ["lookup('file', ['a.txt'])", /must be text, not list/],
    ["lookup('file', 'a.txt', bogus=1)", /has no option 'bogus'/],
    ["lookup('fyle', 'a.txt')", /no lookup named 'fyle'/],
    ["lookup('vars', 'zz')", /'zz' is undefined/],
    ["lookup('first_found', [zz, 'b.txt'])", /'zz' is undefined/],
    ["lookup('first_found', ['a.txt'])", /found none of its files/],
    ["query('dict', [1])", /must be a dict, not list/],
    ["query('nested')", /at least one list/],
    ["query('together', 1, [2])", /takes lists, not int/],
    ["query('subelements', [{'n': 1}], 's')", /found no 's' in an item/],
    ["query('sequence', 'start=1')", /needs 'count' or 'end'/],
    ["query('sequence', 'count=2 end=3')", /not both/],
    ["query('sequence', 'start=3 end=1')", /negative stride/],
    ["query('sequence', 'end=2 format=x')", /one number in it/],
    ["query('sequence', '1-99999999')", /at most/],
    ["query('sequence', 'one')", /cannot read 'one'/],
    ["lookup('pipe', 'echo hi')", /would run a program here/],
    ["lookup('lines', 'echo hi')", /would run a program here/],
    ["lookup('password', '/dev/null length=x')", /whole number, not 'x'/],
    ["lookup('password', '/dev/null bogus=x')", /no option 'bogus'/],
    ["lookup('password', '/dev/null encrypt=bcrypt')", /'bcrypt' is not made here/],
    ["lookup('ini', 'q', section='nope', file='i.ini')", /has no section nope/],
    ["lookup('csvfile', 'b', file='c.csv', delimiter=',', col=5)", /has 2 columns/],
    ["lookup('template', 'nope.j2')", /found no nope\.j2/],
    ["lookup('template', 'h.hbs')", /not rendered here/],
    ["lookup('template', 'escape.j2')", /secret\.txt/],
    ["lookup('file', 'sealed.txt')", /there is no vault password/],
    ["'- [' | from_yaml", /from_yaml/],
    ['5 is same_file([])', /must be text/],
  ])('%s is refused', (text, message) => {
    writeFileSync(path.join(folder, 'secret.txt'), 'secret');
    const failure = (): unknown => value(`{{ ${text} }}`);
    expect(failure).toThrow(BrokkrError);
    expect(failure).toThrow(message);
  });
});

describe('with leave', () => {
  it('pipe and lines run commands in the folder of the playbook', () => {
    expect(repr("lookup('pipe', 'pwd; echo ho')", { allowPipe: true })).toBe("'~~\\nho'");
    expect(repr("lookup('lines', 'echo hi; echo ho')", { allowPipe: true })).toBe("'hi,ho'");
    expect(() => repr("lookup('pipe', 'echo no >&2; exit 3')", { allowPipe: true })).toThrow(/ended with status 3/);
  });

  it('vaulted files are opened', () => {
    const decrypt = (text: string) => decryptVault(text, [pw], { file: 'sealed.txt', line: 1, column: 1 });
    expect(repr("lookup('file', 'sealed.txt')", { decryptVault: decrypt })).toBe("'clear'");
  });

  it('Handlebars renders .hbs', () => {
    const handlebars = () => (text: string, file: string) => `${path.basename(file)}:${text}`;
    expect(repr("lookup('template', 'h.hbs')", { handlebars })).toBe("'h.hbs:h={{v}}'");
  });
});

describe('what is found', () => {
  it('is never a template itself', () => {
    writeFileSync(path.join(folder, 'b.txt'), '{{ v }}');
    expect(repr("lookup('file', 'b.txt')")).toBe("'{{ v }}'");
    expect(value("x {{ lookup('file', 'b.txt') }}")).toBe('x {{ v }}');
  });

  it('comes from the role before the playbook', () => {
    mkdirSync(path.join(folder, 'role/files'), { recursive: true });
    writeFileSync(path.join(folder, 'role/files/b.txt'), 'of the role');
    const role: [string, Value] = ['role_path', path.join(folder, 'role')];
    expect(value("{{ lookup('file', 'b.txt') }}", {}, [role])).toBe('of the role');
    expect(value("{{ lookup('file', 'a.txt') }}", {}, [role])).toBe('hello');
  });

  it('sees links', () => {
    symlinkSync('nowhere', path.join(folder, 'dangling'));
    expect(repr("['~~/dangling' is link, '~~/dangling' is exists, '~~/dangling' is link_exists]")).toBe(
      '[True, False, True]',
    );
  });
});

describe('password', () => {
  it('makes a password once and keeps it for the owner only', () => {
    const first = value("{{ lookup('password', 'secrets/db length=12 chars=digits') }}");
    expect(first).toMatch(/^[0-9]{12}$/);
    expect(value("{{ lookup('password', 'secrets/db') }}")).toBe(first);
    const file = path.join(folder, 'secrets/db');
    expect(readFileSync(file, 'utf8')).toBe(`${String(first)}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('keeps the salt of a hash beside the password', () => {
    const hash = value("{{ lookup('password', 'db encrypt=sha512_crypt') }}");
    expect(hash).toMatch(/^\$6\$rounds=656000\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{86}$/);
    expect(readFileSync(path.join(folder, 'db'), 'utf8')).toMatch(/^\S{20} salt=[./0-9A-Za-z]{16}\n$/);
    expect(value("{{ lookup('password', 'db encrypt=sha512_crypt') }}")).toBe(hash);
  });

  it('keeps nothing in /dev/null', () => {
    expect(value("{{ lookup('password', '/dev/null') | length }}")).toBe(20);
    expect(existsSync(path.join(folder, 'dev'))).toBe(false);
  });
});

describe('filters that look at files', () => {
  it('find, resolve and expand', () => {
    const files = path.join(folder, 'files');
    symlinkSync('files', path.join(folder, 'link'));
    expect(value(`{{ '${folder}/link/new/x' | realpath }}`)).toBe(path.join(files, 'new/x'));
    expect(value(`{{ '${files}/*.c*' | fileglob }}`)).toEqual([path.join(files, 'c.csv')]);
    expect(() => value("{{ '/*/x' | fileglob }}")).toThrow('only the last part');
    expect(value("{{ ('$HOME/$' ~ '{HOME}/$not_set_here') | expandvars }}")).toBe(
      `${process.env.HOME}/${process.env.HOME}/$not_set_here`,
    );
  });
});
