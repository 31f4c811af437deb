import { describe, expect, it } from 'vitest';
import { parseExtraVars } from '../../../../src/config/variables/extra-vars.ts';
import { InputError } from '../../../../src/errors.ts';
import type { Value } from '../../../../src/jinja/value.ts';
import { layer, world } from './fixture.ts';

function values(...extra: string[]): Record<string, Value | undefined> {
  const layers = parseExtraVars(extra, {
    readText(file) {
      if (file === 'vars.yml') return 'from_file: 0644\nlist: [1]\n';
      throw new Error('no such file');
    },
  });
  const scope = world({ hosts: { s1: [] }, extra: layers }).scope('s1');
  return Object.fromEntries(
    layers.flatMap(({ variables }) => [...variables.keys()]).map((name) => [name, scope.lookup(name)]),
  );
}

describe('parseExtraVars', () => {
  it.each<[string, string, Record<string, Value>]>([
    ['name=value as text', 'a=1 b="two words" c=yes', { a: '1', b: 'two words', c: 'yes' }],
    ['JSON with its types', '{"a": 1, "b": [true]}', { a: 1, b: [true] }],
    ['YAML with its types', '{a: yes, b: 0644}', { a: true, b: 420 }],
    ['a file', '@vars.yml', { from_file: 420, list: [1] }],
    ['templates', 'a="{{ inventory_hostname }}"', { a: 's1' }],
  ])('reads %s', (_, text, wanted) => {
    expect(values(text)).toEqual(wanted);
  });

  it('lets the later -e win', () => {
    expect(values('a=1', '{"a": 2}')).toEqual({ a: 2 });
  });

  it('says everything that is wrong in all of them', () => {
    const wrong = ['', 'kafka_version', 'a=b c', 'a="b', '[1]', '@gone.yml', 'kafka-home=/x', '{a: 1'];
    let error: unknown;
    try {
      parseExtraVars(wrong, {
        readText() {
          throw new Error('no such file');
        },
      });
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof InputError)) throw new Error('nothing was wrong');
    const forms = '→ write -e name=value, -e \'{"name": "value"}\' or -e @FILE';
    const lines = error.message.split('\n').map((line) => line.trim());
    expect(lines.slice(0, 15)).toEqual([
      '-e has no value',
      forms,
      "'kafka_version' in -e is not name=value",
      forms,
      "'c' in -e is not name=value",
      '→ quote a value that holds spaces: -e \'name="a b"\'',
      '-e cannot be split: the quote " is not closed',
      forms,
      '-e:1:1: the value of -e must be a mapping of names to values',
      forms,
      '-e cannot read gone.yml: no such file',
      forms.replace('→ ', '→ check the path; '),
      "-e:1:1: 'kafka-home' cannot be the name of a variable",
      '→ a name has ASCII letters, digits and _, and does not begin with a digit: kafka_home',
      lines[14],
    ]);
    expect(lines[14]).toMatch(/^-e:1:/);
  });
});

describe('what nothing reads of -e', () => {
  const extra = parseExtraVars(
    ['kafka_hepa=1g other=1 kafka_port=9092 ansible_pyhton_interpreter=python3', '@vars.yml'],
    { readText: () => 'kafka_heep: 1g\n' },
  );
  const heap = layer('all', 'kafka_heap: 256m\nkafka_name: "{{ kafka_heap }}"\n');

  it("is named with the near name that is read, unless it comes from a file or is Ansible's own", () => {
    const { scope, variables } = world({ hosts: { s1: [heap] }, extra });
    expect(variables.unread()).toEqual([]);
    for (const name of ['kafka_name', 'kafka_port', 'ansible_python_interpreter']) scope('s1').lookup(name);
    expect(variables.unread()).toEqual([{ name: 'kafka_hepa', near: 'kafka_heap' }]);
  });

  it('is nothing when a condition has asked whether it is defined', () => {
    const { scope, variables } = world({ hosts: { s1: [heap] }, extra });
    scope('s1').lookup('kafka_name');
    expect(scope('s1').has('kafka_hepa')).toBe(true);
    expect(variables.unread()).toEqual([]);
  });
});
