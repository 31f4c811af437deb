/**
 * Stands before and after each restart of a running server of a cluster, whatever path leads there: never two servers of
 * one cluster are down at once because of us.
 */
export interface RestartGate {
  /** What is restarted, for messages: `Kafka`. */
  readonly cluster: string;
  /** Is any server of it up? A cluster that is not up yet may be started all at once. */
  isUp(): Promise<boolean>;
  /**
   * Hosts in the order in which they are restarted: those whose server is not there first, the one that leads last. Asked
   * anew before each.
   */
  order(hosts: readonly string[]): Promise<readonly string[]>;
  /** Who of these is restarted now: the first in order, and with it those that may be missed together with it. */
  next(hosts: readonly string[]): Promise<readonly string[]>;
  /** What one look says of stopping the server of a host now. Never throws for what it sees. */
  verdict(host: string): Promise<GateVerdict>;
  /**
   * Waits until the server of a host, or those of several at once, may be stopped: so many looks in a row have found
   * nothing against it. A look that failed is one that found something.
   * @param isInVain is asked after each look, with what it found; gives the reason why waiting is to end
   * @returns what stopping it does that was accepted, or that nobody could avoid
   * @throws BrokkrError that names what is in the way, after the time-out or as soon as waiting cannot help
   */
  before(
    hosts: string | readonly string[],
    isInVain?: (reasons: readonly string[]) => Promise<string | undefined>,
  ): Promise<readonly string[]>;
  /**
   * Waits until the server of a host is back and has caught up.
   * @param isAlive is asked now and then; gives the reason why waiting is in vain
   */
  after(host: string, isAlive?: () => Promise<string | undefined>): Promise<void>;
  /**
   * Waits until every server is there and in step, so many looks in a row.
   * @throws BrokkrError that names what is not, after the time-out
   */
  waitUntilWhole(): Promise<void>;
  /** Waits until the cluster knows that a stopped server is gone: it would refuse one that comes back sooner. */
  untilGone(host: string): Promise<void>;
  /** Gives back what the others took over while servers were away. @returns what came of it, to be told */
  settle(): Promise<readonly string[]>;
}

export interface GateVerdict {
  /** Why it must not be stopped; empty when it may. */
  readonly reasons: readonly string[];
  /** What stopping it does that was accepted, or that nobody could avoid. */
  readonly notes: readonly string[];
  /** Waiting alone will not change it. */
  readonly isHopeless: boolean;
}

/** How a gate looks. */
export interface GateLooks {
  /** Looks in a row that have to be clean. */
  readonly samples: number;
  /** Seconds between two of them. */
  readonly interval: number;
  /** Seconds after which it gives up. */
  readonly timeout: number;
}

/** What the command line says of a gate; what it does not say comes from the variables. */
export interface GateOptions extends Partial<{ readonly [K in keyof GateLooks]: GateLooks[K] | undefined }> {
  /** Topics whose only replicas may be gone while their broker is. */
  readonly acceptUnavailability?: readonly string[];
  /** Brokers of one rack are restarted together where the cluster can do without all of them. */
  readonly parallelInRack?: boolean;
}
