import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import { localFacts, localFactsScript } from '../shell/facts-local.ts';
import type { OutputQuestion } from '../shell/question.ts';
import { flag, integer, path, textList } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import { valueOfJson } from './json-value.ts';
import type { Module } from './module.ts';
import { globPattern } from './name-pattern.ts';
import { withoutSlash } from './paths.ts';

const schema = z.strictObject({
  filter: textList.default([]),
  gather_subset: textList.default(['all']),
  gather_timeout: integer.default(10),
  fact_path: path.optional(),
  parallel: flag.optional(),
});

/** The facts of the host. */
export const setup: Module<z.infer<typeof schema>> = {
  name: 'setup',
  collection: 'ansible.builtin',
  summary: 'Tells the facts of the host; a play that mentions one needs no such task.',
  schema,
  aliases: {},
  example: `- name: Memory and distribution
  setup:
    filter: [ansible_memtotal_mb, 'ansible_distribution*']`,
  noticedByOthers: false,
  neverChanges: true,
  probe: ({ fact_path }) => [{ ask: 'facts' }, ...(fact_path === undefined ? [] : [ownFacts(fact_path)])],
  decide({ filter, fact_path }, answers) {
    const patterns = filter.filter((each) => each !== '').map((each) => globPattern(each, '.'));
    const facts = new Map<Value, Value>();
    const all = new Map(answers.get({ ask: 'facts' }));
    if (fact_path !== undefined) all.set('local', localFacts(answers.get(ownFacts(fact_path)).stdout));
    for (const [name, value] of all) {
      const full = unprefixed.includes(name) ? name : `ansible_${name}`;
      const isWanted = patterns.length === 0 || patterns.some((each) => each.test(full) || each.test(name));
      if (isWanted) facts.set(full, valueOfJson(value));
    }
    return unchanged({ ansible_facts: facts });
  },
};

/** Facts about the facts. */
const unprefixed = ['gather_subset', 'module_setup'];

function ownFacts(folder: string): OutputQuestion {
  return { ask: 'output', about: 'facts of a folder', script: localFactsScript(withoutSlash(folder)), reads: [folder] };
}
