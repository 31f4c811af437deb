import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import { quote } from '../shell/quote.ts';
import { choice, text } from './argument-types.ts';
import { followedBy } from './decisions.ts';
import type { Module } from './module.ts';
import { editText, textQuestions } from './text-file.ts';
import { output, toolRun } from './tool.ts';

const schema = z.strictObject({
  name: text.refine((name) => /^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/.test(name), {
    message: 'letters, digits, dots and dashes, 64 at most, are wanted',
  }),
  use: choice(['auto', 'debian', 'generic', 'redhat', 'systemd', 'alpine', 'sles']).default('auto'),
});

const question = output('host name', 'uname -n');
const file = { path: '/etc/hostname', create: true, backup: false };

/** The host's own name. */
export const hostname: Module<z.infer<typeof schema>> = {
  name: 'hostname',
  collection: 'ansible.builtin',
  summary: 'Gives the host its name, now and after a restart.',
  schema,
  aliases: {},
  example: `- name: Called as in the inventory
  hostname:
    name: "{{ inventory_hostname }}"`,
  noticedByOthers: false,
  probe: () => [question, ...textQuestions(file)],
  decide({ name }, answers, context) {
    const now = answers.get(question).stdout.trim();
    const [short = name, ...domain] = name.split('.');
    const facts = new Map<Value, Value>([
      ['ansible_hostname', short],
      ['ansible_nodename', name],
      ['ansible_fqdn', name],
      ['ansible_domain', domain.join('.')],
    ]);
    const kept = editText(file, answers, context, (before) => ({
      text: before.trim() === name ? before : `${name}\n`,
      result: { name, ansible_facts: facts },
    }));
    if (now === name) return kept;
    const script = `hostnamectl set-hostname -- ${quote(name)} 2>/dev/null || hostname ${quote(name)}`;
    const diff = { kind: 'state', subject: 'host name', before: { name: now }, after: { name } } as const;
    return followedBy(kept, [toolRun({ script, asked: question, becomes: `${name}\n` })], [diff]);
  },
};
