import { expect, it } from 'vitest';
import type { Roll } from '../../../src/restart/drive.ts';
import type { Journal } from '../../../src/restart/journal.ts';
import { unfinishedText } from '../../../src/restart/prospect.ts';
import { timesText, turnText } from '../../../src/restart/roll-text.ts';

const of = (gate: number, stop: number, start: number, back: number) =>
  new Map([
    ['gate', gate],
    ['stop', stop],
    ['start', start],
    ['return', back],
  ] as const);

it('the times of a roll add up: what comes after the last server is no gate', () => {
  const roll: Roll = {
    ...{ ending: { result: 'finished' }, done: ['s2', 's1'], waiting: [], total: 30_500 },
    times: new Map([
      ['s2', of(4200, 4500, 100, 3300)],
      ['s1', of(4100, 3000, 100, 3200)],
    ]),
    spent: new Map([...of(8300, 7500, 200, 6500), ['finish', 7600], ['next', 400]]),
  };
  expect(timesText('Kafka', roll)).toEqual([
    'Kafka on s2: gate 4.2 s, stop 4.5 s, start 0.1 s, until in step 3.3 s',
    'Kafka on s1: gate 4.1 s, stop 3.0 s, start 0.1 s, until in step 3.2 s',
    'Kafka: 2 servers restarted in 30.5 s: the servers themselves 14.2 s, the gates 8.3 s, until the whole cluster was well again 7.6 s, who goes next, and what lies between 0.4 s',
  ]);
  expect(timesText('Kafka', { ...roll, done: [] })).toEqual([]);
});

it('a dry run says whose turn it is, and why not', () => {
  const notes = ['it is the controller: its turn is the last'];
  expect(turnText(1, 3, { reasons: [], notes: [], why: undefined })).toBe('1 of 3; may be stopped now');
  expect(turnText(3, 3, { reasons: [], notes, why: 'owed: Restart Kafka' })).toBe(
    '3 of 3; may be stopped now; it is the controller: its turn is the last; owed: Restart Kafka',
  );
  expect(turnText(2, 3, { reasons: ['broker 3 is not registered'], notes: [], why: undefined })).toBe(
    '2 of 3; broker 3 is not registered',
  );
});

it('a roll that did not finish is told without words of its own machinery', () => {
  const journal: Journal = {
    ...{ version: 1, run: 'abc', cluster: 'kafka', startedAt: '2026-01-01T00:00:00Z', hosts: { s1: 1 } },
    ...{ current: { hosts: ['s1'], doing: 'return' }, ended: 'interrupted' },
  };
  expect(unfinishedText(journal)).toContain('did not finish (s1: coming back); this begins anew');
});
