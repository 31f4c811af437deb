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
  order(hosts: readonly string[]): Promise<readonly string[]>;
  gate(host: string): Promise<void>;
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
  for (;;) {
    if (isStopRequested()) state = requestStop(state);
    const command = nextCommand(state);
    if (command === undefined) break;
    port.begin(command, state);
    const began = clock.now();
    const happened = await perform(command, port);
    if ('host' in command) {
      const of = times.get(command.host) ?? new Map<Command['do'], number>();
      times.set(command.host, of.set(command.do, clock.now() - began));
    }
    if (isStopRequested()) state = requestStop(state);
    state = afterCommand(state, command, happened);
  }
  if (state.ending === undefined) throw new TypeError('a roll stopped without an end');
  return { ending: state.ending, done: state.done, waiting: state.waiting, times };
}

async function perform(command: Command, port: RollPort): Promise<Happened> {
  try {
    switch (command.do) {
      case 'order':
        return { result: 'ok', order: await port.order(command.hosts) };
      case 'finish':
        await port.finish();
        break;
      case 'gate':
        await port.gate(command.host);
        break;
      case 'stop':
        await port.stop(command.host);
        break;
      case 'start':
        await port.start(command.host);
        break;
      case 'return':
        await port.comeBack(command.host);
    }
    return { result: 'ok' };
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    const reason = error.message;
    const isRunning = 'host' in command && command.do !== 'gate' ? await port.isRunning(command.host) : undefined;
    return { result: 'failed', reason, ...(isRunning === undefined ? {} : { isRunning }) };
  }
}
