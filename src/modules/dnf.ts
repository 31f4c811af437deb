import { z } from 'zod';
import { choice, flag, textList } from './argument-types.ts';
import type { Module } from './module.ts';
import { wantedState } from './package.ts';
import { decidePackages, packagesQuestion, type WantedPackages } from './packages.ts';

const schema = z.strictObject({
  name: textList,
  state: choice(['present', 'installed', 'absent', 'removed', 'latest']).default('present'),
  enablerepo: textList.default([]),
  disablerepo: textList.default([]),
  exclude: textList.default([]),
  update_cache: flag.default(false),
  disable_gpg_check: flag.default(false),
  allowerasing: flag.default(false),
  nobest: flag.default(false),
  skip_broken: flag.default(false),
  install_weak_deps: flag.default(true),
  autoremove: flag.default(false),
});

type DnfArguments = z.infer<typeof schema>;

/** Packages of Fedora, Red Hat and their kin. */
export const dnf: Module<DnfArguments> = {
  name: 'dnf',
  collection: 'ansible.builtin',
  summary: 'Installs and removes packages with dnf, or with yum where there is no dnf.',
  schema,
  aliases: { pkg: 'name', 'expire-cache': 'update_cache' },
  example: `- name: Java
  dnf:
    name: java-17-openjdk-headless
    state: present`,
  noticedByOthers: true,
  probe: (args, context) => [packagesQuestion(wantedOf(args, context.environment))],
  decide: (args, answers, context) => decidePackages(wantedOf(args, context.environment), answers),
};

function wantedOf(args: DnfArguments, environment: ReadonlyMap<string, string>): WantedPackages {
  const common = [
    ...args.enablerepo.map((repository) => `--enablerepo=${repository}`),
    ...args.disablerepo.map((repository) => `--disablerepo=${repository}`),
    ...args.exclude.map((name) => `--exclude=${name}`),
    ...(args.disable_gpg_check ? ['--nogpgcheck'] : []),
    ...(args.skip_broken ? ['--skip-broken'] : []),
  ];
  const own = [
    ...(args.allowerasing ? ['--allowerasing'] : []),
    ...(args.nobest ? ['--nobest'] : []),
    ...(args.install_weak_deps ? [] : ['--setopt=install_weak_deps=False']),
  ];
  return {
    by: ['dnf', 'yum'],
    names: args.name.map((name) => name.trim()),
    state: wantedState(args.state),
    refresh: args.update_cache,
    options: { dnf: [...common, ...own], yum: common },
    removeOptions: args.autoremove ? [] : ['--setopt=clean_requirements_on_remove=False'],
    environment,
  };
}
