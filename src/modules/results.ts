import type { Value } from '../jinja/value.ts';
import type { Stat } from '../shell/question.ts';
import { formatMode } from './modes.ts';
import type { ResultFields } from './module.ts';

/** Result fields; those that are not known are left out. */
export function fields(record: Readonly<Record<string, Value | undefined>>): ResultFields {
  const known = new Map<string, Value>();
  for (const [name, value] of Object.entries(record)) {
    if (value !== undefined && !(typeof value === 'number' && Number.isNaN(value))) known.set(name, value);
  }
  return known;
}

/** The fields that Ansible's file modules tell of the path they worked on. */
export function statFields(stat: Stat | null, state?: string): Readonly<Record<string, Value | undefined>> {
  if (stat === null) return { state: 'absent' };
  return {
    state: state ?? stat.type,
    mode: Number.isNaN(stat.mode) ? undefined : formatMode(stat.mode),
    owner: stat.owner === '' ? undefined : stat.owner,
    group: stat.group === '' ? undefined : stat.group,
    uid: stat.uid,
    gid: stat.gid,
    size: stat.size,
  };
}

/** `2026-01-31 12:00:00.000000`, in UTC. */
export function moment(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '')}000`;
}
