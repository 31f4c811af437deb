import type { ConnectOptions } from './connection.ts';
import type { JumpHosts } from './jump-hosts.ts';
import type { Target } from './target.ts';
import type { Turns } from './turns.ts';

export interface HostOptions extends ConnectOptions {
  /** Milliseconds. */
  readonly startTimeoutMs?: number;
  /** Those of the whole run, so that all targets share one connection to each. */
  readonly jumps?: JumpHosts;
  /** Those of the whole run, so that not all hosts stand at the door at the same moment. */
  readonly turns?: Turns;
  /** Gives the whole target where the one that is given is not. */
  readonly complete?: () => Promise<Target>;
  readonly onConnecting?: (host: string) => void;
  /** @param seconds from the first packet to the end of the log-in */
  readonly onConnected?: (host: string, seconds: number) => void;
}
