import type { Action } from '../shell/action.ts';
import type { HostQuestion, PasswdEntry } from '../shell/question.ts';
import { change } from './decisions.ts';
import type { Answers, Decision, Diff } from './module.ts';
import { missingFolders, stat } from './paths.ts';
import { fields } from './results.ts';
import type { UserArguments } from './user.ts';

/** Where the hashes of passwords stand; only root can read it. */
export const shadowQuestion: Extract<HostQuestion, { ask: 'content' }> = {
  ask: 'content',
  path: '/etc/shadow',
  maxBytes: 1024 * 1024,
};

/** A new account. */
export function addUser(args: UserArguments): Decision {
  const { name, system, create_home, home, shell, comment, uid, group, groups } = args;
  const action: Action = {
    do: 'user',
    verb: 'add',
    name,
    append: false,
    createHome: create_home,
    moveHome: false,
    system,
    removeHome: false,
    force: false,
    ...wanted(args),
  };
  const after: Record<string, string> = { state: 'present' };
  for (const [key, value] of Object.entries({ uid, group, groups, home, shell, comment })) {
    if (value !== undefined) after[key] = String(value);
  }
  const diff = [{ kind: 'state', subject: `user ${name}`, before: { state: 'absent' }, after }] as const;
  const result = { name, state: 'present', create_home, system, groups: groups?.join(','), ...password(args) };
  return withEntry(change([action], diff, { ...result, comment, home, shell, uid }), chosenByHost(args));
}

/** Ansible says that there is one, and not which. */
function password(args: UserArguments) {
  return args.password === undefined ? {} : { password: 'NOT_LOGGING_PASSWORD' };
}

/** What nobody but the host knows of an account that is still to be made: what the task does not say. */
function chosenByHost(args: UserArguments): readonly string[] {
  const open = (['uid', 'home', 'shell', 'comment'] as const).filter((name) => args[name] === undefined);
  return [...open, 'group'];
}

/** What the host made of the account is told by the first action. */
function withEntry(decision: Decision, pending: readonly string[]): Decision {
  if (decision.verdict !== 'change' || decision.actions[0]?.do !== 'user') return decision;
  return {
    ...decision,
    pending,
    told(outcomes) {
      const [, , uid, gid, comment, home, shell] = outcomes[0]?.stdout.trim().split('\n').at(-1)?.split(':') ?? [];
      return fields({ uid: number(uid), group: number(gid), comment, home, shell });
    },
  };
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** What differs of an account that is there, and its home when that is missing. */
export function changeUser(args: UserArguments, found: PasswdEntry, answers: Answers): Decision {
  const { name } = args;
  const before: Record<string, string> = {};
  const after: Record<string, string> = {};
  const compare = (key: string, was: string, is: string | undefined) => {
    if (is === undefined || is === was) return false;
    before[key] = was;
    after[key] = is;
    return true;
  };
  const groups = wantedGroups(args, found);
  const differs = {
    uid: compare('uid', String(found.uid), args.uid?.toString()),
    primaryGroup: args.group !== String(found.gid) && compare('group', found.primaryGroup, args.group),
    groups: compare('groups', sorted(found.groups), groups === undefined ? undefined : sorted(groups)),
    home: compare('home', found.home, args.home),
    shell: compare('shell', found.shell, args.shell),
    comment: compare('comment', found.gecos, args.comment),
    password: passwordDiffers(args, answers) && compare('password', 'old', 'new'),
  };
  const all = wanted(args);
  const action: Action = {
    do: 'user',
    verb: 'modify',
    name,
    append: args.append,
    createHome: false,
    moveHome: args.move_home && differs.home,
    system: false,
    removeHome: false,
    force: false,
    ...(differs.uid && all.uid !== undefined ? { uid: all.uid } : {}),
    ...(differs.primaryGroup && all.primaryGroup !== undefined ? { primaryGroup: all.primaryGroup } : {}),
    ...(differs.groups && all.groups !== undefined ? { groups: all.groups } : {}),
    ...(differs.home && all.home !== undefined ? { home: all.home } : {}),
    ...(differs.shell && all.shell !== undefined ? { shell: all.shell } : {}),
    ...(differs.comment && all.comment !== undefined ? { comment: all.comment } : {}),
    ...(differs.password && all.password !== undefined ? { password: all.password } : {}),
  };
  const changed = Object.keys(after).length > 0;
  const home = createdHome(args, found, action.moveHome, answers);
  const diff: Diff[] = changed ? [{ kind: 'state', subject: `user ${name}`, before, after }] : [];
  // By an earlier task. Its shell is left to the host more often than its number.
  const isToBeMade = Number.isNaN(found.uid) || found.shell === '';
  const isGroupKnown = !differs.primaryGroup && !Number.isNaN(found.gid);
  const decision = change([...(changed ? [action] : []), ...home.actions], [...diff, ...home.diff], {
    name,
    state: 'present',
    append: args.append,
    move_home: args.move_home,
    comment: args.comment ?? found.gecos,
    home: args.home ?? found.home,
    shell: args.shell ?? (isToBeMade ? found.shell || undefined : found.shell),
    uid: args.uid ?? found.uid,
    group: found.gid,
    groups: args.groups?.join(','),
    ...password(args),
  });
  return withEntry(decision, isToBeMade ? chosenByHost(args) : isGroupKnown ? [] : ['group']);
}

function wanted({ uid, group, groups, home, shell, comment, password }: UserArguments) {
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(group === undefined ? {} : { primaryGroup: group }),
    ...(groups === undefined ? {} : { groups }),
    ...(home === undefined ? {} : { home }),
    ...(shell === undefined ? {} : { shell }),
    ...(comment === undefined ? {} : { comment }),
    ...(password === undefined ? {} : { password }),
  };
}

/** The supplementary groups as they are to be; the primary group is never counted among them. */
function wantedGroups(args: UserArguments, found: PasswdEntry): readonly string[] | undefined {
  if (args.groups === undefined) return undefined;
  const named = args.groups.filter((name) => name !== (args.group ?? found.primaryGroup));
  return args.append ? [...new Set([...found.groups, ...named])] : named;
}

function sorted(names: readonly string[]): string {
  return [...names].sort().join(',');
}

function passwordDiffers(args: UserArguments, answers: Answers): boolean {
  if (args.password === undefined || args.update_password !== 'always') return false;
  const shadow = new TextDecoder().decode(answers.get(shadowQuestion) ?? new Uint8Array());
  const line = shadow.split('\n').find((each) => each.startsWith(`${args.name}:`));
  return line?.split(':')[1] !== args.password;
}

/** The home of an account that is there is made when it is missing, as Ansible does. */
function createdHome(args: UserArguments, found: PasswdEntry, moves: boolean, answers: Answers) {
  const home = args.home ?? found.home;
  if (!args.create_home || moves || !home.startsWith('/') || answers.get(stat(home)) !== null) {
    return { actions: [], diff: [] };
  }
  const owned = { owner: args.name, group: String(args.group ?? found.primaryGroup) };
  const folders = missingFolders(home, answers);
  const actions: Action[] = [
    ...folders.map((path): Action => ({ do: 'mkdir', path })),
    { do: 'mkdir', path: home, ...owned },
  ];
  const diff: Diff[] = [
    { kind: 'state', subject: home, before: { state: 'absent' }, after: { state: 'directory', ...owned } },
  ];
  return { actions, diff };
}
