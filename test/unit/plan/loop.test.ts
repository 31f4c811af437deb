import { describe, expect, it } from 'vitest';
import { isDict, PyTuple, type Value } from '../../../src/jinja/value.ts';
import { loopItems } from '../../../src/plan/loop.ts';
import { world } from '../config/variables/fixture.ts';
import { playOf } from './fixture.ts';

function items(loop: string): unknown {
  const [task] = playOf(`  tasks:\n    - debug: {msg: x}\n      ${loop}\n`).tasks;
  if (task?.kind !== 'task' || task.loop === undefined) throw new Error('the task does not loop');
  return plain([...loopItems(task.loop, world({ hosts: { h1: [] } }).scope('h1'))]);
}

function plain(value: Value): unknown {
  if (value instanceof PyTuple) return value.items.map(plain);
  if (Array.isArray(value)) return value.map((item: Value) => plain(item));
  return isDict(value) ? Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)])) : value;
}

describe('a loop', () => {
  it.each([
    ['loop: [1, [2]]', [1, [2]]],
    ['with_items: [1, [2, [3]], x]', [1, 2, [3], 'x']],
    ['with_items: x', ['x']],
    ['with_list: [[1], 2]', [[1], 2]],
    ['with_flattened: [[1, [2, [3]]], 4]', [1, 2, 3, 4]],
    [
      'with_indexed_items: [[a, b], c]',
      [
        [0, 'a'],
        [1, 'b'],
        [2, 'c'],
      ],
    ],
    [
      'with_together: [[1, 2, 3], [a]]',
      [
        [1, 'a'],
        [2, null],
        [3, null],
      ],
    ],
    [
      'with_nested: [[1, 2], [a, b]]',
      [
        [1, 'a'],
        [1, 'b'],
        [2, 'a'],
        [2, 'b'],
      ],
    ],
    [
      'with_cartesian: [[1], [a, b], [x]]',
      [
        [1, 'a', 'x'],
        [1, 'b', 'x'],
      ],
    ],
    [
      'with_dict: {a: 1, b: 2}',
      [
        { key: 'a', value: 1 },
        { key: 'b', value: 2 },
      ],
    ],
    ['loop: "{{ [] }}"', []],
    ['loop: "{{ range(3) | list }}"', [0, 1, 2]],
  ])('%s', (loop, expected) => {
    expect(items(loop)).toEqual(expected);
  });

  it.each([
    ["loop: \"{{ 'text' ~ '' }}\"", 'loop needs a list, and this is a string (site.yml:5:13)'],
    ['loop: "{{ {1: 2} }}"', 'loop needs a list, and this is a dictionary (site.yml:5:13)'],
    ['loop: "{{ 3 }}"', 'loop needs a list, and this is no list (site.yml:5:13)'],
    ['loop: "{{ range(3) }}"', 'a range cannot be the result of a template'],
    ['with_dict: "{{ [1] }}"', 'with_dict needs a dictionary (site.yml:5:18)'],
  ])('%s is an error with its place', (loop, message) => {
    expect(() => items(loop)).toThrow(message);
  });
});
