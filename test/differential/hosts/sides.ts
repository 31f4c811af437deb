import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab } from '../../../src/lab/lab.ts';
import { type PlaybookRun, runAnsible } from './ansible.ts';
import { runBrokkr } from './brokkr.ts';
import { foldHosts, hostDifferences, outcomeDifferences } from './compare.ts';
import { mustRun } from './local.ts';
import type { RunOutcome } from './outcome.ts';
import { hostTime, type Snapshot, snapshot } from './snapshot.ts';

/** Two labs that began alike: one is Ansible's, one brokkr's. */
export interface Sides {
  readonly ansible: Lab;
  readonly brokkr: Lab;
  /** Variables of each side, such as a URL that its hosts can reach. */
  readonly variables: { readonly ansible: Record<string, unknown>; readonly brokkr: Record<string, unknown> };
}

export interface Comparison {
  readonly ansible: RunOutcome;
  readonly brokkr: RunOutcome;
  readonly differences: readonly string[];
}

const folder = join(dirname(fileURLToPath(import.meta.url)), 'cases');

/** Runs a playbook once on both sides at the same time, on these hosts or all, and tells where outcomes, disks and units differ. */
export async function compareRun(
  sides: Sides,
  playbook: string,
  options: { readonly brokkr?: readonly string[]; readonly hosts?: readonly string[] } = {},
): Promise<Comparison> {
  const hosts = options.hosts ?? sides.ansible.hosts.map(({ name }) => name);
  const run = (lab: Lab, variables: Record<string, unknown>): PlaybookRun => ({
    playbook,
    inventory: lab.inventoryPath,
    variables,
    limit: hosts.join(','),
  });
  const [theirs, ours] = await Promise.all([
    seen(sides.ansible, hosts, () => runAnsible(run(sides.ansible, sides.variables.ansible))),
    seen(sides.brokkr, hosts, () => runBrokkr(run(sides.brokkr, sides.variables.brokkr), options.brokkr)),
  ]);
  const differences = outcomeDifferences(theirs.outcome, ours.outcome);
  for (const host of hosts)
    differences.push(
      ...(await hostDifferences(
        host,
        { lab: sides.ansible, after: stateOf(theirs.states, host) },
        { lab: sides.brokkr, after: stateOf(ours.states, host) },
      )),
    );
  return { ansible: theirs.outcome, brokkr: ours.outcome, differences: foldHosts(differences) };
}

async function seen(
  lab: Lab,
  names: readonly string[],
  run: () => Promise<RunOutcome>,
): Promise<{ outcome: RunOutcome; states: Map<string, Snapshot> }> {
  const begun = new Map(await Promise.all(names.map(async (name) => [name, await hostTime(lab, name)] as const)));
  const outcome = await run();
  const states = await Promise.all(
    names.map(async (name) => [name, await snapshot(lab, name, begun.get(name) ?? 0)] as const),
  );
  return { outcome, states: new Map(states) };
}

function stateOf(states: Map<string, Snapshot>, host: string): Snapshot {
  const state = states.get(host);
  if (state === undefined) throw new Error(`no snapshot of ${host}`);
  return state;
}

/** The playbook of a case. */
export function playbookOf(name: string): string {
  const file = join(folder, name, 'playbook.yml');
  if (!existsSync(file)) throw new Error(`there is no case ${name}`);
  return file;
}

/** An archive as projects publish them: a folder with programs, links, owners that no host knows, and old times. */
export async function makeArchive(scratch: string): Promise<string> {
  const top = join(scratch, 'app-1.0');
  mkdirSync(join(top, 'bin'), { recursive: true });
  mkdirSync(join(top, 'docs', 'deep'), { recursive: true });
  writeFileSync(join(top, 'bin', 'run.sh'), '#!/bin/sh\necho run\n');
  chmodSync(join(top, 'bin', 'run.sh'), 0o755);
  writeFileSync(join(top, 'README'), 'read me\n');
  chmodSync(join(top, 'README'), 0o664);
  writeFileSync(join(top, 'docs', 'deep', 'page with spaces.txt'), 'page\n');
  symlinkSync('bin/run.sh', join(top, 'start'));
  cpSync(join(top, 'README'), join(top, 'docs', 'README'));
  const file = join(scratch, 'app-1.0.tar.gz');
  const fixed = ['--owner=builder:4242', '--group=builder:4242', '--mtime=2021-03-17 10:00:00Z', '--sort=name'];
  await mustRun('tar', ['-czf', file, '-C', scratch, ...fixed, 'app-1.0']);
  return file;
}

export function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Serves files by their names to the hosts of both labs, until it is closed. */
export async function serveFiles(files: readonly string[]): Promise<{ port: number; close: () => Promise<void> }> {
  const byName = new Map(files.map((file) => [`/${basename(file)}`, file]));
  const server = createServer((request, response) => {
    const file = byName.get(request.url ?? '');
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return { port: address.port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
