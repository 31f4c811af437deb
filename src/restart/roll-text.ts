import type { Roll } from './drive.ts';

/** Where each second went, a line a server and one for the whole. */
export function timesText(cluster: string, { times, done }: Roll): readonly string[] {
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
  let servers = 0;
  let gates = 0;
  const lines = done.map((host) => {
    const { gate = 0, stop = 0, start = 0, return: back = 0 } = Object.fromEntries(times.get(host) ?? []);
    servers += stop + start + back;
    gates += gate;
    return `${cluster} on ${host}: gate ${seconds(gate)}, stop ${seconds(stop)}, start ${seconds(start)}, until in step ${seconds(back)}`;
  });
  if (done.length === 0) return [];
  const count = `${done.length} server${done.length === 1 ? '' : 's'}`;
  return [
    ...lines,
    `${cluster}: ${count} restarted; the servers themselves took ${seconds(servers)}, the gate ${seconds(gates)}`,
  ];
}

/** Why a roll ended early, what is left undone, and what to do next. */
export function endingText(verb: string, { ending, waiting, done }: Roll): string {
  const left = {
    untouched: 'it was not touched',
    running: 'it still runs',
    down: 'it is stopped: nobody has started it',
    unknown: 'whether it runs is not known: nobody could look',
    'not in step': 'it runs, but is not back in the cluster',
  } as const;
  const rest = waiting.filter((host) => host !== ending.host);
  return [
    ending.reason ?? 'stopped as asked',
    ending.left === undefined ? undefined : `${ending.host}: ${left[ending.left]}`,
    done.length > 0 ? `restarted: ${done.join(', ')}` : undefined,
    rest.length > 0 ? `not touched: ${rest.join(', ')}` : undefined,
    ending.result === 'finished' ? undefined : `go on with: brokkr restart ${verb} --resume`,
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}
