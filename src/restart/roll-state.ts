/**
 * A rolling restart as a state machine: what to do next is a function of what has happened, so that it can be explored
 * without a cluster. At most one server is down because of it, and the next one is not touched before that is back.
 */
export interface RollState {
  /** Still to be restarted, in no order: it is looked up anew before each. */
  readonly waiting: readonly string[];
  /** Servers that do not run; they are only started, and before all others. */
  readonly stopped: readonly string[];
  /** Servers that may be on their way down: they come before all others that run. */
  readonly first: readonly string[];
  readonly current: { readonly host: string; readonly next: 'gate' | 'stop' | 'start' | 'return' } | undefined;
  readonly done: readonly string[];
  /** The user asked to stop: the current server is brought back, no other is begun. */
  readonly stopRequested: boolean;
  readonly ending: Ending | undefined;
}

export interface Ending {
  readonly result: 'finished' | 'interrupted' | 'failed';
  readonly reason?: string;
  /** The server at which it failed. */
  readonly host?: string;
  /** What is known of that server: `down` when it was stopped and does not run, `unknown` when nobody could look. */
  readonly left?: 'untouched' | 'running' | 'down' | 'not in step' | 'unknown';
}

export type Command =
  | { readonly do: 'order'; readonly hosts: readonly string[] }
  | { readonly do: 'gate' | 'stop' | 'start' | 'return'; readonly host: string }
  | { readonly do: 'finish' };

export type Happened =
  | { readonly result: 'ok'; readonly order?: readonly string[] }
  /** `isRunning`: the server's process was seen alive afterwards. */
  | { readonly result: 'failed'; readonly reason: string; readonly isRunning?: boolean };

/** `stopped` are those of the hosts whose server does not run, `first` those that may be on their way down. */
export function beginRoll(
  hosts: readonly string[],
  stopped: readonly string[],
  first: readonly string[] = [],
): RollState {
  const known = stopped.filter((host) => hosts.includes(host));
  return {
    waiting: hosts,
    stopped: known,
    first,
    current: undefined,
    done: [],
    stopRequested: false,
    ending: undefined,
  };
}

export function requestStop(state: RollState): RollState {
  return { ...state, stopRequested: true };
}

/** What is to be done now; `undefined` when it has ended. */
export function nextCommand(state: RollState): Command | undefined {
  if (state.ending !== undefined) return undefined;
  if (state.current !== undefined) return { do: state.current.next, host: state.current.host };
  if (state.waiting.length === 0) return { do: 'finish' };
  const ranks = [state.stopped, state.first, state.waiting];
  const hosts = ranks
    .map((rank) => state.waiting.filter((host) => rank.includes(host)))
    .find((those) => those.length > 0);
  return { do: 'order', hosts: hosts ?? [] };
}

/** The state once a command has ended. */
export function afterCommand(state: RollState, command: Command, happened: Happened): RollState {
  const next = happened.result === 'failed' ? failed(state, command, happened) : succeeded(state, command, happened);
  const isBetween = next.current === undefined || next.current.next === 'gate' || next.current.next === 'stop';
  if (next.ending !== undefined || !next.stopRequested || !isBetween || command.do === 'finish') return next;
  return { ...next, current: undefined, ending: { result: 'interrupted' } };
}

function succeeded(state: RollState, command: Command, { order }: { readonly order?: readonly string[] }): RollState {
  switch (command.do) {
    case 'finish':
      return { ...state, ending: { result: 'finished' } };
    case 'order': {
      const host = order?.find((each) => command.hosts.includes(each)) ?? command.hosts[0];
      if (host === undefined) throw new TypeError('an order of nobody was asked for');
      // Who does not run takes nothing away by being started, so no gate stands before that.
      return { ...state, current: { host, next: state.stopped.includes(host) ? 'start' : 'gate' } };
    }
    case 'gate':
      return { ...state, current: { host: command.host, next: 'stop' } };
    case 'stop':
      return { ...state, current: { host: command.host, next: 'start' } };
    case 'start':
      return { ...state, current: { host: command.host, next: 'return' } };
    case 'return':
      return {
        ...state,
        current: undefined,
        waiting: state.waiting.filter((host) => host !== command.host),
        stopped: state.stopped.filter((host) => host !== command.host),
        done: [...state.done, command.host],
      };
  }
}

function failed(
  state: RollState,
  command: Command,
  { reason, isRunning }: Extract<Happened, { result: 'failed' }>,
): RollState {
  const end = (left?: Ending['left']): RollState => ({
    ...state,
    current: undefined,
    ending: {
      result: 'failed',
      reason,
      ...('host' in command ? { host: command.host } : {}),
      ...(left === undefined ? {} : { left }),
    },
  });
  switch (command.do) {
    case 'order':
    case 'finish':
      return end();
    case 'gate':
      // Waiting has ended because it was asked to.
      if (state.stopRequested) return { ...state, current: undefined, ending: { result: 'interrupted' } };
      return end('untouched');
    case 'stop':
      // It was asked to end and has: whatever else went wrong, it must not stay down.
      if (isRunning === false) return { ...state, current: { host: command.host, next: 'start' } };
      return end(isRunning === true ? 'running' : 'unknown');
    case 'start':
      return end(isRunning === undefined ? 'unknown' : isRunning ? 'running' : 'down');
    case 'return':
      return end(isRunning === undefined ? 'unknown' : isRunning ? 'not in step' : 'down');
  }
}
