import { existsSync } from 'node:fs';
import path from 'node:path';
import { ExitCode } from '../errors.ts';
import { labCut, labDown, labKill, labMend, labStart, labStatus, openLab } from '../lab/control.ts';
import type { Lab, LabOptions } from '../lab/lab.ts';
import { labSsh } from '../lab/ssh.ts';
import { labUp } from '../lab/up.ts';
import { quote } from '../shell/quote.ts';
import { type Io, print } from './io.ts';
import { ownName } from './own-name.ts';

/** Starts a lab; Ctrl-C takes back what was begun. */
export async function up(io: Io, options: LabOptions): Promise<Lab> {
  const abort = new AbortController();
  const onSignal = (): void => abort.abort();
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    const lab = await labUp({ ...options, signal: abort.signal, onProgress: (text) => print(io, [text]) });
    return lab;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** Where each host of the lab can be reached. */
export function tellHosts(io: Io, lab: Lab): void {
  for (const host of lab.hosts) print(io, [`${host.name}  ${host.address}:${host.port}`]);
}

/** How the other verbs come to the lab, and not to the inventory that is read otherwise. */
export function tellInventory(io: Io, { inventoryPath }: Lab): void {
  print(io, [`go on with: ${ownName(io)} plan -i ${quote(path.relative(process.cwd(), inventoryPath))}`]);
  if (!existsSync(path.join(path.dirname(inventoryPath), 'group_vars')))
    print(io, [
      'with a playbook of your own, that is: no group_vars are beside that inventory, which those that ship need;',
      `for these, make a project with '${ownName(io)} init FOLDER' and start the lab in it`,
    ]);
}

export async function down(io: Io, folder: string | undefined): Promise<ExitCode> {
  const was = await labDown(folder === undefined ? {} : { folder });
  print(io, [was ? 'the lab is down; nothing of it is left' : 'there is no lab here']);
  return ExitCode.done;
}

export async function status(io: Io, folder: string | undefined): Promise<ExitCode> {
  const lab = await open(folder);
  for (const { host, state } of await labStatus(lab)) print(io, [`${host.name}  ${state}`]);
  return ExitCode.done;
}

export async function ssh(folder: string | undefined, host: string, command: readonly string[]): Promise<number> {
  return labSsh(await open(folder), host, command);
}

/** What can be done to a host of the lab, for trying faults. */
export const faults = { cut: labCut, mend: labMend, kill: labKill, start: labStart } as const;

/** What is said of a host behind each of them. */
const outcomes = {
  cut: { state: 'cut', text: 'runs on, and its link carries nothing' },
  mend: { state: 'up', text: 'has its link again' },
  kill: { state: 'down', text: 'is down, as after a power cut' },
  start: { state: 'up', text: 'is up' },
} as const;

/** Does it, and says so; where the host is so already, that is said. */
export async function inflict(
  io: Io,
  fault: keyof typeof faults,
  folder: string | undefined,
  name: string,
): Promise<ExitCode> {
  const lab = await open(folder);
  const before = (await labStatus(lab)).find(({ host }) => host.name === name)?.state;
  const { state, text } = outcomes[fault];
  if (before !== state) await faults[fault](lab, name);
  print(io, [`${name} ${before === state ? `is ${state} already` : text}`]);
  return ExitCode.done;
}

function open(folder: string | undefined): Promise<Lab> {
  return openLab(folder === undefined ? {} : { folder });
}
