import { expect, it } from 'vitest';
import { AnswersWanted, Known, RecordedAnswers } from '../../../src/plan/known.ts';
import type { Question } from '../../../src/shell/question.ts';

const content = (path: string): Question => ({ ask: 'content', path, maxBytes: 100 });

it('asks about the place that a planned link leads to, since the host has no such link yet', () => {
  const known = new Known();
  known.learn('root', { ask: 'stat', path: '/srv/link', follow: false }, null);
  known.learn('root', content('/srv/link'), null);
  const planned = known.clone();
  planned.perform({ do: 'link', path: '/srv/link', target: 'file', kind: 'symbolic' });
  const answers = new RecordedAnswers(planned, { user: 'root', become: undefined });
  const missing = (): readonly Question[] => {
    try {
      answers.require([content('/srv/link')]);
    } catch (error) {
      if (error instanceof AnswersWanted) return error.questions;
      throw error;
    }
    return [];
  };
  expect(missing()).toEqual([content('/srv/file')]);
  planned.learn('root', content('/srv/file'), Buffer.from('x'));
  expect(missing()).toEqual([]);
});
