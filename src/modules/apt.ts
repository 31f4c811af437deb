import { z } from 'zod';
import { decideCache, decideUpgrade, listsQuestion, upgradeQuestion } from './apt-lists.ts';
import { withRules } from './argument-rules.ts';
import { choice, flag, integer, textList } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import type { Answers, Module } from './module.ts';
import { wantedState } from './package.ts';
import { aptOptionArguments, aptOptions, aptRemoveOptions } from './package-options.ts';
import { decidePackages, packagesQuestion, type WantedPackages } from './packages.ts';

const schema = withRules(
  z.strictObject({
    name: textList.transform((names) => names.map((name) => name.trim()).filter((name) => name !== '')).optional(),
    state: choice(['present', 'installed', 'absent', 'removed', 'latest']).default('present'),
    update_cache: flag.optional(),
    cache_valid_time: integer.default(0),
    upgrade: choice(['no', 'False', 'yes', 'True', 'safe', 'full', 'dist']).default('no'),
    ...aptOptionArguments,
    autoremove: flag.default(false),
    lock_timeout: integer.default(60),
    force_apt_get: flag.default(true),
  }),
  [
    ({ name, update_cache, cache_valid_time, upgrade }) =>
      name === undefined && update_cache !== true && !isUpgrade(String(upgrade)) && !(Number(cache_valid_time) > 0)
        ? { message: 'one of name, update_cache, upgrade is required' }
        : undefined,
    ({ name, upgrade }) =>
      name !== undefined && isUpgrade(String(upgrade))
        ? { name: 'upgrade', message: 'it upgrades all packages, so it goes without name' }
        : undefined,
  ],
);

export type AptArguments = z.infer<typeof schema>;

/** Packages of Debian and its kin. */
export const apt: Module<AptArguments> = {
  name: 'apt',
  collection: 'ansible.builtin',
  summary: 'Installs, removes and upgrades packages with apt.',
  schema,
  aliases: {
    package: 'name',
    pkg: 'name',
    'update-cache': 'update_cache',
    'default-release': 'default_release',
    'install-recommends': 'install_recommends',
    'allow-downgrade': 'allow_downgrade',
    allow_downgrades: 'allow_downgrade',
    'allow-downgrades': 'allow_downgrade',
    'allow-unauthenticated': 'allow_unauthenticated',
  },
  example: `- name: Java
  apt:
    name: openjdk-17-jre-headless
    update_cache: yes
    cache_valid_time: 86400`,
  noticedByOthers: true,
  probe(args, context) {
    if (args.name !== undefined) return [packagesQuestion(wantedOf(args, args.name, true, context.environment))];
    return isUpgrade(args.upgrade) ? [upgradeQuestion(args.upgrade)] : [listsQuestion];
  },
  decide(args, answers, context) {
    if (args.name === undefined) {
      return isUpgrade(args.upgrade)
        ? decideUpgrade(args.upgrade, refreshes(args, answers), answers)
        : decideCache(args.cache_valid_time, answers);
    }
    if (args.name.length === 0) return unchanged();
    const found = wantedOf(args, args.name, false, context.environment);
    const decision = decidePackages(found, answers);
    if (decision.verdict !== 'change' || !refreshes(args, answers)) return decision;
    return decidePackages({ ...found, refresh: true }, answers);
  },
};

/** The lists are read again when that is asked for and they are older than they may be. */
function refreshes({ update_cache, cache_valid_time }: AptArguments, answers: Answers): boolean {
  if (update_cache === undefined && cache_valid_time === 0) return false;
  return update_cache !== false && Number(answers.get(listsQuestion).stdout) >= cache_valid_time;
}

function wantedOf(
  args: AptArguments,
  names: readonly string[],
  refresh: boolean,
  environment: ReadonlyMap<string, string>,
): WantedPackages {
  const options = [...aptOptions(args), '-o', `DPkg::Lock::Timeout=${args.lock_timeout}`];
  const removeOptions = aptRemoveOptions(args);
  const state = wantedState(args.state);
  return { by: ['apt-get'], names, state, refresh, options: { 'apt-get': options }, removeOptions, environment };
}

function isUpgrade(upgrade: string): boolean {
  return !['no', 'False', 'undefined'].includes(upgrade);
}
