import type { RollingHost } from '../apply/batch-context.ts';
import type { EventSink, ServerStatus } from '../apply/events.ts';
import { BrokkrError } from '../errors.ts';
import type { RestartGate } from '../modules/gate.ts';
import { type Clock, systemClock } from '../poll.ts';
import { driveRoll, type Roll, type RollPort } from './drive.ts';
import type { Command } from './roll-state.ts';

interface ForeignSetting {
  /** `undefined`: nobody can tell whether the cluster can do without one. */
  readonly gate: RestartGate | undefined;
  readonly cluster: string;
  readonly emit: EventSink;
  isStopRequested(): boolean;
  readonly clock?: Clock;
}

/**
 * Restarts servers of which only their tasks know how they are stopped and started: one after the other, each only when the
 * gate opens, and the next one only when it is back.
 */
export function rollForeign(hosts: readonly RollingHost[], setting: ForeignSetting): Promise<Roll> {
  const names = hosts.map(({ host }) => host);
  for (const host of names) setting.emit({ event: 'server', cluster: setting.cluster, host, status: 'waiting' });
  const port = new ForeignPort(new Map(hosts.map((each) => [each.host, each])), setting);
  return driveRoll(names, { stopped: [] }, port, setting.isStopRequested, setting.clock ?? systemClock);
}

const statusOf: Readonly<Partial<Record<Command['do'], ServerStatus>>> = {
  gate: 'gate',
  stop: 'stopping',
  return: 'returning',
};

class ForeignPort implements RollPort {
  readonly #hosts: ReadonlyMap<string, RollingHost>;
  readonly #setting: ForeignSetting;

  constructor(hosts: ReadonlyMap<string, RollingHost>, setting: ForeignSetting) {
    this.#hosts = hosts;
    this.#setting = setting;
  }

  begin(command: Command): void {
    const status = statusOf[command.do];
    if (status === undefined || command.do === 'next' || command.do === 'finish') return;
    for (const host of command.hosts) this.#tell(host, status);
  }

  async next(hosts: readonly string[]): Promise<readonly string[]> {
    return (await this.#setting.gate?.next(hosts)) ?? hosts.slice(0, 1);
  }

  async gate(hosts: readonly string[]): Promise<void> {
    const { gate, emit, isStopRequested } = this.#setting;
    const isInVain = async () => (isStopRequested() ? 'stopped as asked' : undefined);
    for (const note of (await gate?.before(hosts, isInVain)) ?? [])
      emit({ event: 'warning', message: `${hosts.join(', ')}: ${note}` });
  }

  /** The task stops the server and starts it again. */
  async stop(host: string): Promise<void> {
    const isGood = await this.#hosts.get(host)?.act();
    if (isGood !== false || this.#setting.gate !== undefined) return;
    throw new BrokkrError('the task has failed, and nobody can tell whether the server is back', {
      hint: 'set the variables of the cluster, or look at the server yourself',
    });
  }

  async start(): Promise<void> {}

  async comeBack(host: string): Promise<void> {
    await this.#setting.gate?.after(host);
    this.#tell(host, 'back');
  }

  async finish(): Promise<void> {
    for (const note of (await this.#setting.gate?.settle()) ?? [])
      this.#setting.emit({ event: 'progress', text: note });
    await this.#setting.gate?.waitUntilWhole();
  }

  async isRunning(): Promise<boolean | undefined> {
    return undefined;
  }

  #tell(host: string, status: ServerStatus): void {
    this.#setting.emit({ event: 'server', cluster: this.#setting.cluster, host, status });
  }
}
