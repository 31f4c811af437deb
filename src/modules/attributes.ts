import type { Attributes } from '../shell/action.ts';
import type { HostQuestion, Stat } from '../shell/question.ts';
import { mode, text } from './argument-types.ts';
import { formatMode, resolveMode } from './modes.ts';
import type { Answers, Diff } from './module.ts';

/** Owner, group and mode, as every file module takes them. */
export const attributeArguments = { owner: text.optional(), group: text.optional(), mode: mode.optional() };

/** Asks for the accounts that are to own something, since chown fails without them. */
export function accountQuestions(wanted: Attributes): readonly HostQuestion[] {
  const questions: HostQuestion[] = [];
  if (isName(wanted.owner)) questions.push({ ask: 'passwd', name: wanted.owner });
  if (isName(wanted.group)) questions.push({ ask: 'group', name: wanted.group });
  return questions;
}

/** What is wrong when a user or group that is to own something does not exist on the host. */
export function missingAccount(wanted: Attributes, answers: Answers): { message: string; hint: string } | undefined {
  const missing = (kind: string, name: string) => ({
    message: `the ${kind} ${name} does not exist on the host, so nothing can be given to it`,
    hint: `create it with a ${kind} task before this one`,
  });
  if (isName(wanted.owner) && answers.get({ ask: 'passwd', name: wanted.owner }) === null) {
    return missing('user', wanted.owner);
  }
  if (isName(wanted.group) && answers.get({ ask: 'group', name: wanted.group }) === null) {
    return missing('group', wanted.group);
  }
  return undefined;
}

export interface AttributeChange {
  /** Only what differs. */
  readonly attributes: Attributes;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

/** What differs between a path and its wanted attributes, or `undefined` when nothing does. Links have no mode. */
export function attributeChange(wanted: Attributes, stat: Stat, umask = 0): AttributeChange | undefined {
  const attributes: { mode?: number; owner?: string; group?: string } = {};
  const before: Record<string, string> = {};
  const after: Record<string, string> = {};
  if (wanted.owner !== undefined && !owns(wanted.owner, stat.owner, stat.uid)) {
    attributes.owner = wanted.owner;
    before.owner = stat.owner;
    after.owner = wanted.owner;
  }
  if (wanted.group !== undefined && !owns(wanted.group, stat.group, stat.gid)) {
    attributes.group = wanted.group;
    before.group = stat.group;
    after.group = wanted.group;
  }
  const bits = wantedBits(wanted, stat, umask);
  if (bits !== undefined && bits !== stat.mode) {
    before.mode = formatMode(stat.mode);
    after.mode = typeof wanted.mode === 'string' && Number.isNaN(bits) ? wanted.mode : formatMode(bits);
    if (!Number.isNaN(bits)) attributes.mode = bits;
    else if (typeof wanted.mode === 'string')
      return { attributes: { ...attributes, mode: wanted.mode }, before, after };
  }
  return Object.keys(after).length === 0 ? undefined : { attributes, before, after };
}

/** A path as it will be once the attributes have been given; ids of names that are not known are `NaN`. */
export function withAttributes(stat: Stat, wanted: Attributes, umask = 0): Stat {
  const bits = wantedBits(wanted, stat, umask);
  return {
    ...stat,
    ...(wanted.owner === undefined || owns(wanted.owner, stat.owner, stat.uid)
      ? {}
      : isName(wanted.owner)
        ? { owner: wanted.owner, uid: wanted.owner === 'root' ? 0 : Number.NaN }
        : { owner: '', uid: Number(wanted.owner) }),
    ...(wanted.group === undefined || owns(wanted.group, stat.group, stat.gid)
      ? {}
      : isName(wanted.group)
        ? { group: wanted.group, gid: wanted.group === 'root' ? 0 : Number.NaN }
        : { group: '', gid: Number(wanted.group) }),
    ...(bits === undefined ? {} : { mode: bits }),
  };
}

/** The difference as the plan shows it. */
export function attributeDiff(path: string, change: AttributeChange): Diff {
  return { kind: 'state', subject: path, before: change.before, after: change.after };
}

function wantedBits(wanted: Attributes, stat: Stat, umask: number): number | undefined {
  if (wanted.mode === undefined || stat.type === 'link') return undefined;
  return resolveMode(wanted.mode, stat.mode, stat.type === 'directory', umask);
}

function owns(wanted: string, name: string, id: number): boolean {
  return isName(wanted) ? wanted === name : Number(wanted) === id;
}

function isName(account: string | undefined): account is string {
  return account !== undefined && !/^\d+$/.test(account);
}
