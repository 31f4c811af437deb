import type { Answers, Decision, Module, ModuleContext } from '../../../src/modules/module.ts';
import { type Answer, type Question, questionKey } from '../../../src/shell/question.ts';

/** Decides on a table of answers; a question that is not in it fails the test. */
export function decideOn<Args>(
  module: Module<Args>,
  given: Readonly<Record<string, unknown>>,
  answered: readonly (readonly [Question, Answer])[],
): Decision {
  const args = module.schema.parse(given);
  const table = new Map(answered.map(([question, answer]) => [questionKey(question), answer]));
  const answers: Answers = {
    require: (questions) => {
      for (const question of questions) answers.get(question);
    },
    get: (question) => {
      const key = questionKey(question);
      const answer = table.get(key);
      if (answer === undefined) throw new Error(`nobody answers: ${key}`);
      // The table was made from questions and answers that belong together.
      return answer as Answer<typeof question>;
    },
  };
  return module.decide(args, answers, context);
}

/** The questions of a task. */
export function probeOf<Args>(module: Module<Args>, given: Readonly<Record<string, unknown>>): readonly Question[] {
  return module.probe(module.schema.parse(given), context);
}

const notAsked = (): never => {
  throw new Error('these modules need nothing of the task around them');
};

const context: ModuleContext = {
  host: 's1',
  checkMode: false,
  isChangedBy: () => {
    throw new Error('no task of this test changes the inventory');
  },
  get environment() {
    return notAsked();
  },
  verbosity: 0,
  registers: false,
  noteOrigin: notAsked,
  originOf: notAsked,
  condition: notAsked,
  evaluate: notAsked,
  warn: notAsked,
  render: notAsked,
  variable: notAsked,
  findFile: notAsked,
  placesOf: notAsked,
  addSecret: notAsked,
  holdsSecret: notAsked,
};
