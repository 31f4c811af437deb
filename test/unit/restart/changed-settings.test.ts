import { expect, it } from 'vitest';
import { valueProblem } from '../../../src/kafka/lint/value-problem.ts';
import type { SettingChange } from '../../../src/kafka/setting-changes.ts';
import { loadKafkaCatalogue } from '../../../src/kafka/settings/catalogue.ts';
import { forbiddenChanges } from '../../../src/restart/changed-settings.ts';

const change = (name: string, from: string, to: string, reach: SettingChange['reach']): SettingChange => {
  return { name, from, to, reach, overridden: false };
};

it('knows values that no broker takes, of whichever version', async () => {
  const catalogue = await loadKafkaCatalogue();
  const problem = (name: string, value: string) => valueProblem(name, value, catalogue);
  expect(problem('num.io.threads', 'twelve')).toBe('twelve is not a whole number');
  expect(problem('message.max.bytes', '2 MB')).toContain('2 MB is not a whole number');
  expect(problem('zookeeper.connection.timeout.ms', '18s')).toContain('18s is not a whole number');
  expect(problem('num.io.threads', '12')).toBeUndefined();
  expect(problem('no.such.setting', 'x')).toBeUndefined();
});

it('refuses them, and what must not be changed, and nothing else', () => {
  const changes = [
    change('num.io.threads', '8', 'twelve', 'live'),
    change('broker.id', '1', '2', 'forbidden'),
    change('log.retention.hours', '1', '2', 'live'),
  ];
  const wrong = new Map([['num.io.threads', 'twelve is not a whole number']]);
  expect(forbiddenChanges('s1', { changes, wrong, uncomparable: [] })).toEqual([
    {
      message: 's1: num.io.threads: twelve is not a whole number; the broker would not start',
      hint: 'set num.io.threads back to 8',
    },
    { message: expect.stringContaining('s1: broker.id'), hint: 'set broker.id back to 1' },
  ]);
});
