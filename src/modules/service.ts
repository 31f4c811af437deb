import { z } from 'zod';
import { requiredOneOf, withRules } from './argument-rules.ts';
import { choice, flag, text } from './argument-types.ts';
import type { Module } from './module.ts';
import { decideUnit, unitName } from './unit-state.ts';

const schema = withRules(
  z.strictObject({
    name: text,
    state: choice(['started', 'stopped', 'restarted', 'reloaded']).optional(),
    enabled: flag.optional(),
    use: choice(['auto']).default('auto'),
  }),
  [requiredOneOf('state', 'enabled')],
);

type ServiceArguments = z.infer<typeof schema>;

/** A service, whatever manages services on the host: systemd, OpenRC or SysV scripts. */
export const service: Module<ServiceArguments> = {
  name: 'service',
  collection: 'ansible.builtin',
  summary: 'Starts, stops, restarts and enables a service.',
  schema,
  aliases: {},
  example: `- name: ZooKeeper runs, also after a reboot
  service:
    name: zookeeper
    state: started
    enabled: yes`,
  noticedByOthers: true,
  probe: ({ name }) => [{ ask: 'unit', name: unitName(name) }],
  decide: ({ name, state, enabled }, answers) =>
    decideUnit({ name, state, enabled, daemonReload: false }, answers.get({ ask: 'unit', name: unitName(name) })),
};
