import { describe, expect, it } from 'vitest';
import { parseKeyValue, UnbalancedText } from '../../../../src/config/playbook/key-value.ts';

const creates = new Set(['creates', 'chdir']);

describe('parseKeyValue', () => {
  // What ansible-core 2.19 makes of the same text.
  it.each<[string, Record<string, string>, string]>([
    ['src=a dest=b', { src: 'a', dest: 'b' }, ''],
    ['a=\'b c\' d="e f"', { a: 'b c', d: 'e f' }, ''],
    ['content="a\\nb" dest=/x', { content: 'a\nb', dest: '/x' }, ''],
    ['msg="tab\\there"', { msg: 'tab\there' }, ''],
    ['content="a\\u0041\\x42"', { content: 'aAB' }, ''],
    ['a={{ x | default("q r") }} b=2', { a: '{{ x | default("q r") }}', b: '2' }, ''],
    ['k="{{ \'a b\' }}"', { k: "{{ 'a b' }}" }, ''],
    ['src=a\\=b', { src: 'a\\=b' }, ''],
    ['a=b=c', { a: 'b=c' }, ''],
    ["x='it''s'", { x: "it''s" }, ''],
    ["msg='it\\'s'", { msg: "it's" }, ''],
    ['a= b', { a: '' }, 'b'],
    ['=b', {}, '=b'],
    ['a="b"c', { a: '"b"c' }, ''],
    ['a=1 a=2', { a: '2' }, ''],
    ['a=b #c', { a: 'b' }, '#c'],
    ['x="a=b"', { x: 'a=b' }, ''],
    ['flush_handlers', {}, 'flush_handlers'],
    ['', {}, ''],
  ])('reads %j', (text, options, freeText) => {
    const parsed = parseKeyValue(text);
    expect([Object.fromEntries(parsed.options), parsed.freeText]).toEqual([options, freeText]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['echo   a  b', {}, 'echo   a  b'],
    ['ls -l creates=/x', { creates: '/x' }, 'ls -l'],
    ['creates=/x ls -l chdir="/a b" ', { creates: '/x', chdir: '/a b' }, 'ls -l'],
    ['dd if=/dev/zero of=/x', {}, 'dd if=/dev/zero of=/x'],
    ['echo "a\\nb"', {}, 'echo "a\\nb"'],
    ['echo "x creates=/q y"', {}, 'echo "x creates=/q y"'],
    ["A=1 echo creates='/a b'", { creates: '/a b' }, 'A=1 echo'],
    ['cmd  <<EOF\na   b\nEOF', {}, 'cmd  <<EOF\na   b\nEOF'],
    ['echo {% if x %}a b{% endif %}  c', {}, 'echo {% if x %}a b{% endif %}  c'],
    // Ansible joins the last two lines here, which makes another command of them.
    ['line1\nline2 creates=/y\n  line3', { creates: '/y' }, 'line1\nline2\n  line3'],
  ])('reads the command line %j', (text, options, freeText) => {
    const parsed = parseKeyValue(text, creates);
    expect([Object.fromEntries(parsed.options), parsed.freeText]).toEqual([options, freeText]);
  });

  it.each([
    ['a="x', 'the quote " is not closed'],
    ["a='x\\'", "the quote ' is not closed"],
    ['a={{ x ', "'{{' is not closed"],
    ['{% if x', "'{%' is not closed"],
  ])('refuses %j', (text, message) => {
    expect(() => parseKeyValue(text)).toThrow(new UnbalancedText(message));
  });
});
