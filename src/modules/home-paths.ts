import { posix } from 'node:path';
import type { Answers, Module } from './module.ts';

/**
 * The module with `~`, `~user` and `$HOME` in the named arguments expanded to home directories of the host, as Ansible
 * expands its path arguments there.
 */
export function expandHome<Args extends object>(names: readonly (keyof Args)[], module: Module<Args>): Module<Args> {
  // Arguments without templates are the same object on every host.
  const known = new WeakMap<Args, Args>();
  const normal = (args: Args): Args => {
    const normalized = known.get(args) ?? normalize(args, names);
    known.set(args, normalized);
    return normalized;
  };
  const wantHome = (args: Args): boolean => names.some((name) => needsHome(args[name]));
  return {
    ...module,
    probe: (args, context) => (wantHome(args) ? [{ ask: 'identity' }] : module.probe(normal(args), context)),
    decide: (args, answers, context) =>
      module.decide(wantHome(args) ? expandAll(args, names, answers) : normal(args), answers, context),
  };
}

const homePattern = /^~[^/]*|\$(?:HOME\b|\{HOME\})/;

function needsHome(value: unknown): value is string {
  return typeof value === 'string' && homePattern.test(value);
}

function expandAll<Args extends object>(args: Args, names: readonly (keyof Args)[], answers: Answers): Args {
  const expanded = { ...args };
  for (const name of names) {
    const value = args[name];
    if (needsHome(value)) Object.assign(expanded, { [name]: expand(value, answers) });
  }
  return normalize(expanded, names);
}

function expand(path: string, answers: Answers): string {
  return path.replace(homePattern, (place) => {
    if (place === '~' || place.startsWith('$')) return answers.get({ ask: 'identity' }).home;
    return answers.get({ ask: 'passwd', name: place.slice(1) })?.home ?? place;
  });
}

/**
 * Double slashes and dots are removed, so that equal paths are equal text. A slash at the end has a meaning and stays; so
 * does `src`, which a link holds as it was written.
 */
function normalize<Args extends object>(args: Args, names: readonly (keyof Args)[]): Args {
  const normal = { ...args };
  for (const name of names) {
    const value: unknown = args[name];
    if (name !== 'src' && typeof value === 'string' && value.startsWith('/'))
      Object.assign(normal, { [name]: posix.normalize(value) });
  }
  return normal;
}
