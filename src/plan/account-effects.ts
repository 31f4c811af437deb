import { posix } from 'node:path';
import type { HostAction } from '../shell/action.ts';
import type { GroupEntry, PasswdEntry } from '../shell/question.ts';
import { isStat } from './file-entry.ts';
import type { HostState } from './host-state.ts';

type GroupAction = Extract<HostAction, { do: 'group' }>;
type UserAction = Extract<HostAction, { do: 'user' }>;

const shadow = '/etc/shadow';

/** Users and groups after groupadd(8), useradd(8) and their kin. */
export function performOnAccounts(action: GroupAction | UserAction, host: HostState): void {
  if (action.do === 'group') performOnGroup(action, host);
  else performOnUser(action, host);
  for (const path of ['/etc/passwd', '/etc/group', '/etc/gshadow', shadow]) {
    const real = host.files.realPath(path, true);
    const entry = host.files.at(real);
    const passwords = path === shadow && entry.content instanceof Uint8Array ? entry.content : undefined;
    host.files.set(real, {
      ...entry,
      ...(isStat(entry.lstat) ? { lstat: { ...entry.lstat, size: Number.NaN, mtime: Number.NaN } } : {}),
      hash: host.files.unknown(),
      content: passwords === undefined ? host.files.unknown() : withPassword(passwords, action),
    });
  }
}

function performOnGroup({ verb, name, gid }: GroupAction, host: HostState): void {
  const question = { ask: 'group', name } as const;
  const before = host.known(question);
  const kept = verb === 'modify' ? before?.gid : undefined;
  const after = { name, gid: gid ?? kept ?? Number.NaN, members: before?.members ?? [] };
  host.set(question, verb === 'delete' ? null : after);
  if (before && (verb === 'delete' || before.gid !== after.gid))
    renumber(before, verb === 'delete' ? undefined : after, host);
}

/** groupmod(8) takes the users of a group along, but not the files: those keep the number, which has no name any more. */
function renumber(before: GroupEntry, after: GroupEntry | undefined, host: HostState): void {
  for (const { question, answer } of host.users()) {
    if (after !== undefined && answer.primaryGroup === before.name) host.set(question, { ...answer, gid: after.gid });
  }
  for (const path of host.files.below('/')) {
    const entry = host.files.at(path);
    if (!isStat(entry.lstat)) continue;
    const { gid } = entry.lstat;
    const group = gid === before.gid ? String(gid) : gid === after?.gid ? after.name : entry.lstat.group;
    if (group !== entry.lstat.group) host.files.set(path, { ...entry, lstat: { ...entry.lstat, group } });
  }
}

function performOnUser(action: UserAction, host: HostState): void {
  const { name } = action;
  const question = { ask: 'passwd', name } as const;
  const before = host.known(question);
  if (action.verb === 'delete') {
    if (action.removeHome && before) host.files.remove(host.files.realPath(before.home, false));
    // userdel(8) removes the user's own group too, if nobody else is in it.
    if (before?.primaryGroup === name) host.blur({ ask: 'group', name });
    for (const group of before?.groups ?? []) removeMember(group, name, host);
    host.set(question, null);
    return;
  }
  const after = accountAfter(action, before ?? undefined, host);
  host.set(question, after);
  for (const group of before?.groups ?? []) if (!after.groups.includes(group)) removeMember(group, name, host);
  for (const group of after.groups) addMember(group, name, host);
  if (action.verb === 'add' && action.createHome) makeHome(after, host);
  if (before && action.moveHome && before.home !== after.home) moveHome(before.home, after.home, host);
  if (before && action.uid !== undefined && action.uid !== before.uid) blurHome(after.home, host);
}

