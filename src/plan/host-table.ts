import { NotYetKnown } from '../jinja/value.ts';
import type { Action } from '../shell/action.ts';
import type { Answer, Question } from '../shell/question.ts';
import { HostState } from './host-state.ts';
import { performAction } from './perform-action.ts';

/** Stands for an answer that has to be asked. */
export const Missing: unique symbol = Symbol('missing');

/**
 * What is known of a host as one account sees it: answers, what follows from them (nothing is below a folder that is not
 * there), and how they change with every action. It is the overlay that a plan is made on, and the fake host of tests.
 *
 * Numbers that only the host can tell (the uid of a new account) are `NaN` in its answers, names are empty.
 */
export class HostTable {
  #state: HostState;
  readonly #supposed: boolean;
  /** Another table looks at the same state, so it is copied before it changes. */
  #shared = false;

  constructor(state: HostState = new HostState(false), supposed = false) {
    this.#state = state;
    this.#supposed = supposed;
  }

  /**
   * A copy on which actions are only supposed: what they leave unknown cannot be asked, but waits for the run. It costs
   * nothing until one of the two changes.
   */
  clone(): HostTable {
    const copy = new HostTable(this.#state, true);
    copy.#shared = true;
    this.#shared = true;
    return copy;
  }

  /** Takes an answer that describes the host as it is now. */
  learn<Q extends Question>(question: Q, answer: Answer<Q>): void {
    this.#own().learn(question, answer);
  }

  /**
   * The answer as it is believed to be now, or `Missing`.
   * @throws NotYetKnown when only a run can tell, because of an action that was supposed
   */
  answer<Q extends Question>(question: Q): Answer<Q> | typeof Missing {
    const found = this.#state.lookup(question);
    if (found === 'acted') throw new NotYetKnown('the steps before it ran');
    // The state keeps for each question an answer of its kind.
    return found === undefined ? Missing : (found.answer as Answer<Q>);
  }

  /** The same question about where the links that are known, or supposed, lead to. */
  byRealPath(question: Question): Question {
    switch (question.ask) {
      case 'stat':
        return { ...question, path: this.#state.files.realPath(question.path, question.follow) };
      case 'hash':
      case 'content':
      case 'tree':
        return { ...question, path: this.#state.files.realPath(question.path, true) };
      default:
        return question;
    }
  }

  /** The host as the action leaves it. Its outcome is taken to be a success. */
  perform(action: Action): void {
    performAction(action, this.#own());
  }

  /** Forgets answers that do not concern files: the questions for which `selects` is true have to be asked again. */
  forget(selects: (question: Question) => boolean): void {
    this.#own().forget(selects);
  }

  #own(): HostState {
    if (this.#shared || this.#state.supposed !== this.#supposed) this.#state = this.#state.clone(this.#supposed);
    this.#shared = false;
    return this.#state;
  }
}
