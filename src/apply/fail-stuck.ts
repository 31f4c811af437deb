import { BrokkrError } from '../errors.ts';
import { brokenTask, isDoneOnce } from '../plan/broken.ts';
import type { HostPass } from '../plan/planned.ts';
import type { BatchContext } from './batch-context.ts';
import { runPlanned } from './run-planned.ts';

/**
 * No host can go on: what the tasks that they have come to wait for has run, or never will. That is a defect of brokkr; the
 * first of these tasks fails on the hosts that wait with it, like every task that fails, and the others go on.
 * @throws TypeError when no host waits for anything
 */
export async function failStuck(passes: readonly HostPass[], context: BatchContext): Promise<void> {
  const stuck = passes.flatMap(({ host, waits }) => {
    const run = context.runs.find((each) => each.name === host);
    return waits === undefined || run?.status !== 'live' || run.position > waits.entry.index ? [] : [{ run, ...waits }];
  });
  const first = Math.min(...stuck.map(({ entry }) => entry.index));
  if (stuck.length === 0) throw new TypeError(`no host can go on in the play '${context.play}'`);
  for (const { run, entry, name, until } of stuck.filter((each) => each.entry.index === first)) {
    const scope = context.scopeOf(run.name);
    const error = new BrokkrError(`what it does is not known until ${until}, and nothing is left to do before it`, {
      hint: 'this is a defect of brokkr: please report it, with the task',
    });
    const isOnce = isDoneOnce(entry, context, scope);
    run.position = entry.index;
    await runPlanned(run, [brokenTask(entry, name, error, scope, isOnce)], entry.index + 1, context);
    run.diverted = false;
  }
}