function accountAfter(action: UserAction, before: PasswdEntry | undefined, host: HostState): PasswdEntry {
  const { name, uid, home, shell, comment, append } = action;
  const primaryGroup = action.primaryGroup ?? before?.primaryGroup ?? name;
  const own = { ask: 'group', name: primaryGroup } as const;
  // Without a group, useradd(8) makes one of the user's name.
  if (action.verb === 'add' && !host.known(own) && !/^\d+$/.test(primaryGroup)) {
    host.set(own, { name: primaryGroup, gid: Number.NaN, members: [] });
  }
  const kept = append || action.groups === undefined ? (before?.groups ?? []) : [];
  return {
    name,
    uid: uid ?? before?.uid ?? Number.NaN,
    gid: host.known(own)?.gid ?? Number.NaN,
    gecos: comment ?? before?.gecos ?? '',
    home: home ?? before?.home ?? `/home/${name}`,
    shell: shell ?? before?.shell ?? '',
    groups: [...new Set([...kept, ...(action.groups ?? [])])].sort(),
    primaryGroup,
  };
}

/** useradd(8) leaves a home that is there alone, and takes the mode of a new one from the host's settings. */
function makeHome({ home, uid, gid, name, primaryGroup }: PasswdEntry, host: HostState): void {
  const path = host.files.realPath(home, true);
  const { lstat, followed } = host.files.at(path);
  const before = lstat === undefined ? followed : lstat;
  if (before === undefined) host.files.set(path, { lstat: host.files.unknown() });
  if (before !== null) return;
  makeAbove(path, host);
  const unknown = { mode: Number.NaN, size: Number.NaN, mtime: Number.NaN, inode: Number.NaN, links: Number.NaN };
  host.files.set(path, {
    lstat: { type: 'directory', uid, gid, owner: name, group: primaryGroup, ...unknown },
    blurredBelow: host.supposed,
  });
}

/** useradd(8) makes the folders above a home too, where they are missing. */
function makeAbove(home: string, host: HostState): void {
  for (let path = posix.dirname(home); path !== '/'; path = posix.dirname(path)) {
    const { lstat } = host.files.at(path);
    const mayBeMissing = lstat === null || (lstat === undefined && path !== posix.dirname(home));
    if (!mayBeMissing) return;
    host.files.set(path, { lstat: host.files.unknown() });
  }
}

/** usermod(8) moves everything, but only into a folder that is not there yet. */
function moveHome(from: string, to: string, host: HostState): void {
  host.files.remove(host.files.realPath(from, true));
  blurHome(to, host);
}

/** usermod(8) gives what is in the home of a user to the new number. */
function blurHome(home: string, host: HostState): void {
  const path = host.files.realPath(home, true);
  for (const below of host.files.below(path)) host.files.set(below, { lstat: host.files.unknown() });
  host.files.set(path, { lstat: host.files.unknown(), blurredBelow: host.supposed });
}

function addMember(group: string, name: string, host: HostState): void {
  const entry = host.known({ ask: 'group', name: group });
  if (!entry || entry.members.includes(name)) return;
  host.set({ ask: 'group', name: group }, { ...entry, members: [...entry.members, name] });
}

function removeMember(group: string, name: string, host: HostState): void {
  const entry = host.known({ ask: 'group', name: group });
  if (!entry) return;
  host.set({ ask: 'group', name: group }, { ...entry, members: entry.members.filter((member) => member !== name) });
}

/** shadow(5) with the password that chpasswd(8) has put in. */
function withPassword(content: Uint8Array, action: GroupAction | UserAction): Uint8Array {
  if (action.do === 'group') return content;
  const lines = new TextDecoder().decode(content).split('\n');
  const others = lines.filter((line) => !line.startsWith(`${action.name}:`));
  if (action.verb === 'delete') return new TextEncoder().encode(others.join('\n'));
  const line = lines.find((each) => each.startsWith(`${action.name}:`)) ?? `${action.name}:!:::::::`;
  const [name, old, ...rest] = line.split(':');
  const fresh = [name, action.password ?? old, ...rest].join(':');
  const at = lines.findIndex((each) => each.startsWith(`${action.name}:`));
  if (at === -1) others.unshift(fresh);
  else others.splice(at, 0, fresh);
  return new TextEncoder().encode(others.join('\n'));
}
