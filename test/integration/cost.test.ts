import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { writeSmallTasks } from '../bench/small-tasks.ts';
import { startDelayProxy } from '../proxy/delay-proxy.ts';
import { brokkr, eventsOf } from './project.ts';
import { SmallLab } from './small-lab.ts';

const small = new SmallLab();

const recapSchema = z.object({
  event: z.literal('recap'),
  hosts: z.tuple([
    z.object({
      changed: z.number(),
      connections: z.number(),
      channels: z.number(),
      programs: z.number(),
      round_trips: z.number(),
      bytes_sent: z.number(),
      bytes_received: z.number(),
    }),
  ]),
});

/** Runs a playbook on the BusyBox host, where nothing else starts processes, through a proxy that counts. */
async function costOf(playbook: string, ...args: readonly string[]) {
  const { address, port } = small.targetOf('busybox');
  // So far away that whatever comes in one answer is there before the next one is asked for.
  const proxy = await startDelayProxy({ target: { host: address, port }, roundTripMs: 60 });
  try {
    const variables = {
      ...{ ansible_host: '127.0.0.1', ansible_port: proxy.port, ansible_user: 'root' },
      ansible_ssh_private_key_file: small.lab.identityFile,
      ansible_ssh_common_args: '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null',
    };
    const inventory = join(small.place, 'behind.json');
    writeFileSync(inventory, JSON.stringify({ all: { hosts: { box: variables } } }));
    const before = await processesSoFar();
    const ran = await brokkr(small.place, ['provision', '-i', inventory, playbook, '--json', ...args]);
    const processes = (await processesSoFar()) - before;
    expect(ran.status, ran.stderr).toBe(0);
    const [{ round_trips, bytes_sent, bytes_received, ...counts }] = recapSchema.parse(eventsOf(ran).at(-1)).hosts;
    return { counts: { ...counts, processes }, turns: proxy.turns, round_trips, bytes_sent, bytes_received };
  } finally {
    await proxy.close();
  }
}

/** The number of the newest process: they are counted up one by one. */
async function processesSoFar(): Promise<number> {
  return Number(await small.onHost('busybox', 'sh -c \'echo "$$"\''));
}

/**
 * What a run costs beside the computing, to the last one, so that nobody makes it dearer without noticing. The processes are
 * those of sshd, of the program, and of counting them. Of the turns of a run that changes nothing, nine are waited for:
 * the opening, three for the key exchange, two for the key of the user, two for the channel, one for the program. Of the key
 * exchange and of the host's keys for later, one each may overlap with the next. The last turn of all says good-bye, and
 * nobody waits for its answer.
 */
const converged = { changed: 0, connections: 1, channels: 1, programs: 1, processes: 19 };

test.each([
  { tasks: 20, first: { changed: 14, programs: 3, processes: 142 }, sent: 3443 },
  { tasks: 100, first: { changed: 67, programs: 3, processes: 517 }, sent: 7952 },
])('what $tasks small tasks cost', async ({ tasks, first, sent }) => {
  const { playbook } = writeSmallTasks(small.place, tasks);
  await small.onHost('busybox', 'rm -rf /var/tmp/bench-*');
  const applied = await costOf(playbook, '--yes');
  expect(applied.counts).toEqual({ connections: 1, channels: 1, ...first });

  const again = await costOf(playbook);
  expect(again.counts).toEqual(converged);
  expect(again.turns).toBeLessThanOrEqual(11);
  expect(again.round_trips).toBeLessThanOrEqual(11);
  expect(again.bytes_sent).toBe(sent);
  // The numbers of inodes and the times of files have no fixed length.
  expect(again.bytes_received).toBeLessThan(1000 + tasks * 250);

  const dry = await costOf(playbook, '--check');
  expect(dry.counts).toEqual(converged);
  expect(dry.turns).toBeLessThanOrEqual(11);

  // The old line is asked for, so that the difference can be shown.
  const line = await costOf(playbook, '--yes', '-t', 'value', '-e', 'value=1');
  expect(line.counts).toEqual({ changed: 1, connections: 1, channels: 1, programs: 4, processes: 65 });
});

test('barriers that have nothing to do cost nothing: eight round trips, and one for each barrier', async () => {
  const playbook = join(small.place, 'barriers.json');
  const tasks = [
    { file: { path: '/etc', state: 'directory' } },
    { command: { cmd: 'touch /etc/hosts', creates: '/etc/hosts' } },
    { wait_for: { path: '/etc/hosts', timeout: 1 } },
    { command: { cmd: 'rm -r /nonexistent', removes: '/nonexistent' } },
  ];
  writeFileSync(playbook, JSON.stringify([{ hosts: 'all', gather_facts: false, tasks }]));
  const { counts, turns, round_trips } = await costOf(playbook);
  expect(counts).toEqual({ ...converged, processes: counts.processes });
  expect(turns).toBeLessThanOrEqual(8 + 3);
  expect(round_trips).toBeLessThanOrEqual(8 + 3);
});
