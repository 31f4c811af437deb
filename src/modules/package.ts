import { z } from 'zod';
import { choice, textList } from './argument-types.ts';
import type { Module } from './module.ts';
import { decidePackages, type PackageManager, packagesQuestion, type WantedPackages } from './packages.ts';

const schema = z.strictObject({
  name: textList,
  state: choice(['present', 'installed', 'absent', 'removed', 'latest']).default('present'),
  use: choice(['auto', 'apt', 'dnf', 'yum', 'zypper', 'apk']).default('auto'),
});

type PackageArguments = z.infer<typeof schema>;

/** Packages, by whatever the host installs packages with. */
export const packageModule: Module<PackageArguments> = {
  name: 'package',
  collection: 'ansible.builtin',
  summary: 'Installs and removes packages with what the host has for it: apt, dnf, yum, zypper or apk.',
  schema,
  aliases: {},
  example: `- name: What the playbook needs
  package:
    name: [curl, tar]
    state: present`,
  noticedByOthers: true,
  probe: (args, context) => [packagesQuestion(wantedOf(args, context.environment))],
  decide: (args, answers, context) => decidePackages(wantedOf(args, context.environment), answers),
};

function wantedOf({ name, state, use }: PackageArguments, environment: ReadonlyMap<string, string>): WantedPackages {
  const by: readonly PackageManager[] =
    use === 'auto' ? ['apt-get', 'dnf', 'yum', 'zypper', 'apk'] : [use === 'apt' ? 'apt-get' : use];
  return {
    by,
    names: name.map((each) => each.trim()),
    state: wantedState(state),
    refresh: false,
    options: {},
    environment,
  };
}

/** What Ansible's words for a package's state mean. */
export function wantedState(state: z.infer<typeof schema>['state']): WantedPackages['state'] {
  if (state === 'installed') return 'present';
  return state === 'removed' ? 'absent' : state;
}
