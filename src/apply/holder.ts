/** The holder of a host's lock: run, process, its start, boot, seconds since the epoch, who. */
export interface Holder {
  readonly run: string;
  readonly pid: string;
  /** For messages. */
  readonly who: string;
}

/** Reads the line that a lock holds. */
export function parseHolder(line: string): Holder {
  const [run = '', pid = '', , , since = '', who = 'somebody'] = line.trim().split(' ');
  const when = since === '' ? '' : ` since ${new Date(Number(since) * 1000).toISOString()}`;
  return { run, pid, who: `${who} (run ${run}${when})` };
}
