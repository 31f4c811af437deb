import { BrokkrError } from '../errors.ts';
import { NotYetKnown } from '../jinja/value.ts';
import { AnswersWanted } from '../plan/known.ts';
import { askHost } from './ask.ts';
import type { BatchContext } from './batch-context.ts';
import type { HostRun } from './host-run.ts';

/** More facts than a condition can mention one after the other. */
const MOST_ROUNDS = 10;

/**
 * Reads a condition of a task that has run. What it mentions for the first time (a fact) is asked now.
 * @throws BrokkrError when the host cannot be asked, or the condition needs what no run has told
 */
export async function withAnswers<T>(run: HostRun, context: BatchContext, read: () => T): Promise<T> {
  for (let round = 0; ; round++) {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof NotYetKnown)) throw error;
      if (!(error instanceof AnswersWanted) || round === MOST_ROUNDS)
        throw new BrokkrError(`a condition of the task needs what is not known until ${error.until}`);
      const wanted = error.questions.map((question) => ({ account: error.account, question }));
      const asked = error.delegate === undefined ? run : (context.runOf(error.delegate) ?? run);
      await askHost(asked.host, wanted, [asked.known], context.identity.emit);
      await context.desk.ask(wanted, [asked.known]);
      context.state.factsChanged();
    }
  }
}
