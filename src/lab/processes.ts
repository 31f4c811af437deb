import { readdir, readFile } from 'node:fs/promises';
import { BrokkrError } from '../errors.ts';
import { pollUntil } from '../poll.ts';
import type { Lab, LabHost } from './lab.ts';
import { runLocal } from './local.ts';

/** Environment variables that mark the processes of a lab; sshd hands them to every session it opens. */
export function labMarks(lab: Pick<Lab, 'folder'>, host: Pick<LabHost, 'name'>): Record<string, string> {
  return { BROKKR_LAB: lab.folder, BROKKR_LAB_HOST: host.name };
}

export interface LabProcess {
  readonly pid: number;
  /** The host whose container or session it belongs to. */
  readonly host: string;
}

/**
 * The processes of a lab. On Linux those whose control group is that of one of its containers, or that carry its marks
 * in their environment; elsewhere those whose arguments name a host's folder. A container's processes are found even
 * when the systemd-nspawn that booted it is gone, which does not end them.
 */
export async function labProcesses(lab: Pick<Lab, 'folder' | 'hosts'>): Promise<LabProcess[]> {
  const entries = await readdir('/proc').catch(() => undefined);
  if (entries === undefined) return await processesByArguments(lab);
  const pids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => processOfLab(pid, lab)));
  return found.filter((process) => process !== undefined);
}

async function processOfLab(pid: number, lab: Pick<Lab, 'folder' | 'hosts'>): Promise<LabProcess | undefined> {
  if (pid === process.pid) return undefined;
  // A process that ends while we look has no files any more; it is no longer of the lab either.
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [groups, environ, status] = await Promise.all([read('cgroup'), read('environ'), read('status')]);
  if (/^State:\tZ/m.test(status)) return undefined;
  const marks = environ.split('\0');
  const host = lab.hosts.find(
    ({ name, machine }) =>
      groups.includes(`/machine-${machine}.`) ||
      (marks.includes(`BROKKR_LAB=${lab.folder}`) && marks.includes(`BROKKR_LAB_HOST=${name}`)),
  );
  return host === undefined ? undefined : { pid, host: host.name };
}

async function processesByArguments(lab: Pick<Lab, 'hosts'>): Promise<LabProcess[]> {
  const lines = (await runLocal('ps', ['-axww', '-o', 'pid=,args='])).split('\n');
  return lines.flatMap((line) => {
    const host = lab.hosts.find(({ folder }) => line.includes(`${folder}/`));
    const pid = Number.parseInt(line, 10);
    return host === undefined || pid === process.pid ? [] : [{ pid, host: host.name }];
  });
}

/**
 * Ends the processes with KILL and waits until none is left, ten seconds at most. The first process of a container takes
 * all others with it; systemd-nspawn is given two seconds to notice and to remove what it made, and is killed then.
 */
export async function killProcesses(find: () => Promise<LabProcess[]>): Promise<void> {
  let round = 0;
  const outcome = await pollUntil(
    async () => {
      const left = await find();
      for (const { pid } of left) if (round > 20 || !(await isSupervisor(pid))) kill(pid);
      round++;
      return left.length === 0
        ? { done: true, value: undefined }
        : { done: false, reason: left.map(({ pid, host }) => `${pid} (${host})`).join(', ') };
    },
    { timeoutMs: 10_000, intervalMs: 100 },
  );
  if (!outcome.done) throw new BrokkrError(`processes of the lab cannot be ended: ${outcome.reason}`);
}

async function isSupervisor(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim() === 'systemd-nspawn';
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended between being found and being killed.
  }
}
