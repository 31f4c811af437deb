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
 * The processes of a lab. On Linux those whose control group is that of one of its containers, that carry its marks in
 * their environment, that are its sshd (which writes its title over its environment), and what descends from them;
 * elsewhere those whose arguments name a host's folder. A container's processes are found even when the systemd-nspawn
 * that booted it is gone, which does not end them.
 */
export async function labProcesses(lab: Pick<Lab, 'folder' | 'hosts'>): Promise<LabProcess[]> {
  const entries = await readdir('/proc').catch(() => undefined);
  if (entries === undefined) return await processesByArguments(lab);
  const pids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  const all = (await Promise.all(pids.map(readProcess))).filter((each) => each !== undefined);
  const hosts = new Map<number, string>();
  for (const each of all) {
    const host = lab.hosts.find((candidate) => belongsTo(each, lab, candidate));
    if (host !== undefined) hosts.set(each.pid, host.name);
  }
  addDescendants(hosts, all);
  hosts.delete(process.pid);
  return [...hosts].map(([pid, host]) => ({ pid, host }));
}

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly groups: string;
  readonly marks: readonly string[];
  readonly args: string;
}

async function readProcess(pid: number): Promise<ProcessFacts | undefined> {
  // A process that ends while we look has no files any more; it is no longer of the lab either.
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [groups, environ, status, args] = await Promise.all(['cgroup', 'environ', 'status', 'cmdline'].map(read));
  if (status === undefined || status === '' || /^State:\t[ZX]/m.test(status)) return undefined;
  const parent = Number(/^PPid:\t(\d+)/m.exec(status)?.[1]);
  return { pid, parent, groups: groups ?? '', marks: environ?.split('\0') ?? [], args: args ?? '' };
}

/** A container's group is ours, `machine-NAME.lab`, or the scope it got from systemd, `NAME.scope`. */
function belongsTo(each: ProcessFacts, lab: Pick<Lab, 'folder'>, host: LabHost): boolean {
  const marks = Object.entries(labMarks(lab, host)).map(([name, value]) => `${name}=${value}`);
  return (
    each.groups.includes(`${host.machine}.`) ||
    marks.every((mark) => each.marks.includes(mark)) ||
    (each.args.includes('sshd') && each.args.includes(`${host.folder}/sshd_config`))
  );
}

function addDescendants(hosts: Map<number, string>, all: readonly ProcessFacts[]): void {
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of all) {
      const host = hosts.get(parent);
      if (host === undefined || hosts.has(pid)) continue;
      hosts.set(pid, host);
      grown = true;
    }
  }
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
 * all others with it; systemd-nspawn is given five seconds to notice and to remove what it made, and is killed then.
 */
export async function killProcesses(find: () => Promise<LabProcess[]>): Promise<void> {
  // A process that is ending has lost the marks it was found by, and is waited for by its id.
  const seen = new Map<number, LabProcess>();
  let round = 0;
  const outcome = await pollUntil(
    async () => {
      for (const found of await find()) seen.set(found.pid, found);
      for (const { pid } of seen.values()) {
        if (!(await isRunning(pid))) seen.delete(pid);
        else if (round > 100 || !(await isSupervisor(pid))) kill(pid);
      }
      round++;
      return seen.size === 0
        ? { done: true, value: undefined }
        : { done: false, reason: [...seen.values()].map(({ pid, host }) => `${pid} (${host})`).join(', ') };
    },
    { timeoutMs: 10_000, intervalMs: 50 },
  );
  if (!outcome.done) throw new BrokkrError(`processes of the lab cannot be ended: ${outcome.reason}`);
}

/** Whether a process runs; one that has ended and that its parent has not yet asked about does not. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
  if (status !== undefined) return !/^State:\t[ZX]/m.test(status);
  return process.platform !== 'linux' && exists(pid);
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
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
