import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokkr } from './project.ts';
import { SmallLab } from './small-lab.ts';

const small = new SmallLab();

const tasks = [
  { name: 'a folder', file: { path: '/srv/one', state: 'directory' } },
  { name: 'shared', copy: { dest: '/srv/one/shared', content: 'x\n' }, notify: 'look' },
  { name: 'own', copy: { dest: '/srv/one/{{ inventory_hostname }}', content: 'x\n' } },
  { name: 'a program', command: { cmd: 'mkdir /srv/one/made', creates: '/srv/one/made' } },
  { name: 'the line of each', lineinfile: { path: '/srv/one/lines', create: true, line: '{{ inventory_hostname }}' } },
];
const handlers = [{ name: 'look', command: { cmd: 'cat /srv/one/shared' } }];

test.each([{}, { serial: 1 }])(
  'two names of one machine, %j: what the one does the other finds done',
  async (keywords) => {
    const inventory = small.inventoryOf({ zk1: 's1', kafka1: 's1' });
    const playbook = join(small.place, 'one-machine-site.json');
    writeFileSync(playbook, JSON.stringify([{ hosts: 'all', ...keywords, tasks, handlers }]));
    await small.onHost('s1', 'rm -rf /srv/one');
    const run = (): ReturnType<typeof brokkr> => brokkr(small.place, ['provision', '-i', inventory, playbook, '--yes']);

    const first = await run();
    expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: '' });
    expect((await small.onHost('s1', 'cd /srv/one; ls -A; cat lines')).split('\n').sort()).toEqual([
      'kafka1',
      'kafka1',
      'lines',
      'made',
      'shared',
      'zk1',
      'zk1',
    ]);
    expect(first.stdout.match(/changed +a folder: .*/g)).toHaveLength(1);
    expect(first.stdout).toMatch(/changed +own: (zk1 kafka1|zk1\n.*changed +own: kafka1)/s);

    expect(first.stdout).not.toContain('another run is at work');
    const second = await run();
    expect({ status: second.status, stderr: second.stderr }).toEqual({ status: 0, stderr: '' });
    expect(second.stdout).toContain('nothing to change');
  },
);

test('a play on one name, then one on the other: each waits for nobody but itself', async () => {
  const inventory = small.inventoryOf({ zk1: 's1', kafka1: 's1' });
  const playbook = join(small.place, 'two-plays-site.json');
  const first = {
    hosts: 'zk1',
    tasks: [{ command: 'true', notify: 'look' }, { copy: { dest: '/srv/two', content: 'x\n' } }],
    handlers,
  };
  const second = {
    hosts: 'kafka1',
    tasks: [{ stat: { path: '/srv/two' }, register: 'two' }, { assert: { that: 'two.stat.exists' } }],
    handlers,
  };
  writeFileSync(playbook, JSON.stringify([first, second]).replaceAll('cat /srv/one/shared', 'cat /srv/two'));
  await small.onHost('s1', 'rm -f /srv/two');
  const ran = await brokkr(small.place, ['provision', '-i', inventory, playbook, '--yes', '--json']);
  expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
  expect(ran.stdout).not.toContain('another run is at work');
  // What the first name owed and paid is none of the second one's business.
  const looked = ran.stdout.split('\n').filter((line) => line.includes('"event":"task"') && line.includes('"look"'));
  expect(looked).toHaveLength(1);
});
