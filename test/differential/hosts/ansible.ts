import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { mustRun, runLocal } from './local.ts';
import type { RunOutcome, Status, TaskOutcome } from './outcome.ts';

/** The release that brokkr is compared with. */
const ansibleCore = '2.19.14';
const jinja = '3.1.6';

const here = dirname(fileURLToPath(import.meta.url));
const cached = join(here, '..', '..', '..', 'node_modules', '.cache', `ansible-core-${ansibleCore}`);

/** The folder of Ansible's programs. They are installed once, with Python's venv and pip, under `node_modules/.cache`. */
export async function ensureAnsible(): Promise<string> {
  const bin = join(cached, 'bin');
  if (existsSync(join(cached, 'complete'))) return bin;
  rmSync(cached, { recursive: true, force: true });
  mkdirSync(dirname(cached), { recursive: true });
  await mustRun('python3', ['-m', 'venv', cached]);
  const packages = [`ansible-core==${ansibleCore}`, `Jinja2==${jinja}`];
  await mustRun(join(bin, 'python3'), ['-m', 'pip', 'install', '--quiet', '--no-input', ...packages]);
  const mark = join(cached, 'complete');
  writeFileSync(`${mark}.new`, `${packages.join('\n')}\n`);
  renameSync(`${mark}.new`, mark);
  return bin;
}

const recordSchema = z.object({
  host: z.string(),
  task: z.string(),
  module: z.string(),
  status: z.enum(['ok', 'changed', 'skipped', 'failed', 'unreachable']),
  item: z.boolean(),
  ignored: z.boolean(),
  msg: z.string(),
});

/** How people who care for speed set Ansible up: one process a host, connections kept, programs over standard input. */
export const tunedAnsible = {
  ANSIBLE_PIPELINING: 'True',
  ANSIBLE_FORKS: '50',
  ANSIBLE_SSH_ARGS: '-o ControlMaster=auto -o ControlPersist=60s',
  ANSIBLE_GATHERING: 'explicit',
} as const;

export interface PlaybookRun {
  readonly playbook: string;
  readonly inventory: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The hosts that take part. */
  readonly limit: string;
}

/** Runs a playbook with `ansible-playbook` and tells what became of each task on each host. */
export async function runAnsible(run: PlaybookRun): Promise<RunOutcome> {
  const bin = await ensureAnsible();
  const scratch = mkdtempSync(join(tmpdir(), 'brokkr-ansible-'));
  const records = join(scratch, 'records');
  const settings = join(scratch, 'ansible.cfg');
  writeFileSync(settings, '[defaults]\n');
  try {
    const { status, output } = await runLocal(
      join(bin, 'ansible-playbook'),
      ['-i', run.inventory, '-l', run.limit, '-e', JSON.stringify(run.variables), run.playbook],
      {
        cwd: dirname(run.playbook),
        env: {
          ...tunedAnsible,
          ANSIBLE_CONFIG: settings,
          ANSIBLE_LOCALHOST_WARNING: 'False',
          ANSIBLE_NOCOLOR: '1',
          ANSIBLE_CALLBACK_PLUGINS: join(here, 'callback_plugins'),
          ANSIBLE_CALLBACKS_ENABLED: 'records',
          ANSIBLE_SSH_CONTROL_PATH_DIR: scratch,
          BROKKR_RECORDS: records,
          LC_ALL: 'C.UTF-8',
        },
      },
    );
    const lines = existsSync(records) ? readFileSync(records, 'utf8').split('\n') : [];
    return {
      exitCode: status ?? -1,
      tasks: outcomes(lines.filter((line) => line !== '').map((line) => recordSchema.parse(JSON.parse(line)))),
      output,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function outcomes(records: readonly z.infer<typeof recordSchema>[]): TaskOutcome[] {
  const items = new Map<string, Status[]>();
  const tasks: TaskOutcome[] = [];
  for (const { host, task, module, status, item, ignored, msg } of records) {
    if (module === 'gather_facts' || module === 'setup') continue;
    const key = `${host} ${task}`;
    if (item) {
      items.set(key, [...(items.get(key) ?? []), status]);
      continue;
    }
    const failure = status === 'failed' && ignored ? 'ignored' : status;
    tasks.push({ host, task, status: failure, items: items.get(key) ?? [], message: msg });
    items.delete(key);
  }
  return tasks;
}
