import { z } from 'zod';
import type { OutputQuestion } from '../shell/question.ts';
import { quote } from '../shell/quote.ts';
import { requiredIf, withRules } from './argument-rules.ts';
import { choice, flag, path, text } from './argument-types.ts';
import { followedBy } from './decisions.ts';
import { linesOf } from './line-edit.ts';
import type { Module } from './module.ts';
import { editText, textQuestions } from './text-file.ts';
import { output, toolRun } from './tool.ts';

const schema = withRules(
  z.strictObject({
    name: text.refine((name) => /^[\w./*-]+$/.test(name), { message: 'the name of a kernel setting is wanted' }),
    value: text.transform((value) => value.trim()).optional(),
    state: choice(['present', 'absent']).default('present'),
    sysctl_file: path.default('/etc/sysctl.conf'),
    sysctl_set: flag.default(false),
    reload: flag.default(true),
    ignoreerrors: flag.default(false),
  }),
  [requiredIf('value', ({ state }) => state !== 'absent', 'state is present')],
);

type SysctlArguments = z.infer<typeof schema>;

/** A setting of the kernel. */
export const sysctl: Module<SysctlArguments> = {
  name: 'sysctl',
  collection: 'ansible.posix',
  summary: 'Keeps a setting of the kernel in a file, and puts it into effect.',
  schema,
  aliases: { key: 'name', val: 'value' },
  example: `- name: Kafka maps many files
  sysctl:
    name: vm.max_map_count
    value: "262144"
    sysctl_set: yes`,
  noticedByOthers: false,
  probe: (args) => [...textQuestions(fileOf(args)), ...(args.sysctl_set ? [inEffect(args)] : [])],
  decide(args, answers, context) {
    const { name, value = '', state, sysctl_file, sysctl_set, reload, ignoreerrors } = args;
    const file = editText(fileOf(args), answers, context, (before) => ({
      text: edit(args, before),
      result: { msg: '' },
    }));
    const question = inEffect(args);
    const errors = ignoreerrors ? '-e ' : '';
    const after = { asked: question, becomes: state === 'present' ? `${value}\n` : '' };
    if (state === 'present' && sysctl_set) {
      const now = answers.get(question).stdout;
      if (same(now, value)) return file;
      const script = `sysctl ${errors}-w ${quote(`${name}=${value}`)}`;
      const diff = {
        kind: 'state',
        subject: `sysctl ${name}`,
        before: { value: now.trim() },
        after: { value },
      } as const;
      return followedBy(file, [toolRun({ script, ...after })], [diff]);
    }
    if (file.verdict !== 'change' || !reload) return file;
    const note = { kind: 'note', text: `reads ${sysctl_file} again` } as const;
    return followedBy(file, [toolRun({ script: `sysctl ${errors}-p ${quote(sysctl_file)}`, ...after })], [note]);
  },
};

function fileOf({ sysctl_file, state }: SysctlArguments) {
  return { path: sysctl_file, create: state === 'present', backup: false };
}

function inEffect({ name }: SysctlArguments): OutputQuestion {
  return output(`kernel setting ${name}`, `sysctl -n ${quote(name)}`);
}

/** The first line of the setting takes the value, all others of it go. */
function edit({ name, value = '', state }: SysctlArguments, before: string): string {
  const lines = linesOf(before);
  const isOwn = (line: string) => keyOf(line) === name.replaceAll('/', '.');
  const first = lines.findIndex(isOwn);
  const kept = lines.flatMap((line, index) => {
    if (!isOwn(line)) return [line];
    if (state === 'absent' || index !== first) return [];
    return same(line.slice(line.indexOf('=') + 1), value) ? [line] : [`${name}=${value}\n`];
  });
  if (state === 'absent' || first >= 0) return kept.join('');
  const text = kept.join('');
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${name}=${value}\n`;
}

function keyOf(line: string): string | undefined {
  return /^\s*-?\s*([^#;=\s][^=]*?)\s*=/.exec(line)?.[1]?.replaceAll('/', '.');
}

/** Several numbers stand apart by any blanks. */
function same(left: string, right: string): boolean {
  const bare = (text: string) => text.trim().replace(/\s+/g, ' ');
  return bare(left) === bare(right);
}
