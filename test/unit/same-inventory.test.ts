import { expect, it } from 'vitest';
import { sameInventory, samePlan, sameVariables } from '../../src/same-inventory.ts';

const all = { inventory: [], tags: [], skipTags: [] };

it('repeats what narrows or changes a plan, so that it can be pasted', () => {
  const narrowed = {
    inventory: ['inventory/lab.yml', 'my hosts.yml'],
    limit: 's1,!s2',
    tags: ['config', 'start'],
    skipTags: ['slow'],
    startAtTask: 'Start it',
  };
  expect(samePlan('other/site.yml', narrowed)).toBe(
    " -i inventory/lab.yml -i 'my hosts.yml' -l 's1,!s2' -t config,start --skip-tags slow --start-at-task 'Start it' other/site.yml",
  );
});

it('names neither the usual playbook nor the folder one stands in', () => {
  expect(samePlan('playbooks/site.yml', all)).toBe('');
  expect(sameInventory({ inventory: [`${process.cwd()}/inventory/lab.yml`, 's1,'] })).toBe(
    ' -i inventory/lab.yml -i s1,',
  );
});

it('says on a line of its own that variables are not repeated', () => {
  expect(sameVariables(0)).toBe('');
  expect(sameVariables(2)).toMatch(/^\n {2}and give it the same -e/);
});
