import { z } from 'zod';
import { choice, flag, textList } from './argument-types.ts';
import type { Module } from './module.ts';
import { wantedState } from './package.ts';
import { dnfOptionArguments, dnfOptions, dnfRemoveOptions } from './package-options.ts';
import { decidePackages, packagesQuestion, type WantedPackages } from './packages.ts';

const schema = z.strictObject({
  name: textList,
  state: choice(['present', 'installed', 'absent', 'removed', 'latest']).default('present'),
  update_cache: flag.default(false),
  ...dnfOptionArguments,
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
  return {
    by: ['dnf', 'yum'],
    names: args.name.map((name) => name.trim()),
    state: wantedState(args.state),
    refresh: args.update_cache,
    options: dnfOptions(args),
    removeOptions: dnfRemoveOptions(args),
    environment,
  };
}
