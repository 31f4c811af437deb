import { expect, it } from 'vitest';
import { minIsrProblems } from '../../../src/kafka/lint/min-isr.ts';
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
  const wrong = new Map([['num.io.threads', 'twelve is not a whole number; the broker would not start']]);
  const settings = { changes, wrong, uncomparable: [] };
  const other = { ...settings, changes: [...changes.slice(0, 1), change('broker.id', '2', '3', 'forbidden')] };
  expect(
    forbiddenChanges(
      new Map([
        ['s1', settings],
        ['s2', other],
      ]),
    ),
  ).toEqual([
    {
      message: 's1, s2: num.io.threads: twelve is not a whole number; the broker would not start',
      hint: 'set num.io.threads back to 8',
    },
    { message: expect.stringContaining('s1: broker.id'), hint: 'set broker.id back to 1' },
    { message: expect.stringContaining('s2: broker.id'), hint: 'set broker.id back to 2' },
  ]);
});

it('knows changes with which nobody could write', () => {
  const inEffect = new Map([
    ['min.insync.replicas', '2'],
    ['default.replication.factor', '3'],
    ['transaction.state.log.min.isr', '2'],
    ['transaction.state.log.replication.factor', '3'],
  ]);
  const problems = (changes: Readonly<Record<string, string | undefined>>) => {
    const given = Object.entries(changes).map(([name, to]) => ({ ...change(name, '', '', 'live'), to }));
    return [...minIsrProblems(given, (name) => changes[name] ?? inEffect.get(name)).keys()];
  };
  expect(problems({ 'min.insync.replicas': '4', 'transaction.state.log.min.isr': '4' })).toEqual([
    'min.insync.replicas',
    'transaction.state.log.min.isr',
  ]);
  expect(problems({ 'default.replication.factor': '1' })).toEqual(['default.replication.factor']);
  expect(problems({ 'default.replication.factor': '1', 'min.insync.replicas': '1' })).toEqual([]);
  expect(problems({ 'default.replication.factor': '1', 'min.insync.replicas': undefined })).toEqual([]);
  expect(problems({ 'min.insync.replicas': '3' })).toEqual([]);
  inEffect.set('min.insync.replicas', '4');
  expect(problems({ 'log.retention.hours': '1' })).toEqual([]);
});
