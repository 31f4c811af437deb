import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import { failed, unchanged } from './decisions.ts';
import type { Module } from './module.ts';
import { output } from './tool.ts';

const schema = z.strictObject({});

const question = output(
  'services',
  'if [ -d /run/systemd/system ]; then echo systemd',
  "systemctl list-units --no-legend --no-pager --plain --all --type service | sed 's/^/unit /'",
  "systemctl list-unit-files --no-legend --no-pager --type service | sed 's/^/file /'",
  'elif command -v rc-service >/dev/null; then echo openrc',
  'for s in $(rc-service -l); do rc-service "$s" status >/dev/null 2>&1 && a=started || a=stopped; echo "$s $a"; done',
  'elif [ -d /etc/init.d ]; then echo sysv',
  'for f in /etc/init.d/*; do [ -x "$f" ] || continue; s=$(basename "$f"); case $s in README|skeleton|rc|rcS|functions) continue ;; esac',
  '"$f" status >/dev/null 2>&1 && a=running || a=stopped; echo "$s $a"; done; fi',
);

/** The services of the host, as a fact. */
export const serviceFacts: Module<z.infer<typeof schema>> = {
  name: 'service_facts',
  collection: 'ansible.builtin',
  summary: 'Tells the services of the host, in the fact services.',
  schema,
  aliases: {},
  example: `- name: Which services there are
  service_facts:`,
  noticedByOthers: false,
  neverChanges: true,
  factsSet: () => ['services'],
  probe: () => [question],
  decide(_, answers) {
    const [manager = '', ...lines] = answers.get(question).stdout.trimEnd().split('\n');
    if (manager === '')
      return failed({ message: 'the host has neither systemd nor OpenRC nor scripts in /etc/init.d' });
    const services = manager === 'systemd' ? systemdServices(lines) : plainServices(lines, manager);
    return unchanged({ ansible_facts: new Map([['services', services]]) });
  },
};

/** Units that are loaded, then those that only have a file. */
function systemdServices(lines: readonly string[]): Map<Value, Value> {
  const services = new Map<Value, Map<Value, Value>>();
  for (const line of lines) {
    const [kind, name = '', load = '', active = '', sub = ''] = line.replace(/\u25cf/g, ' ').split(/\s+/);
    const known = services.get(name);
    if (kind === 'unit') {
      const status = load === 'not-found' || load === 'masked' ? load : active === 'failed' ? 'failed' : 'unknown';
      services.set(name, service(name, sub === 'running' ? 'running' : 'stopped', status, 'systemd'));
    } else if (known === undefined) {
      services.set(name, service(name, name.endsWith('@.service') ? 'unknown' : 'inactive', load, 'systemd'));
    } else if (known.get('status') === 'unknown') known.set('status', load);
  }
  return new Map<Value, Value>(services);
}

function plainServices(lines: readonly string[], source: string): Map<Value, Value> {
  return new Map<Value, Value>(
    lines
      .map((line) => line.split(' '))
      .map(([name = '', state = '']) => [name, service(name, state, undefined, source)] as const),
  );
}

function service(name: string, state: string, status: string | undefined, source: string): Map<Value, Value> {
  return new Map<Value, Value>([
    ['name', name],
    ['state', state],
    ...(status === undefined ? [] : ([['status', status]] as const)),
    ['source', source],
  ]);
}
