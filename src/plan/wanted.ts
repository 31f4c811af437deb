import type { AnswersWanted } from './known.ts';
import type { WantedAnswer } from './planned.ts';

/**
 * Notes what has to be asked. A user about whom an earlier task asks may not be there yet: first that answer, then what the
 * user would see.
 */
export function addWanted(wanted: WantedAnswer[], { account, questions, delegate, isMention }: AnswersWanted): void {
  const isAskedAbout = wanted.some(
    (each) =>
      each.question.ask === 'passwd' && each.question.name === account.user && each.account.user !== account.user,
  );
  // root is on every host.
  if (isAskedAbout && account.user !== 'root') return;
  for (const question of questions) wanted.push({ account, question, delegate, isMention });
}
