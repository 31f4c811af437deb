import { dirname } from 'node:path';
import type { Lab } from '../../../src/lab/lab.ts';
import { linesOf, type RunOutcome } from './outcome.ts';
import { hashes, type PathState, type Snapshot } from './snapshot.ts';

const fields = ['type', 'mode', 'owner', 'link', 'size', 'names', 'modified'] as const;

/** Where the two programs tell a task differently, a line each. */
export function outcomeDifferences(ansible: RunOutcome, brokkr: RunOutcome): string[] {
  const theirs = linesOf(ansible);
  const ours = linesOf(brokkr);
  const differences: string[] = [];
  for (const host of new Set([...theirs.keys(), ...ours.keys()])) {
    const [a, b] = [theirs.get(host) ?? [], ours.get(host) ?? []];
    for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
      if (a[index] === b[index]) continue;
      differences.push(`${host}: Ansible: ${a[index] ?? 'nothing'} | brokkr: ${b[index] ?? 'nothing'}`);
    }
  }
  return differences;
}

/** Where two hosts differ on disk and in their units, a line each. */
export async function hostDifferences(
  host: string,
  ansible: { readonly lab: Lab; readonly after: Snapshot },
  brokkr: { readonly lab: Lab; readonly after: Snapshot },
): Promise<string[]> {
  const differences: string[] = [];
  const tell = (what: string, theirs: string, ours: string): void => {
    if (theirs !== ours) differences.push(`${host}: ${what}: Ansible: ${theirs} | brokkr: ${ours}`);
  };
  const [theirs, ours] = [ansible.after.paths, brokkr.after.paths];
  const toHash: string[] = [];
  for (const path of [...new Set([...theirs.keys(), ...ours.keys()])].sort()) {
    const [a, b] = [theirs.get(path), ours.get(path)];
    if (a === undefined || b === undefined) {
      const parent = dirname(path);
      const isNew = (a ?? b)?.changedNow === true || (a === undefined ? theirs : ours).get(parent)?.changedNow === true;
      if (isNew) tell(path, a?.type ?? 'absent', b?.type ?? 'absent');
    } else if (a.changedNow || b.changedNow) {
      for (const field of fields) if (matters(field, a, b)) tell(`${path} ${field}`, a[field], b[field]);
      if (a.type === 'f' && b.type === 'f') toHash.push(path);
    }
  }
  const [theirHashes, ourHashes] = await Promise.all([
    hashes(ansible.lab, host, toHash),
    hashes(brokkr.lab, host, toHash),
  ]);
  for (const path of toHash)
    tell(`${path} content`, theirHashes.get(path) ?? 'unread', ourHashes.get(path) ?? 'unread');
  for (const unit of new Set([...ansible.after.units.keys(), ...brokkr.after.units.keys()]))
    tell(unit, ansible.after.units.get(unit) ?? 'unknown', brokkr.after.units.get(unit) ?? 'unknown');
  return differences;
}

/** The lines of several hosts, which begin with their names, with equal ones as one line. */
export function foldHosts(differences: readonly string[]): string[] {
  const hosts = new Map<string, string[]>();
  for (const line of differences) {
    const [, host = '', rest = ''] = /^([^:]+): (.*)$/s.exec(line) ?? [];
    hosts.set(rest, [...(hosts.get(rest) ?? []), host]);
  }
  return [...hosts].map(([rest, names]) => `${names.join(' ')}: ${rest}`);
}

/** A folder's time tells of what passed through it: temporary files count too. That of an archive's folder counts. */
function matters(field: (typeof fields)[number], a: PathState, b: PathState): boolean {
  if (field !== 'modified') return true;
  return a.type !== 'd' || (a.changedNow && b.changedNow && a.modified !== 'now' && b.modified !== 'now');
}
