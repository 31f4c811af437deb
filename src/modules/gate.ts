/**
 * Stands before and after each restart of a running server of a cluster, whatever path leads there: never two servers of
 * one cluster are down at once because of us.
 */
export interface RestartGate {
  /** What is restarted, for messages: `Kafka`. */
  readonly cluster: string;
  /** Is any server of it up? A cluster that is not up yet may be started all at once. */
  isUp(): Promise<boolean>;
  /** Hosts in the order in which they are restarted: the one that leads comes last. Asked anew before each. */
  order(hosts: readonly string[]): Promise<readonly string[]>;
  /**
   * Waits until every server is there and in step.
   * @throws BrokkrError that names what is not, after the time-out
   */
  waitUntilWhole(): Promise<void>;
}
