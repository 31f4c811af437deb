import { z } from 'zod';
import { type OutputQuestion, unitStatus } from '../shell/question.ts';
import { quote } from '../shell/quote.ts';
import { withRules } from './argument-rules.ts';
import { choice, flag, text } from './argument-types.ts';
import { change, failed } from './decisions.ts';
import type { Module } from './module.ts';
import { countedAsUnchanged, decideUnit, unitName } from './unit-state.ts';

const schema = withRules(
  z.strictObject({
    name: text.optional(),
    state: choice(['started', 'stopped', 'restarted', 'reloaded']).optional(),
    enabled: flag.optional(),
    masked: flag.optional(),
    daemon_reload: flag.default(false),
    scope: choice(['system', 'user', 'global']).default('system'),
  }),
  [
    ({ name, state, enabled, masked }) =>
      name === undefined && (state !== undefined || enabled !== undefined || masked !== undefined)
        ? { name: 'name', message: 'it is required with state, enabled and masked' }
        : undefined,
    ({ name, daemon_reload }) =>
      name === undefined && daemon_reload !== true ? { message: 'name or daemon_reload is required' } : undefined,
    ({ scope }) =>
      scope === 'user' || scope === 'global'
        ? { name: 'scope', message: `${scope} is not supported, only system is` }
        : undefined,
  ],
);

type SystemdArguments = z.infer<typeof schema>;

/** A unit of systemd. */
export const systemd: Module<SystemdArguments> = {
  name: 'systemd',
  collection: 'ansible.builtin',
  summary: 'Starts, stops, restarts, enables and masks units of systemd, and has it read unit files again.',
  schema,
  aliases: { service: 'name', unit: 'name', 'daemon-reload': 'daemon_reload' },
  example: `- name: The broker runs, also after a reboot
  systemd:
    name: kafka
    state: started
    enabled: yes
    daemon_reload: yes`,
  noticedByOthers: true,
  probe({ name }, { registers }) {
    if (name === undefined) return [];
    return [{ ask: 'unit', name: unitName(name) }, ...(registers ? [wholeStatus(name)] : [])];
  },
  decide({ name, state, enabled, masked, daemon_reload }, answers, { registers }) {
    if (name === undefined) {
      const diff = [{ kind: 'note', text: 'has systemd read its unit files again' }] as const;
      return countedAsUnchanged(change([{ do: 'daemon-reload' }], diff, { name: null, status: new Map() }));
    }
    const unit = answers.get({ ask: 'unit', name: unitName(name) });
    if (unit.manager !== 'systemd') {
      return failed(
        { message: 'the host has no systemd', hint: 'the service module works with what the host has' },
        { name },
      );
    }
    const properties = registers ? propertiesOf(answers.get(wholeStatus(name)).stdout) : undefined;
    return decideUnit({ name, state, enabled, masked, daemonReload: daemon_reload }, unit, properties);
  },
};

function wholeStatus(name: string): OutputQuestion {
  return { ask: 'output', about: unitStatus, script: `systemctl show --no-pager -- ${quote(unitName(name))}` };
}

/** What systemctl(1) shows, a property a line; the values of some go over several. */
function propertiesOf(shown: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  let last = '';
  for (const line of shown.trimEnd().split('\n')) {
    const [, name, value = ''] = /^([A-Z]\w*)=(.*)$/.exec(line) ?? [];
    if (name === undefined) properties.set(last, `${properties.get(last) ?? ''}\n${line}`);
    else properties.set(name, value);
    last = name ?? last;
  }
  return properties;
}
