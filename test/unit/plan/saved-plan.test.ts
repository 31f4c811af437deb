import { expect, test } from 'vitest';
import { planDifferences, type SavedPlan } from '../../../src/plan/saved-plan.ts';

type Tasks = SavedPlan['hosts'][string];

const tasksOf = (count: number, digest: string, verdict: Tasks[number]['verdict'] = 'change'): Tasks =>
  Array.from({ length: count }, (_, index) => ({
    task: `task ${index}`,
    file: 'site.yml',
    line: index + 1,
    module: 'copy',
    verdict,
    digest,
  }));

test('the same plan differs in nothing', () => {
  const plan = { s1: tasksOf(3, 'a'), s2: tasksOf(3, 'a') };
  expect(planDifferences(plan, structuredClone(plan))).toEqual([]);
});

test('a difference is told once, with all its hosts', () => {
  const before = { s1: tasksOf(1, 'a'), s2: tasksOf(1, 'a'), s3: tasksOf(1, 'a') };
  expect(planDifferences(before, { s1: tasksOf(1, 'b'), s2: tasksOf(1, 'b', 'unchanged'), s4: [] })).toEqual([
    's1: task 0 (site.yml:1) would do something else',
    's2: task 0 (site.yml:1) was: change, is now: unchanged',
    's3: is not reached, or no longer part of it',
    's4: was not part of the plan',
  ]);
  expect(planDifferences({ s1: [], s2: [] }, { s1: tasksOf(2, 'a'), s2: tasksOf(2, 'a') })).toEqual([
    's1 s2: there are 2 tasks, there were 0',
  ]);
});

test('of many differences, the first are told and how many there are more', () => {
  const differences = planDifferences({ s1: tasksOf(14, 'a') }, { s1: tasksOf(14, 'b') });
  expect(differences).toHaveLength(11);
  expect(differences.at(-1)).toBe('and 4 more');
});
