import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runIn } from './local-hosts.ts';

const inventory = fileURLToPath(new URL('../../differential/plays/hosts.yml', import.meta.url));
let work: string;
beforeEach(() => {
  work = mkdtempSync(path.join(tmpdir(), 'brokkr-tags-'));
});
afterEach(() => rmSync(work, { recursive: true }));

async function warnings(tasks: string, ...flags: string[]): Promise<string[]> {
  const playbook = path.join(work, 'play.yml');
  writeFileSync(playbook, `- hosts: h1\n  gather_facts: no\n  tags: [all_of_it]\n  tasks:\n${tasks}`);
  const { events } = await runIn(work, { playbook, inventory, arguments: flags });
  return events.flatMap((event) => (event.event === 'warning' ? [event.message] : []));
}

const tasks = `
    - {debug: {msg: one}, tags: config}
    - {block: [{debug: {msg: two}, tags: [inner]}], tags: outer}
`;

it('tells of a tag that no task has, and which there are', async () => {
  const told = 'no task has the tag confg; the tags are: all_of_it, config, inner, outer';
  expect(await warnings(tasks, '--tags', 'confg')).toEqual([told]);
  expect(await warnings(tasks, '--skip-tags', 'confg')).toEqual([told]);
});

it('reads the names that a template makes as the selection does', async () => {
  const templated = '    - {debug: {msg: one}, tags: "{{ \'first,second\' }}"}\n';
  expect(await warnings(templated, '--tags', 'second')).toEqual([]);
});

it.each(['config', 'inner', 'outer', 'all_of_it', 'untagged', 'never'])('is silent about %s', async (tag) => {
  expect(await warnings(tasks, '--tags', tag)).toEqual([]);
});

it('is silent where tasks are included that nobody has seen yet', async () => {
  writeFileSync(path.join(work, 'more.yml'), '- {debug: {msg: three}, tags: late}\n');
  const included = `${tasks}    - {include_tasks: "{{ work }}/more.yml", tags: always}\n`;
  expect(await warnings(included, '--tags', 'late')).toEqual([]);
});
