import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { project, runCli } from './run-cli.ts';

// Real shells look at this machine, which may be busy.
test.each(['plan', 'provision --check'])(
  '%s does nothing, whatever check_mode says',
  { timeout: 60_000 },
  async (verb) => {
    const folder = project();
    const tasks = [
      { name: 'Looks', command: `touch ${folder}/looked`, changed_when: false, check_mode: false, register: 'look' },
      { name: 'Copies', copy: { content: 'x', dest: `${folder}/copied` }, check_mode: false },
      { name: 'Waits', copy: { content: '{{ look.stdout }}', dest: `${folder}/waited` } },
    ];
    const play = [{ hosts: 'all', gather_facts: false, tasks }];
    writeFileSync(path.join(folder, 'site.json'), JSON.stringify(play));
    writeFileSync(path.join(folder, 'here.yml'), 'all: {hosts: {h1: {ansible_connection: local}}}');
    const before = readdirSync(folder);
    const ran = await runCli(folder, [...verb.split(' '), 'site.json', '-i', 'here.yml']);
    const told = ran.stdout.split('\n').filter((line) => /^ {2}\S/.test(line));
    expect(told).toEqual(['  > Looks: h1', '  + Copies: h1', '  ? Waits: h1']);
    expect(ran.status).toBe(verb === 'plan' ? 2 : 0);
    expect(readdirSync(folder).filter((name) => !before.includes(name) && name !== '.cache')).toEqual([]);
  },
);
