import type { Outcome } from '../shell/action.ts';
import type { ControlAnswer, ControlQuestion } from '../shell/question.ts';
import { resultOfJson } from './json-value.ts';
import type { Answerer, Conclusion, Decision, Module, Performer } from './module.ts';

interface ClusterModule<Args> {
  /** Joins the question and the action with who answers and who does it. */
  readonly topic: string;
  /** The one thing that is asked. */
  readonly question: (args: Args) => ControlQuestion;
  readonly decide: (args: Args, found: ControlAnswer) => Decision;
  readonly answer: Answerer;
  readonly perform: Performer;
}

/** The parts of a module whose object is a cluster: the control machine looks at it, and acts, once for the whole batch. */
export function clusterModule<Args>({ topic, question, decide, answer, perform }: ClusterModule<Args>) {
  return {
    noticedByOthers: true,
    oncePerBatch: true,
    probe: (args) => [question(args)],
    decide: (args, answers) => decide(args, answers.get(question(args))),
    answerers: { [topic]: answer },
    performers: { [topic]: perform },
  } satisfies Partial<Module<Args>>;
}

/** How the only action of such a module ended. @param otherwise what is told when it was not even begun */
export function concludeControl(outcome: Outcome | undefined, otherwise: string): Conclusion {
  const failed = outcome === undefined || outcome.rc !== 0;
  const message = outcome?.stderr || outcome?.stdout || otherwise;
  return { changed: false, failed, message, result: resultOfJson(outcome?.value ?? {}, message) };
}
