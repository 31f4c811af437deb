import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokkr } from './project.ts';
import { SmallLab } from './small-lab.ts';

const small = new SmallLab();

const LEFT = "find / -xdev -name '.brokkr-*' -o -path '*/lib/brokkr/*' ! -name 'journal*' ! -name owed";

/** What a run leaves whose host was switched off in the middle of an upload. */
const LITTER = `
mkdir -p /var/lib/brokkr
: >/srv/.brokkr-aaaaaaaaaaaa-0
echo /srv/.brokkr-aaaaaaaaaaaa-0 >/var/lib/brokkr/temporary
echo 'aaaaaaaaaaaa begin 0 a task' >/var/lib/brokkr/running
ln -s 'aaaaaaaaaaaa 4711 1 another-boot 0 somebody' /var/lib/brokkr/holder`;

test.each(['s1', 'busybox'])(
  '%s: what another run has left is removed also where nothing has to be changed',
  async (name) => {
    const inventory = small.inventoryOf({ [name]: name });
    const playbook = join(small.place, 'site.yml');
    const task = { name: 'a folder', file: { path: '/srv', state: 'directory' } };
    writeFileSync(playbook, JSON.stringify([{ hosts: 'all', tasks: [task] }]));
    await small.onHost(name, LITTER);
    const before = await small.onHost(name, LEFT);
    expect(before.split('\n')).toHaveLength(4);

    const plan = await brokkr(small.place, ['plan', '-i', inventory, playbook]);
    expect(plan.stdout + plan.stderr).toMatch(/a task/);
    expect(await small.onHost(name, LEFT)).toBe(before);

    // Somebody who is at work is let be, and not waited for.
    const holder = '/var/lib/brokkr/holder';
    const alive = `$(cut -d" " -f22 /proc/1/stat) $(cat /proc/sys/kernel/random/boot_id)`;
    await small.onHost(name, `sh -c 'mv ${holder} /srv/h; ln -s "bbbbbbbbbbbb 1 ${alive} 0 somebody" ${holder}'`);
    const beside = await brokkr(small.place, ['provision', '-i', inventory, playbook, '--yes']);
    expect(beside.stdout + beside.stderr).toMatch(/nothing to change/);
    expect((await small.onHost(name, LEFT)).split('\n')).toHaveLength(4);
    await small.onHost(name, `mv -f /srv/h ${holder}`);

    const ran = await brokkr(small.place, ['provision', '-i', inventory, playbook, '--yes']);
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stdout).toContain('nothing to change');
    expect(await small.onHost(name, LEFT)).toBe('');
  },
);
