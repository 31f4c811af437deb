/**
 * A rolling restart as a state machine: what to do next is a function of what has happened, so that it can be explored
 * without a cluster. Down because of it is at most one server, or those of one rack that the gate has judged together, and
 * nobody else is touched before they are back.
 */
export interface RollState {
  /** Still to be restarted, in no order: it is looked up anew before each. */
  readonly waiting: readonly string[];
  /** Servers that do not run; they are only started, and before all others. */
  readonly stopped: readonly string[];
  /** Servers that may be on their way down: they come before all others that run. */
  readonly first: readonly string[];
  readonly current: { readonly hosts: readonly string[]; readonly next: Doing } | undefined;
  readonly done: readonly string[];
  /** What went wrong at some of those that go together: the others are brought back, then it ends. */
  readonly trouble: Trouble | undefined;
  /** The user asked to stop: the current server is brought back, no other is begun. */
  readonly stopRequested: boolean;
  readonly ending: Ending | undefined;
}

type Doing = 'gate' | 'stop' | 'start' | 'return';

/** What is known of a server that was left: `down` when it was stopped and does not run, `unknown` when nobody could look. */
type Left = 'untouched' | 'running' | 'down' | 'not in step' | 'unknown';

interface Trouble {
  readonly reason: string;
  /** The servers at which it failed. */
  readonly left: Readonly<Record<string, Left>>;
}

export interface Ending extends Partial<Trouble> {
  readonly result: 'finished' | 'interrupted' | 'failed';
}

export type Command =
  | { readonly do: 'next'; readonly hosts: readonly string[] }
  | { readonly do: Doing; readonly hosts: readonly string[] }
  | { readonly do: 'finish' };

export type Happened =
  /** `next`: who goes now, of those that were named. */
  | { readonly result: 'ok'; readonly next?: readonly string[] }
  /** `hosts`: where it failed, and whether the server's process was seen alive afterwards; absent: with all of them. */
  | {
      readonly result: 'failed';
      readonly reason: string;
      readonly hosts?: ReadonlyMap<string, boolean | undefined>;
    };

/** `stopped` are those of the hosts whose server does not run, `first` those that may be on their way down. */
export function beginRoll(
  hosts: readonly string[],
  stopped: readonly string[],
  first: readonly string[] = [],
): RollState {
  return {
    waiting: hosts,
    stopped: stopped.filter((host) => hosts.includes(host)),
    first,
    current: undefined,
    done: [],
    trouble: undefined,
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
  if (state.current !== undefined) return { do: state.current.next, hosts: state.current.hosts };
  if (state.waiting.length === 0) return { do: 'finish' };
  const ranks = [state.stopped, state.first, state.waiting];
  const hosts = ranks
    .map((rank) => state.waiting.filter((host) => rank.includes(host)))
    .find((those) => those.length > 0);
  return { do: 'next', hosts: hosts ?? [] };
}

/** The state once a command has ended. */
export function afterCommand(state: RollState, command: Command, happened: Happened): RollState {
  const next = happened.result === 'failed' ? failed(state, command, happened) : succeeded(state, command, happened);
  const isBetween = next.current === undefined || next.current.next === 'gate' || next.current.next === 'stop';
  if (next.ending !== undefined || !next.stopRequested || !isBetween || command.do === 'finish') return next;
  return { ...next, current: undefined, ending: { result: 'interrupted' } };
}

const following = { gate: 'stop', stop: 'start', start: 'return' } as const;

function succeeded(state: RollState, command: Command, { next }: { readonly next?: readonly string[] }): RollState {
  switch (command.do) {
    case 'finish':
      return { ...state, ending: { result: 'finished' } };
    case 'next': {
      const named = next?.filter((each) => command.hosts.includes(each)) ?? [];
      const hosts = named.length > 0 ? named : command.hosts.slice(0, 1);
      const [host] = hosts;
      if (host === undefined) throw new TypeError('nobody is left to go next');
      // Who does not run takes nothing away by being started, so no gate stands before that.
      if (state.stopped.includes(host)) return { ...state, current: { hosts: [host], next: 'start' } };
      return { ...state, current: { hosts: hosts.filter((each) => !state.stopped.includes(each)), next: 'gate' } };
    }
    case 'return':
      return endOfTrouble(withDone(state, command.hosts));
    default:
      return { ...state, current: { hosts: command.hosts, next: following[command.do] } };
  }
}

function withDone(state: RollState, hosts: readonly string[]): RollState {
  return {
    ...state,
    current: undefined,
    waiting: state.waiting.filter((host) => !hosts.includes(host)),
    stopped: state.stopped.filter((host) => !hosts.includes(host)),
    done: [...state.done, ...hosts],
  };
}

function endOfTrouble(state: RollState): RollState {
  if (state.trouble === undefined) return state;
  return { ...state, current: undefined, ending: { result: 'failed', ...state.trouble } };
}

function failed(
  state: RollState,
  command: Command,
  { reason, hosts }: Extract<Happened, { result: 'failed' }>,
): RollState {
  if (command.do === 'next' || command.do === 'finish')
    return { ...state, current: undefined, ending: { result: 'failed', reason } };
  if (command.do === 'gate') {
    // Waiting has ended because it was asked to.
    if (state.stopRequested) return { ...state, current: undefined, ending: { result: 'interrupted' } };
    const left = Object.fromEntries(command.hosts.map((host) => [host, 'untouched' as const]));
    return endOfTrouble({ ...state, trouble: { reason, left } });
  }
  const where = hosts ?? new Map(command.hosts.map((host) => [host, undefined]));
  // A server that was asked to end, and has, must not stay down, whatever else went wrong.
  const isDown = (host: string) => command.do === 'stop' && where.get(host) === false;
  const goOn = command.hosts.filter((host) => !where.has(host) || isDown(host));
  const left: Record<string, Left> = { ...state.trouble?.left };
  for (const host of command.hosts) if (!goOn.includes(host)) left[host] = leftBy(command.do, where.get(host));
  const isTroubled = Object.keys(left).length > 0;
  const troubled = isTroubled ? { ...state, trouble: { reason: state.trouble?.reason ?? reason, left } } : state;
  if (goOn.length === 0) return endOfTrouble(troubled);
  if (command.do === 'return') return endOfTrouble(withDone(troubled, goOn));
  return { ...troubled, current: { hosts: goOn, next: following[command.do] } };
}

function leftBy(doing: Exclude<Doing, 'gate'>, isRunning: boolean | undefined): Left {
  if (isRunning === undefined) return 'unknown';
  if (!isRunning) return 'down';
  return doing === 'return' ? 'not in step' : 'running';
}
