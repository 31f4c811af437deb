import { expect, it } from 'vitest';
import { holdsWord } from '../../../src/apply/holds-word.ts';

it('finds a name wherever it stands in what was read, as a whole word', () => {
  const task = { when: ['kafka_hepa is defined'], around: undefined as unknown };
  task.around = { tasks: [task] };
  const playbook = { plays: [{ handlers: new Map([['restart', task]]) }] };
  expect(holdsWord(playbook, 'kafka_hepa')).toBe(true);
  expect(holdsWord(playbook, 'kafka_hep')).toBe(false);
  expect(holdsWord(playbook, 'hepa')).toBe(false);
});
