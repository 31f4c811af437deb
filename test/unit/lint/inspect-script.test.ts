import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { inspectedBlocks, inspectScript } from '../../../src/shell/inspect-script.ts';

const nothing = { folders: [], units: [], names: [], javaHomes: [], endpoints: [] };

it.each(['sh', 'bash'])('runs in %s, and tells what is there and what is not', (shell) => {
  const script = inspectScript({
    ...nothing,
    folders: ['/', "/no such 'folder'"],
    names: ['127.0.0.1'],
    endpoints: ['127.0.0.1:1', '$(touch /tmp/brokkr-evil):1'],
  });
  const blocks = inspectedBlocks(execFileSync(shell, ['-c', script], { encoding: 'utf8' }));
  expect(blocks.get('date')?.[0]).toMatch(/^\d+$/);
  expect(blocks.get('entries 0')).toContain('usr');
  expect(blocks.get('owner 1')).toEqual([]);
  expect(blocks.get('space 1')).toHaveLength(2);
  expect(blocks.get('name 0')).toEqual(['127.0.0.1']);
  expect(blocks.get('endpoints')?.toSorted()).toEqual([expect.stringMatching(/^0 /), expect.stringMatching(/^1 /)]);
});

it('takes no line of a host for the name of a block', () => {
  expect([...inspectedBlocks('a\n|b\n|date\n\nc\n')]).toEqual([
    ['a', ['b', 'date']],
    ['c', []],
  ]);
});
