import { z } from 'zod';
import { flag, text, textList } from './argument-types.ts';

/** Arguments of `apt` that apt-get(8) gets as options. */
export const aptOptionArguments = {
  default_release: text.optional(),
  install_recommends: flag.optional(),
  only_upgrade: flag.default(false),
  allow_downgrade: flag.default(false),
  allow_unauthenticated: flag.default(false),
  allow_change_held_packages: flag.default(false),
  purge: flag.default(false),
};

/** Arguments of `dnf` that dnf(8) and yum(8) get as options. */
export const dnfOptionArguments = {
  enablerepo: textList.default([]),
  disablerepo: textList.default([]),
  exclude: textList.default([]),
  disable_gpg_check: flag.default(false),
  allowerasing: flag.default(false),
  nobest: flag.default(false),
  skip_broken: flag.default(false),
  install_weak_deps: flag.default(true),
};

const apt = z.object(aptOptionArguments);
const dnf = z.object(dnfOptionArguments);

/** The options of apt-get(8) for an installation. */
export function aptOptions(args: z.infer<typeof apt>): readonly string[] {
  return [
    ...(args.default_release === undefined ? [] : ['-t', args.default_release]),
    ...(args.install_recommends === undefined
      ? []
      : ['-o', `APT::Install-Recommends=${args.install_recommends ? 'yes' : 'no'}`]),
    ...(args.only_upgrade ? ['--only-upgrade'] : []),
    ...(args.allow_downgrade ? ['--allow-downgrades'] : []),
    ...(args.allow_unauthenticated ? ['--allow-unauthenticated'] : []),
    ...(args.allow_change_held_packages ? ['--allow-change-held-packages'] : []),
  ];
}

/** The options of apt-get(8) for a removal. */
export function aptRemoveOptions(args: { readonly purge: boolean; readonly autoremove: boolean }) {
  return { 'apt-get': [...(args.purge ? ['--purge'] : []), ...(args.autoremove ? ['--auto-remove'] : [])] };
}

/** The options of dnf(8) and of yum(8). */
export function dnfOptions(args: z.infer<typeof dnf>) {
  const yum = [
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
  return { dnf: [...yum, ...own], yum };
}

/** dnf(8) removes what nothing needs any more unless it is told otherwise. */
export function dnfRemoveOptions({ autoremove }: { readonly autoremove: boolean }) {
  const dnf = autoremove ? [] : ['--setopt=clean_requirements_on_remove=False'];
  return { dnf, yum: dnf };
}
