import { z } from 'zod';
import type { Action } from '../shell/action.ts';
import { quote } from '../shell/quote.ts';
import { requiredIf, withRules } from './argument-rules.ts';
import { choice, flag, path, text } from './argument-types.ts';
import { failed, followedBy, unchanged } from './decisions.ts';
import { newFolderDiff } from './file-content.ts';
import { linesOf } from './line-edit.ts';
import type { Answers, Decision, Diff, Module } from './module.ts';
import { missingFolders, stat, withoutSlash } from './paths.ts';
import { editText, textQuestions } from './text-file.ts';
import { output, toolRun } from './tool.ts';

const states = ['mounted', 'present', 'unmounted', 'remounted', 'absent', 'absent_from_fstab'] as const;
const writes = ({ state }: Readonly<Record<string, unknown>>) => state === 'mounted' || state === 'present';

const schema = withRules(
  z.strictObject({
    path: path.transform(withoutSlash),
    src: text.optional(),
    fstype: text.optional(),
    opts: text.default('defaults'),
    dump: text.default('0'),
    passno: text.default('0'),
    state: choice(states),
    fstab: path.default('/etc/fstab'),
    boot: flag.default(true),
    backup: flag.default(false),
  }),
  [
    requiredIf('src', writes, 'state is mounted or present'),
    requiredIf('fstype', writes, 'state is mounted or present'),
  ],
);

type MountArguments = z.infer<typeof schema>;

const mounts = output('mounts', 'cat /proc/mounts');

/** A file system at its place. */
export const mount: Module<MountArguments> = {
  name: 'mount',
  collection: 'ansible.posix',
  summary: 'Keeps a file system in fstab, and mounts and unmounts it.',
  schema,
  aliases: { name: 'path' },
  example: `- name: The disk of the logs
  mount:
    path: /var/lib/kafka
    src: UUID=2a4c3e0f-6a0d-4b0e-9a57-0a5a4a9e1c11
    fstype: xfs
    opts: noatime
    state: mounted`,
  noticedByOthers: true,
  probe: (args) => [...textQuestions(fileOf(args)), stat(args.path), mounts],
  decide(args, answers, context) {
    const { state, src, fstype, dump, passno, fstab } = args;
    const result = { name: args.path, src, fstype, opts: options(args), dump, passno, fstab };
    const isListed = answers.get(stat(fstab)) !== null;
    const keeps = state === 'unmounted' || state === 'remounted' || (!writes(args) && !isListed);
    const table = keeps
      ? unchanged(result)
      : editText(fileOf(args), answers, context, (before) => ({ text: edit(args, before), result }));
    return decideMount(args, table, answers);
  },
};

function decideMount(args: MountArguments, table: Decision, answers: Answers): Decision {
  const { path: at, state } = args;
  const now = answers.get(mounts).stdout;
  const isMounted = linesOf(now).some((line) => mountPoint(line) === at);
  const without = linesOf(now)
    .filter((line) => mountPoint(line) !== at)
    .join('');
  const order = (script: string, becomes: string): Action =>
    toolRun({ script, asked: mounts, becomes, reach: { paths: [at] } });
  const shown = (after: string): Diff => {
    return {
      kind: 'state',
      subject: at,
      before: { mount: isMounted ? 'mounted' : 'unmounted' },
      after: { mount: after },
    };
  };
  if (state === 'remounted') {
    if (!isMounted) return failed({ message: `${at} is not mounted` });
    return followedBy(table, [order(`mount -o remount -- ${quote(at)}`, now)], [shown('remounted')]);
  }
  if (state === 'mounted' && isMounted) {
    if (table.verdict !== 'change') return table;
    return followedBy(table, [order(`mount -o remount -- ${quote(at)}`, now)], [shown('remounted')]);
  }
  if (state === 'mounted') {
    const folders = answers.get(stat(at)) === null ? [...missingFolders(at, answers), at] : [];
    const made = folders.map((folder): Action => ({ do: 'mkdir', path: folder }));
    const line = `${args.src} ${escaped(at)} ${args.fstype} ${options(args)} 0 0\n`;
    const script =
      args.fstab === '/etc/fstab' ? `mount -- ${quote(at)}` : `mount -T ${quote(args.fstab)} -- ${quote(at)}`;
    return followedBy(table, [...made, order(script, now + line)], [...folders.map(newFolderDiff), shown('mounted')]);
  }
  if (state !== 'unmounted' && state !== 'absent') return table;
  const ended = isMounted ? followedBy(table, [order(`umount -- ${quote(at)}`, without)], [shown('unmounted')]) : table;
  if (state === 'unmounted' || answers.get(stat(at)) === null) return ended;
  const gone = { kind: 'state', subject: at, before: { state: 'directory' }, after: { state: 'absent' } } as const;
  const script = `rmdir -- ${quote(at)}`;
  return followedBy(ended, [{ do: 'tool', script, leaves: [], reach: 'host' }], [gone]);
}

function fileOf(args: MountArguments) {
  return { path: args.fstab, create: writes(args), backup: args.backup };
}

/** One line for the mount point, in the place of the one that was there. */
function edit(args: MountArguments, before: string): string {
  const fields = [args.src ?? '', args.path, args.fstype ?? '', options(args), args.dump, args.passno].map(escaped);
  const lines = linesOf(before);
  const own = lines.findLastIndex((line) => mountPoint(line) === args.path && !line.startsWith('#'));
  const isRight = own >= 0 && lines[own]?.trim().split(/\s+/).join(' ') === fields.join(' ');
  if (writes(args) && isRight) return before;
  const line = `${fields.join(' ')}\n`;
  const kept = lines.flatMap((each, index) => {
    if (mountPoint(each) !== args.path || each.startsWith('#')) return [each];
    return writes(args) && index === own ? [line] : [];
  });
  const text = kept.join('');
  if (!writes(args) || own >= 0) return text;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}`;
}

/** With `boot: no` it is not mounted when the host starts. */
function options({ opts, boot }: MountArguments): string {
  return boot || opts.split(',').includes('noauto') ? opts : `${opts},noauto`;
}

/** The second field of a line of fstab(5), where a blank is `\040`. */
function mountPoint(line: string): string | undefined {
  const field = line.trim().split(/\s+/)[1];
  return field?.replace(/\\(0\d\d|134)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}

function escaped(field: string): string {
  return field.replace(/[\\ \t\n]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
