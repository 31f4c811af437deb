import { type Answer, type AnswerOf, type PasswdEntry, type Question, questionKey } from '../shell/question.ts';
import { FileTree } from './file-tree.ts';

/** Knowledge that an action has taken away. `undefined` stands for what was never asked. */
export type Acted = 'acted';

interface Known {
  readonly question: Question;
  readonly answer: Answer | Acted;
}

/** The parts of what is known of a host: its files, and everything else by question. */
export class HostState {
  readonly files: FileTree;
  /** Actions are only supposed: what they leave unknown cannot be found out by asking. */
  readonly supposed: boolean;
  readonly #known: Map<string, Known>;
  /** A program of the user's ran, so nothing is certain any more but what it cannot change. */
  #opaque = false;
  /** What the tools that ran are about: in a plan, what they did not name is taken to be as it was. */
  readonly #spared = new Set<string>();
  /** Services were started or stopped, so ports and servers are not as they were. */
  #unsettled = false;
  /** Real paths on which actions were supposed: what reads them cannot be found out by asking. */
  readonly #changed = new Set<string>();
  #lastInode = 0;

  constructor(supposed: boolean, files: FileTree = new FileTree(supposed), known: Map<string, Known> = new Map()) {
    this.supposed = supposed;
    this.files = files;
    this.#known = known;
  }

  /** A number for what an action makes: negative, so that no file of the host has it. */
  nextInode(): number {
    return --this.#lastInode;
  }

  clone(supposed: boolean): HostState {
    const copy = new HostState(supposed, this.files.clone(supposed), new Map(this.#known));
    copy.#opaque = this.#opaque;
    for (const subject of this.#spared) copy.#spared.add(subject);
    for (const path of this.#changed) copy.#changed.add(path);
    copy.#unsettled = this.#unsettled;
    copy.#lastInode = this.#lastInode;
    return copy;
  }

  learn(question: Question, answer: Answer): void {
    if (this.files.learn(question, answer)) return;
    this.#known.set(questionKey(question), { question, answer });
  }

  /** The answer in an object of its own, since it may be `undefined`-like; `undefined` when it was never asked. */
  lookup(question: Question): { readonly answer: Answer } | Acted | undefined {
    if (this.#isBlurred(question)) return 'acted';
    const inFiles = this.files.lookup(question);
    if (inFiles !== 'elsewhere') return inFiles;
    const known = this.#known.get(questionKey(question));
    if (known === undefined) {
      const isActed = (this.#unsettled && isRunning(question)) || this.#reads(question, this.#changed);
      return isActed ? 'acted' : undefined;
    }
    return known.answer === 'acted' ? 'acted' : { answer: known.answer };
  }

  /** What is known of a question of this kind, if it is known. */
  known<Q extends Question>(question: Q): Answer<Q> | undefined {
    const known = this.#known.get(questionKey(question))?.answer;
    // Answers are stored under their question's key, so they are of its kind.
    return known === undefined || known === 'acted' ? undefined : (known as Answer<Q>);
  }

  set<Q extends Question>(question: Q, answer: Answer<Q>): void {
    this.#known.set(questionKey(question), { question, answer });
  }

  /** An action has changed the answer, nobody knows to what. */
  blur(question: Question): void {
    if (this.supposed) this.#known.set(questionKey(question), { question, answer: 'acted' });
    else this.#known.delete(questionKey(question));
  }

  forget(selects: (question: Question) => boolean): void {
    for (const [key, { question }] of this.#known) if (selects(question)) this.#known.delete(key);
  }

  /** Gives up the answers that depend on the files on which actions were done since this was called last. */
  noticeChanges(): void {
    const changed = this.files.takeChanged();
    if (changed.length === 0) return;
    for (const { question } of [...this.#known.values()]) if (this.#reads(question, changed)) this.blur(question);
    if (this.supposed) for (const path of changed) this.#changed.add(path);
  }

  /** Every unit that was asked for. */
  units(): readonly { readonly name: string; readonly unit: AnswerOf['unit'] }[] {
    return [...this.#known.values()].flatMap(({ question, answer }) =>
      question.ask === 'unit' && answer !== 'acted' ? [{ name: question.name, unit: answer as AnswerOf['unit'] }] : [],
    );
  }

  /** Every user that was asked for and is there. */
  users(): readonly { readonly question: Extract<Question, { ask: 'passwd' }>; readonly answer: PasswdEntry }[] {
    return [...this.#known.values()].flatMap(({ question, answer }) =>
      question.ask === 'passwd' && answer !== 'acted' && answer !== null
        ? [{ question, answer: answer as PasswdEntry }]
        : [],
    );
  }

  /** Something was started or stopped. */
  unsettle(): void {
    if (this.supposed) this.#unsettled = true;
    this.forget(isRunning);
  }

  /** A program ran that can have changed everything, but what is about these subjects only as far as it said. */
  becomeOpaque(spared: ReadonlySet<string> = new Set()): void {
    if (this.supposed) {
      this.#opaque = true;
      for (const subject of spared) this.#spared.add(subject);
    }
    this.unsettle();
    this.forget((question) => !survives(question) && !this.#isSpared(question));
    this.files.clear();
  }

  #isBlurred(question: Question): boolean {
    if (!this.#opaque) return false;
    return !(survives(question) || this.#isSpared(question) || this.#known.has(questionKey(question)));
  }

  #reads(question: Question, changed: Iterable<string>): boolean {
    if (question.ask !== 'output' || question.reads === undefined) return false;
    const read = question.reads.flatMap((path) => [path, this.files.realPath(path, true)]);
    for (const path of changed) if (read.some((each) => isWithin(each, path) || isWithin(path, each))) return true;
    return false;
  }

  #isSpared(question: Question): boolean {
    return this.supposed && question.ask === 'output' && this.#spared.has(question.about);
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

function isRunning(question: Question): boolean {
  if (question.ask === 'output') return question.about === 'services';
  return question.ask === 'listening' || (question.ask === 'control' && question.life === 'volatile');
}

/** Answers that no program on the host can change while a play runs. */
function survives(question: Question): boolean {
  return (
    question.ask === 'identity' ||
    question.ask === 'facts' ||
    (question.ask === 'control' && question.life !== 'volatile')
  );
}
