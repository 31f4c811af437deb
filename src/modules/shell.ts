import { z } from 'zod';
import { flag, path, text } from './argument-types.ts';
import { expandHome } from './home-paths.ts';
import type { Module } from './module.ts';
import { decideProgram, guardQuestions } from './run-program.ts';

const schema = z.strictObject({
  cmd: text,
  executable: path.default('/bin/sh'),
  chdir: path.optional(),
  creates: path.optional(),
  removes: path.optional(),
  stdin: text.optional(),
  stdin_add_newline: flag.default(true),
  strip_empty_ends: flag.default(true),
});

type ShellArguments = z.infer<typeof schema>;

/** A line of shell. */
export const shell: Module<ShellArguments> = expandHome(['chdir', 'creates', 'removes', 'executable'], {
  name: 'shell',
  collection: 'ansible.builtin',
  summary: 'Runs a command line on the host through its shell.',
  schema,
  aliases: {},
  freeForm: 'cmd',
  example: `- name: How full the disk is
  shell: df -P /var/lib/kafka | tail -n 1
  register: disk
  changed_when: false`,
  noticedByOthers: true,
  probe: (args) => guardQuestions(args),
  decide: (args, answers, context) =>
    decideProgram(args, { kind: 'shell', script: args.cmd, executable: args.executable }, args.cmd, answers, context),
});
