import { z } from 'zod';
import { choice, flag, textList } from './argument-types.ts';
import type { Module } from './module.ts';
import {
  aptOptionArguments,
  aptOptions,
  aptRemoveOptions,
  dnfOptionArguments,
  dnfOptions,
  dnfRemoveOptions,
} from './package-options.ts';
import { decidePackages, type PackageManager, packagesQuestion, type WantedPackages } from './packages.ts';

const schema = z.strictObject({
  name: textList,
  state: choice(['present', 'installed', 'absent', 'removed', 'latest']).default('present'),
  use: choice(['auto', 'apt', 'dnf', 'yum', 'zypper', 'apk']).default('auto'),
  update_cache: flag.default(false),
  autoremove: flag.default(false),
  ...aptOptionArguments,
  ...dnfOptionArguments,
});

type PackageArguments = z.infer<typeof schema>;

/** Packages, by whatever the host installs packages with. */
export const packageModule: Module<PackageArguments> = {
  name: 'package',
  collection: 'ansible.builtin',
  summary: 'Installs and removes packages with what the host has for it: apt, dnf, yum, zypper or apk.',
  schema,
  aliases: { pkg: 'name' },
  example: `- name: What the playbook needs
  package:
    name: [curl, tar]
    state: present`,
  noticedByOthers: true,
  probe: (args, context) => [packagesQuestion(wantedOf(args, context.environment))],
  decide: (args, answers, context) => decidePackages(wantedOf(args, context.environment), answers),
};

function wantedOf(args: PackageArguments, environment: ReadonlyMap<string, string>): WantedPackages {
  const { name, state, use } = args;
  const by: readonly PackageManager[] =
    use === 'auto' ? ['apt-get', 'dnf', 'yum', 'zypper', 'apk'] : [use === 'apt' ? 'apt-get' : use];
  return {
    by,
    names: name.map((each) => each.trim()),
    state: wantedState(state),
    refresh: args.update_cache,
    options: { 'apt-get': aptOptions(args), ...dnfOptions(args) },
    removeOptions: { ...aptRemoveOptions(args), ...dnfRemoveOptions(args) },
    only: knownBy(args),
    environment,
  };
}

/** What the task asks for that not every manager knows, with those that do. */
function knownBy(args: PackageArguments): Readonly<Record<string, readonly PackageManager[]>> {
  const asked = Object.entries(args).filter(([name, value]) =>
    name === 'install_weak_deps' ? value === false : value !== undefined && value !== false && !isEmpty(value),
  );
  return Object.fromEntries(
    asked.flatMap(([name]): readonly [string, readonly PackageManager[]][] => {
      if (['autoremove', 'allow_downgrade'].includes(name)) return [[name, ['apt-get', 'dnf', 'yum']]];
      if (name in aptOptionArguments) return [[name, ['apt-get']]];
      return name in dnfOptionArguments ? [[name, ['dnf', 'yum']]] : [];
    }),
  );
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** What Ansible's words for a package's state mean. */
export function wantedState(state: z.infer<typeof schema>['state']): WantedPackages['state'] {
  if (state === 'installed') return 'present';
  return state === 'removed' ? 'absent' : state;
}
