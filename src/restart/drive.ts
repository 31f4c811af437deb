import { BrokkrError } from '../errors.ts';
import type { Clock } from '../poll.ts';
import {
  afterCommand,
  beginRoll,
  type Command,
  type Ending,
  type Happened,
  nextCommand,
  type RollState,
  requestStop,
} from './roll-state.ts';

/** What a roll does to a cluster. Each throws a BrokkrError when it fails. */
export interface RollPort {
  /** Who of these goes now: one, or several that may be missed together. */
  next(hosts: readonly string[]): Promise<readonly string[]>;
  /** Until all of them may be stopped. */
  gate(hosts: readonly string[]): Promise<void>;
  stop(host: string): Promise<void>;
  start(host: string): Promise<void>;
  /** Until it is registered and has caught up. */
  comeBack(host: string): Promise<void>;
  finish(): Promise<void>;
  /** Does its process run? Asked after a failure; `undefined` when that cannot be told. */
  isRunning(host: string): Promise<boolean | undefined>;
  /** Is told before each command, and must be durable when it returns: the journal. */
  begin(command: Command, state: RollState): void;
}

export interface Roll {
  readonly ending: Ending;
  readonly done: readonly string[];
  readonly waiting: readonly string[];
  /** Milliseconds by host and command. */
  readonly times: ReadonlyMap<string, ReadonlyMap<Command['do'], number>>;
  /** Milliseconds that passed in each command; what several hosts did together counts once. */
  readonly spent: ReadonlyMap<Command['do'], number>;
  /** Milliseconds of the whole roll. */
  readonly total: number;
}

/** Goes through a roll, one command after the other. */
export async function driveRoll(
  hosts: readonly string[],
  begun: { readonly stopped: readonly string[]; readonly first?: readonly string[] },
  port: RollPort,
  isStopRequested: () => boolean,
  clock: Clock,
): Promise<Roll> {
  let state = beginRoll(hosts, begun.stopped, begun.first);
  const times = new Map<string, Map<Command['do'], number>>();
  const spent = new Map<Command['do'], number>();
  const from = clock.now();
  for (;;) {
    if (isStopRequested()) state = requestStop(state);
    const command = nextCommand(state);
    if (command === undefined) break;
    port.begin(command, state);
    const began = clock.now();
    const happened = await perform(command, port);
    const took = clock.now() - began;
    spent.set(command.do, (spent.get(command.do) ?? 0) + took);
    for (const host of command.do === 'next' || command.do === 'finish' ? [] : command.hosts)
      times.set(host, (times.get(host) ?? new Map<Command['do'], number>()).set(command.do, took));
    if (isStopRequested()) state = requestStop(state);
    state = afterCommand(state, command, happened);
  }
  if (state.ending === undefined) throw new TypeError('a roll stopped without an end');
  const { ending, done, waiting } = state;
  return { ending, done, waiting, times, spent, total: clock.now() - from };
}

/** Does one command, and says what came of it. */
export async function perform(command: Command, port: RollPort): Promise<Happened> {
  switch (command.do) {
    case 'next':
      return choose(command.hosts, port);
    case 'finish':
      return whole(() => port.finish());
    case 'gate':
      return whole(() => port.gate(command.hosts));
    case 'stop':
      return each(command.hosts, port, (host) => port.stop(host));
    case 'start':
      return each(command.hosts, port, (host) => port.start(host));
    case 'return':
      return each(command.hosts, port, (host) => port.comeBack(host));
  }
}

async function choose(hosts: readonly string[], port: RollPort): Promise<Happened> {
  let next: readonly string[] = [];
  const happened = await whole(async () => {
    next = await port.next(hosts);
  });
  return happened.result === 'ok' ? { ...happened, next } : happened;
}

async function whole(act: () => Promise<unknown>): Promise<Happened> {
  try {
    await act();
    return { result: 'ok' };
  } catch (error) {
    if (error instanceof BrokkrError) return { result: 'failed', reason: error.message };
    throw error;
  }
}

/** All of them at the same time; one that fails does not end the others. */
async function each(hosts: readonly string[], port: RollPort, act: (host: string) => Promise<void>): Promise<Happened> {
  const reasons: string[] = [];
  const failed = new Map<string, boolean | undefined>();
  await Promise.all(
    hosts.map(async (host) => {
      const happened = await whole(() => act(host));
      if (happened.result === 'ok') return;
      reasons.push(hosts.length === 1 ? happened.reason : `${host}: ${happened.reason}`);
      failed.set(host, await port.isRunning(host));
    }),
  );
  return failed.size === 0 ? { result: 'ok' } : { result: 'failed', reason: reasons.join('\n'), hosts: failed };
}
