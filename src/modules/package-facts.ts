import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import { choice, textList } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import type { Module } from './module.ts';
import { fields } from './results.ts';
import { output } from './tool.ts';

const schema = z.strictObject({
  manager: textList.default(['auto']),
  strategy: choice(['first', 'all']).default('first'),
});

const question = output(
  'package list',
  `if command -v dpkg-query >/dev/null; then echo apt; dpkg-query -W -f '\${db:Status-Status}|\${Package}|\${Version}|\${Architecture}|\${Section}\\n' | sed -n 's/^installed|//p'`,
  "elif command -v rpm >/dev/null; then echo rpm; rpm -qa --qf '%{NAME}|%{VERSION}|%{ARCH}|%{RELEASE}|%{EPOCH}\\n'",
  "elif command -v apk >/dev/null; then echo apk; apk info -v | sed 's/^\\(.*\\)-\\([^-]*\\)-r\\([^-]*\\)$/\\1|\\2||r\\3/'; fi",
);

/** The packages of the host, as a fact. */
export const packageFacts: Module<z.infer<typeof schema>> = {
  name: 'package_facts',
  collection: 'ansible.builtin',
  summary: 'Tells the packages that are installed, in the fact packages.',
  schema,
  aliases: {},
  example: `- name: Which packages there are
  package_facts:
- name: Java is one of them
  assert:
    that: "'openjdk-17-jre-headless' in ansible_facts.packages"`,
  noticedByOthers: false,
  neverChanges: true,
  factsSet: () => ['packages'],
  probe: () => [question],
  decide({ manager }, answers) {
    const [source = '', ...lines] = answers.get(question).stdout.trimEnd().split('\n');
    const isWanted =
      manager.includes('auto') || manager.includes(source) || (source === 'rpm' && manager.includes('dnf'));
    if (source === '' || !isWanted) {
      return failed({
        message: `Could not detect a supported package manager from the following list: ${manager.join(', ')}`,
      });
    }
    const packages = new Map<Value, Value[]>();
    for (const line of lines) {
      const [name = '', version = '', arch = '', ...rest] = line.split('|');
      const own = { name, version, arch: arch === '' ? undefined : arch, ...detailsOf(source, rest), source };
      packages.set(name, [...(packages.get(name) ?? []), new Map<Value, Value>(fields(own))]);
    }
    return unchanged({ ansible_facts: new Map([['packages', new Map<Value, Value>(packages)]]) });
  },
};

function detailsOf(source: string, [first = '', epoch = '']: readonly string[]) {
  if (source === 'apt') return { category: first };
  return { release: first, ...(source === 'rpm' ? { epoch: /^\d+$/.test(epoch) ? Number(epoch) : null } : {}) };
}
