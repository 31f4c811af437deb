import type { Roll } from './drive.ts';
import type { Command } from './roll-state.ts';

/** Where each second went, a line a server and one for the whole; what several servers did together counts once. */
export function timesText(cluster: string, { times, done, spent, total }: Roll): readonly string[] {
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
  const lines = done.map((host) => {
    const { gate = 0, stop = 0, start = 0, return: back = 0 } = Object.fromEntries(times.get(host) ?? []);
    return `${cluster} on ${host}: gate ${seconds(gate)}, stop ${seconds(stop)}, start ${seconds(start)}, until in step ${seconds(back)}`;
  });
  if (done.length === 0) return [];
  const took = (...commands: readonly Command['do'][]) =>
    commands.reduce((sum, command) => sum + (spent.get(command) ?? 0), 0);
  const servers = took('stop', 'start', 'return');
  const gates = took('gate');
  const end = took('finish');
  const parts = [
    ['the servers themselves', servers],
    ['the gates', gates],
    ['until the whole cluster was well again', end],
    ['who goes next, and what lies between', total - servers - gates - end],
  ] as const;
  const told = parts.filter(([, milliseconds]) => milliseconds >= 50).map(([what, each]) => `${what} ${seconds(each)}`);
  const count = `${done.length} server${done.length === 1 ? '' : 's'}`;
  const of = told.length === 0 ? '' : `: ${told.join(', ')}`;
  return [...lines, `${cluster}: ${count} restarted in ${seconds(total)}${of}`];
}

/** What a dry run says of a server whose turn is the n-th of so many. */
export function turnText(
  place: number,
  of: number,
  said: { readonly reasons: readonly string[]; readonly notes: readonly string[]; readonly why: string | undefined },
): string {
  const { reasons, notes, why } = said;
  return [`${place} of ${of}`, ...(reasons.length > 0 ? reasons : ['may be stopped now']), ...notes, why]
    .filter((part) => part !== undefined)
    .join('; ');
}

/**
 * The command that goes on with a roll of which there is a journal.
 * @param reach leads it to the same inventory: ` -i FILE`
 */
export function resumeText(cluster: string, reach: string): string {
  return `go on with: brokkr restart ${cluster}${reach} --resume`;
}

/** Has a roll that ended early touched no server? Then there is nothing to go on with. */
export function isUntouched({ ending, done }: Roll): boolean {
  return done.length === 0 && Object.values(ending.left ?? {}).every((how) => how === 'untouched');
}

/** Why a roll ended early, what is left undone, and what to do next, as `goOn` says it. */
export function endingText({ ending, waiting, done }: Roll, goOn: string): string {
  const left = {
    untouched: 'it was not touched',
    running: 'it still runs; if it ends yet, nobody starts it again',
    down: 'it does not run, and was not started again',
    unknown: 'whether it runs is not known: nobody could look',
    'not in step': 'it runs, but is not in step with the cluster yet',
  } as const;
  const troubled = Object.entries(ending.left ?? {});
  const rest = waiting.filter((host) => troubled.every(([name]) => name !== host));
  return [
    ending.reason ?? 'stopped as asked',
    ...troubled.map(([host, how]) => `${host}: ${left[how]}`),
    done.length > 0 ? `restarted: ${done.join(', ')}` : undefined,
    rest.length > 0 ? `not touched: ${rest.join(', ')}` : undefined,
    ending.result === 'finished' ? undefined : goOn,
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}
