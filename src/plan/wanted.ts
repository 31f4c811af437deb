import type { AnswersWanted } from './known.ts';
import type { WantedAnswer } from './planned.ts';

/** What a host has to be asked before its tasks can be decided. */
export class WantedAnswers {
  readonly all: WantedAnswer[] = [];
  /** For each user that is asked about, who asks. */
  readonly #askers = new Map<string, Set<string>>();

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  /**
   * Notes questions. A user about whom an earlier task asks may not be there yet: first that answer, then what the user
   * would see.
   */
  add({ account, questions, delegate, isMention }: AnswersWanted): void {
    const askers = this.#askers.get(account.user);
    const isAskedAbout = askers !== undefined && (askers.size > 1 || !askers.has(account.user));
    // root is on every host.
    if (isAskedAbout && account.user !== 'root') return;
    for (const question of questions) {
      this.all.push({ account, question, delegate, isMention });
      if (question.ask !== 'passwd') continue;
      this.#askers.set(question.name, (this.#askers.get(question.name) ?? new Set()).add(account.user));
    }
  }
}
