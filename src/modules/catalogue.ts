import type { ModuleCatalogue } from '../config/play.ts';
import { argumentNames } from './arguments.ts';
import type { Module } from './module.ts';

/** Ansible's collections whose names an own module may be written under. */
const ansibleCollections = ['ansible.builtin', 'ansible.legacy'];

/** What Ansible 2.19 leads on to another name; `gather_facts` does what `setup` does. */
const redirected = { systemd_service: 'systemd', yum: 'dnf', dnf5: 'dnf', gather_facts: 'setup' };

/**
 * What the loader has to know of the modules: their names, and the arguments of each with their aliases.
 * @param otherNames names beside a module's own
 */
export function moduleCatalogue(
  modules: Readonly<Record<string, Module>>,
  otherNames: Readonly<Record<string, string>> = redirected,
): ModuleCatalogue {
  return {
    names: Object.keys(modules).sort(),
    collections: [
      ...new Set([...ansibleCollections, ...Object.values(modules).map(({ collection }) => collection)]),
    ].filter((collection) => collection !== 'brokkr'),
    canonicalName(name) {
      const [, collection, short = name] = /^(\w+\.\w+)\.(\w+)$/.exec(name) ?? [];
      const canonical = Object.hasOwn(otherNames, short) ? (otherNames[short] ?? short) : short;
      const module = Object.hasOwn(modules, canonical) ? modules[canonical] : undefined;
      if (module === undefined) return undefined;
      const collections = module.collection === 'brokkr' ? [] : [module.collection, ...ansibleCollections];
      return collection === undefined || collections.includes(collection) ? canonical : undefined;
    },
    describe(canonicalName) {
      const module = modules[canonicalName];
      if (module === undefined) throw new TypeError(`there is no module ${canonicalName}`);
      const { names, open } = argumentNames(module);
      return { arguments: [...names, ...Object.keys(module.aliases)], freeForm: module.freeForm !== undefined, open };
    },
  };
}
