import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { packageFolder } from '../../src/package-folder.ts';
import { ManyHosts } from './many-hosts.ts';
import { eventsOf, type Ran } from './project.ts';

const COUNT = 100;
const place = mkdtempSync(join(tmpdir(), 'brokkr-many-'));
let many: ManyHosts;
beforeAll(async () => {
  many = await ManyHosts.start(join(place, 'many'), COUNT);
  const tasks = Array.from({ length: 10 }, (_, index) => ({
    name: `file ${index}`,
    copy: { content: `${index} of {{ inventory_hostname }}\n`, dest: `/srv/file-${index}`, mode: '0644' },
  }));
  const barrier = { name: 'barrier', command: 'touch /srv/barrier', args: { creates: '/srv/barrier' } };
  const plays = [
    {
      hosts: 'all',
      gather_facts: false,
      tasks: [...tasks, barrier, { name: 'after', copy: { content: 'x', dest: '/srv/after' } }],
    },
  ];
  writeFileSync(join(place, 'site.yml'), JSON.stringify(plays));
});
afterAll(() => {
  many.stop();
  rmSync(place, { recursive: true, force: true });
});

function provision(forks: number): Promise<Ran> {
  const cli = join(packageFolder(), 'dist', 'cli.js');
  const words = [
    'provision',
    join(place, 'site.yml'),
    '-i',
    many.inventory,
    '--yes',
    '--json',
    '--forks',
    String(forks),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ran = { status: null as number | null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      ran.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      ran.stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ ...ran, status }));
  });
}

const taskEvent = z.looseObject({ event: z.literal('task'), host: z.string(), task: z.string() });
const recapEvent = z.looseObject({
  hosts: z.array(
    z.looseObject({ host: z.string(), changed: z.number(), unreachable: z.number(), programs: z.number() }),
  ),
});

test('all at once at a door that lets ten in: everybody comes in once, and does its part once', async () => {
  const first = await provision(COUNT);
  const recap = recapEvent.parse(eventsOf(first).at(-1));
  expect(recap.hosts.filter(({ changed, unreachable }) => changed !== 12 || unreachable > 0)).toEqual([]);
  expect({ status: first.status, hosts: recap.hosts.length }).toEqual({ status: 0, hosts: COUNT });
  expect(many.counts().logIns).toBe(COUNT);
  // Few at a time: again one connection each, and of a converged host one program.
  const second = await provision(8);
  expect(second.status).toBe(0);
  const { hosts } = recapEvent.parse(eventsOf(second).at(-1));
  expect(hosts.filter(({ changed, programs }) => changed !== 0 || programs !== 1)).toEqual([]);
  expect(many.counts()).toEqual({ logIns: COUNT, closed: 0 });
});

test('a slow host that the others wait for is named, and nobody is lost', async () => {
  for (const name of many.names)
    rmSync(join(place, 'many', 'hosts', `127.0.7.${many.names.indexOf(name) + 1}`, 'srv', 'file-3'));
  many.slow('h7', 15);
  const ran = await provision(COUNT);
  expect(ran.status).toBe(0);
  const events = eventsOf(ran);
  const done = events.flatMap((event) => taskEvent.safeParse(event).data ?? []).filter(({ task }) => task === 'file 3');
  expect(done).toHaveLength(COUNT);
  const told = events.flatMap((event) => (event.event === 'progress' ? [String(event.text)] : []));
  expect(told.filter((text) => /^\d+ hosts wait for .*\bh7\b/.test(text))).not.toEqual([]);
});
