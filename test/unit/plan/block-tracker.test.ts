import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockTracker } from '../../../src/plan/block-tracker.ts';
import type { Entry } from '../../../src/plan/entries.ts';
import { entriesOf, playOf } from './fixture.ts';

/** A list of tasks and blocks, as small as it can be written: a task is whether it fails. */
type Item = boolean | Tree;
interface Tree {
  readonly block: readonly Item[];
  readonly rescue: readonly Item[];
  readonly always: readonly Item[];
}

/** What the words mean: try, catch, finally. Names the tasks that run, and tells whether the list failed. */
function meaning(items: readonly Item[], ran: string[], path: string): boolean {
  return items.some((item, index) => {
    const at = `${path}${index}`;
    if (typeof item === 'boolean') {
      ran.push(at);
      return item;
    }
    let failed = meaning(item.block, ran, `${at}b`);
    if (failed && item.rescue.length > 0) failed = meaning(item.rescue, ran, `${at}r`);
    const failedAlways = meaning(item.always, ran, `${at}a`);
    return failed || failedAlways;
  });
}

function written(items: readonly Item[], path: string, indent: string): string {
  const lines = items.map((item, index) => {
    const at = `${path}${index}`;
    if (typeof item === 'boolean') return `${indent}- {name: "${at}", debug: {msg: ${item}}}`;
    const section = (name: 'block' | 'rescue' | 'always') =>
      `${indent}  ${name}: ${item[name].length === 0 ? '[]' : `\n${written(item[name], `${at}${name[0]}`, `${indent}    `)}`}`;
    return `${indent}- name: b\n${section('block')}\n${section('rescue')}\n${section('always')}`;
  });
  return lines.join('\n');
}

/** Takes a host through entries; whoever asks for a failure gets one. */
function walk(entries: readonly Entry[]): { ran: string[]; failed: boolean } {
  const tracker = new BlockTracker();
  const ran: string[] = [];
  for (const entry of entries) {
    if (entry.kind === 'block-end') {
      if (tracker.end(entry.block, entry.blocks) === 'out') return { ran, failed: true };
      continue;
    }
    if (entry.kind === 'flush-end' || tracker.skips(entry)) continue;
    ran.push(String(entry.task.name?.kind === 'scalar' ? entry.task.name.value : ''));
    const [argument] = entry.task.args.entries;
    const fails = argument?.value.kind === 'scalar' && argument.value.value === true;
    if (fails && tracker.fail(entry) === 'out') return { ran, failed: true };
  }
  return { ran, failed: tracker.hasFailure };
}

const items = fc.letrec<{ tree: Tree; list: Item[] }>((tie) => ({
  tree: fc.record({ block: tie('list'), rescue: tie('list'), always: tie('list') }),
  list: fc.array(fc.oneof({ maxDepth: 3 }, fc.boolean(), tie('tree')), { maxLength: 3 }),
})).list;

describe('blocks', () => {
  it('run what try, catch and finally would, for every way to fail', () => {
    fc.assert(
      fc.property(items, (list) => {
        const expected: string[] = [];
        const failed = meaning(list, expected, '');
        const play = playOf(`  tasks: ${list.length === 0 ? '[]' : `\n${written(list, '', '    ')}`}\n`);
        expect(walk(entriesOf(play))).toEqual({ ran: expected, failed });
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['block fails', { block: [true], rescue: [false], always: [false] }, false],
    ['rescue fails', { block: [true], rescue: [true], always: [false] }, true],
    ['always fails', { block: [false], rescue: [false], always: [true] }, true],
    ['all fail', { block: [true], rescue: [true], always: [true] }, true],
    ['no rescue', { block: [true], rescue: [], always: [false] }, true],
  ])('%s', (_, tree, failed) => {
    expect(walk(entriesOf(playOf(`  tasks:\n${written([tree], '', '    ')}\n`))).failed).toBe(failed);
  });

  it('are copied, so that a plan can be tried', () => {
    const play = playOf(`  tasks:\n${written([{ block: [true], rescue: [false], always: [] }], '', '    ')}\n`);
    const [first] = entriesOf(play);
    const tracker = new BlockTracker();
    if (first?.kind !== 'task') throw new Error('the first entry is a task');
    tracker.clone().fail(first);
    expect(tracker.hasFailure).toBe(false);
  });
});
