import { z } from 'zod';
import { path, text } from './argument-types.ts';
import type { Module } from './module.ts';
import { fields } from './results.ts';
import { decideProgram } from './run-program.ts';

const schema = z.strictObject({ cmd: text, executable: path.default('/bin/sh') });

/** A line of shell, as it is. */
export const raw: Module<z.infer<typeof schema>> = {
  name: 'raw',
  collection: 'ansible.builtin',
  summary: 'Runs a command line on the host through its shell, with nothing around it.',
  schema,
  aliases: {},
  freeForm: 'cmd',
  example: `- name: What the host is
  raw: uname -a
  changed_when: false`,
  noticedByOthers: true,
  probe: () => [],
  decide({ cmd, executable }, answers, context) {
    const args = { stdin_add_newline: false, strip_empty_ends: false };
    const decision = decideProgram(args, { kind: 'shell', script: cmd, executable }, cmd, answers, context);
    return { ...decision, checked: fields({ skipped: true }) };
  },
};
