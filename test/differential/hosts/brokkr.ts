import { join } from 'node:path';
import { z } from 'zod';
import { packageFolder } from '../../../src/package-folder.ts';
import type { PlaybookRun } from './ansible.ts';
import { runLocal } from './local.ts';
import type { RunOutcome, Status } from './outcome.ts';

const statusSchema = z.enum(['ok', 'changed', 'skipped', 'failed', 'unreachable', 'ignored', 'rescued']);

const taskSchema = z.object({
  event: z.literal('task'),
  host: z.string(),
  task: z.string(),
  status: statusSchema,
  items: z.array(z.object({ status: statusSchema })).default([]),
  failure: z.object({ message: z.string(), stderr: z.string().optional() }).optional(),
});

/** Ansible's callbacks tell a rescued failure as a failure. */
function statusOf(status: z.infer<typeof statusSchema>): Status {
  return status === 'rescued' ? 'failed' : status;
}

/** Runs a playbook with the built program and tells what became of each task on each host. */
export async function runBrokkr(run: PlaybookRun, options: readonly string[] = []): Promise<RunOutcome> {
  const args = [
    'provision',
    run.playbook,
    '-i',
    run.inventory,
    '-l',
    run.limit,
    '-e',
    JSON.stringify(run.variables),
    '--yes',
    '--json',
  ];
  const cli = join(packageFolder(), 'dist', 'cli.js');
  const { status, stdout, output } = await runLocal(process.execPath, [cli, ...args, '--no-verify', ...options]);
  const events = stdout.split('\n').flatMap((line): unknown[] => (line.startsWith('{') ? [JSON.parse(line)] : []));
  const tasks = events.flatMap((event) => {
    const task = taskSchema.safeParse(event);
    return task.success ? [task.data] : [];
  });
  return {
    exitCode: status ?? -1,
    tasks: tasks.map(({ host, task, status: own, items, failure }) => ({
      host,
      task,
      status: statusOf(own),
      items: items.map((item) => statusOf(item.status)),
      message: failure === undefined ? '' : `${failure.message} ${failure.stderr ?? ''}`,
    })),
    output,
  };
}
