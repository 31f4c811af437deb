import type { EventSink } from './events.ts';

/** Milliseconds that hosts wait for the last of them before these are named, and named again; each time twice as many. */
const NAMED_AFTER_MS = 10_000;

/** As many names as a line has room for. */
const NAMES = 5;

/** A job for each host, so many at a time. When most have done theirs, those that the others wait for are named. */
export async function forEachHost<T extends { readonly name: string }>(
  hosts: readonly T[],
  limit: number,
  job: (host: T) => Promise<void>,
  emit: EventSink,
  namedAfterMs: number = NAMED_AFTER_MS,
): Promise<void> {
  const pending = new Set(hosts.map(({ name }) => name));
  let pause = namedAfterMs;
  const look = (): void => {
    const done = hosts.length - pending.size;
    if (done > pending.size) {
      const names = [...pending].slice(0, NAMES).join(', ');
      const more = pending.size > NAMES ? ` and ${pending.size - NAMES} more` : '';
      emit({ event: 'progress', text: `${done} ${done === 1 ? 'host waits' : 'hosts wait'} for ${names}${more}` });
      pause *= 2;
    }
    timer = setTimeout(look, pause);
  };
  let timer = setTimeout(look, pause);
  try {
    await forEachLimited(hosts, limit, async (host) => {
      await job(host);
      pending.delete(host.name);
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Calls `job` for each item, at most `limit` at a time, and waits for all. */
async function forEachLimited<T>(items: readonly T[], limit: number, job: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await job(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, worker));
}
