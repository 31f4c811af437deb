import { describe, expect, it } from 'vitest';
import {
  ansibleBuiltinModules,
  instead,
  type KeywordOwner,
  supportedKeywords,
  unsupportedKeywords,
  unsupportedLoopStyles,
} from '../../../../src/config/playbook/keywords.ts';
import { problemsOf } from './fixture.ts';

/** A playbook with one keyword more, in line 3 from column 5 on. */
const places: Readonly<Record<KeywordOwner, (keyword: string) => string>> = {
  play: (keyword) => `- hosts: all\n  name: x\n  ${keyword}: 1\n`,
  block: (keyword) => `- hosts: all\n  tasks:\n  - ${keyword}: 1\n    block: []\n`,
  task: (keyword) => `- hosts: all\n  tasks:\n  - ${keyword}: 1\n    debug:\n`,
  handler: (keyword) => `- hosts: all\n  handlers:\n  - ${keyword}: 1\n    debug:\n`,
};
const columns: Readonly<Record<KeywordOwner, number>> = { play: 3, block: 5, task: 5, handler: 5 };
const owners = ['play', 'block', 'task', 'handler'] as const;

/** Swaps two neighbours, as a hasty writer does. */
function misspelt(keyword: string): string {
  const at = Math.floor(keyword.length / 2);
  return `${keyword.slice(0, at - 1)}${keyword[at]}${keyword[at - 1]}${keyword.slice(at + 1)}`;
}

describe.each(owners)('a keyword of a %s', (owner) => {
  it.each(unsupportedKeywords[owner])('%s is refused at its place, with what to write instead', (keyword) => {
    const hint = instead.get(keyword);
    expect(problemsOf({ 'site.yml': places[owner](keyword) })).toBe(
      `site.yml:3:${columns[owner]}: the ${owner} keyword '${keyword}' is not supported${hint === undefined ? '' : `\n  → ${hint}`}`,
    );
  });

  const long = [...supportedKeywords[owner], ...unsupportedKeywords[owner]].filter(
    (keyword) => keyword.length > 5 && misspelt(keyword) !== keyword,
  );
  it.each(long)('%s that is misspelt is told at its place with the nearest name', (keyword) => {
    const [problem, hint] = problemsOf({ 'site.yml': places[owner](misspelt(keyword)) }).split('\n');
    expect(problem).toBe(`site.yml:3:${columns[owner]}: unknown ${owner} keyword '${misspelt(keyword)}'`);
    expect(hint).toContain(`did you mean '${keyword}'?`);
  });
});

describe('what a task cannot have', () => {
  it.each(unsupportedLoopStyles)('with_%s is refused at its place', (style) => {
    expect(problemsOf({ 'site.yml': places.task(`with_${style}`) }).split('\n')[0]).toBe(
      `site.yml:3:5: 'with_${style}' is not supported`,
    );
  });

  const known = new Set(
    'command copy debug file include_role include_tasks meta service set_fact template unarchive'.split(' '),
  );
  const others = [...ansibleBuiltinModules].filter(
    (name) => !known.has(name) && !name.startsWith('import_') && !supportedKeywords.play.includes(name),
  );
  it.each(others)('the module %s, when there is none, is refused at its place', (module) => {
    const text = `- hosts: all\n  tasks:\n  - name: x\n    ${module}: {}\n`;
    expect(problemsOf({ 'site.yml': text }).split('\n')[0]).toBe(
      `site.yml:4:5: the module '${module}' is not supported`,
    );
  });
});
