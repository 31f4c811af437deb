import type { EventSink, ServerStatus } from '../apply/events.ts';
import { BrokkrError } from '../errors.ts';
import type { RestartGate } from '../modules/gate.ts';
import { type Clock, systemClock } from '../poll.ts';
import { driveRoll, type Roll, type RollPort } from './drive.ts';
import type { RollJournal } from './journal.ts';
import type { Command } from './roll-state.ts';
import type { ServerHost } from './server-host.ts';
import { fullDisk, type ServerLook } from './server-look.ts';

export interface RollSetting {
  readonly gate: RestartGate;
  readonly journal: RollJournal;
  /** What was seen of each server when the roll began. */
  readonly looks: ReadonlyMap<string, ServerLook>;
  /** The hosts at which an earlier roll was cut off: their servers may be on their way down. */
  readonly cutOffAt: readonly string[];
  /** Seconds after which a server that does not end is killed; `undefined`: never. */
  readonly forceAfter: number | undefined;
  readonly emit: EventSink;
  isStopRequested(): boolean;
  /** Is asked while the gate is not open: why it will not be. */
  isBarred?(): Promise<string | undefined>;
  /** Starts a server that was stopped; absent: its unit or script does. */
  startWith?(host: string): Promise<void>;
  readonly clock?: Clock;
}

/** Seconds between two looks at the process of a server that is not back yet. */
const lookEvery = 2;
const logLines = 15;
/** Looks, a second apart, for a server that a task is to have started. */
const looksAfterTask = 3;

const statusOf: Readonly<Partial<Record<Command['do'], ServerStatus>>> = {
  gate: 'gate',
  stop: 'stopping',
  start: 'starting',
  return: 'returning',
};

/** Restarts servers of one cluster one after the other, each through the gate; the hosts must be locked. */
export async function rollCluster(servers: readonly ServerHost[], setting: RollSetting): Promise<Roll> {
  const byHost = new Map(servers.map((server) => [server.member.host, server]));
  const hosts = [...byHost.keys()];
  const stopped = hosts.filter((host) => setting.looks.get(host)?.process === undefined);
  const isLeaving = (host: string) => setting.looks.get(host)?.unitState?.startsWith('deactivating') === true;
  const first = hosts.filter((host) => setting.cutOffAt.includes(host) || isLeaving(host));
  const port = new Port(byHost, setting);
  for (const host of hosts) setting.emit({ event: 'server', cluster: setting.gate.cluster, host, status: 'waiting' });
  return driveRoll(hosts, { stopped, first }, port, setting.isStopRequested, setting.clock ?? systemClock);
}

class Port implements RollPort {
  readonly #servers: ReadonlyMap<string, ServerHost>;
  readonly #setting: RollSetting;
  readonly #clock: Clock;
  readonly #since = new Map<string, number>();

  constructor(servers: ReadonlyMap<string, ServerHost>, setting: RollSetting) {
    this.#servers = servers;
    this.#setting = setting;
    this.#clock = setting.clock ?? systemClock;
  }

  begin(command: Command): void {
    if (command.do === 'next') return;
    const hosts = command.do === 'finish' ? [] : command.hosts;
    try {
      this.#setting.journal.note(hosts.length === 0 ? null : { hosts: [...hosts], doing: command.do });
    } catch (error) {
      // Who was stopped must come back, whether that can be written down or not.
      if (!(error instanceof BrokkrError) || command.do === 'gate' || command.do === 'stop') throw error;
      this.#setting.emit({ event: 'warning', message: error.message });
    }
    const status = statusOf[command.do];
    if (status !== undefined) for (const host of hosts) this.#tell(host, status);
  }

  next(hosts: readonly string[]): Promise<readonly string[]> {
    return this.#setting.gate.next(hosts);
  }

  async gate(hosts: readonly string[]): Promise<void> {
    for (const host of hosts) {
      const full = fullDisk(await this.#server(host).look());
      if (full !== undefined) throw new BrokkrError(`${host}: ${full}`, { hint: 'make room there first' });
    }
    const { gate, isStopRequested, isBarred } = this.#setting;
    const isInVain = async (reasons: readonly string[]) =>
      isStopRequested() ? 'stopped as asked' : reasons.length > 0 ? await isBarred?.() : undefined;
    for (const note of await gate.before(hosts, isInVain))
      this.#setting.emit({ event: 'warning', message: `${hosts.join(', ')}: ${note}` });
  }

  async stop(host: string): Promise<void> {
    await this.#server(host).stop(this.#setting.forceAfter);
  }

  async start(host: string): Promise<void> {
    const look = await this.#server(host).look();
    // Not only after our own stop: a server that ended while it was cut off from ZooKeeper is registered until its session ends.
    if (look.process === undefined) await this.#setting.gate.untilGone(host);
    const started = (await this.#startedOtherwise(host)) ? await this.#seen(host) : undefined;
    // Of several handlers that restart it the others owe nothing any more, whether or not the run comes to them.
    if (started !== undefined) await this.#server(host).pay([...started.owed.keys()]);
    else await this.#server(host).start(look.needsReload, [...look.owed.keys()]);
  }

  /** A server that was started. Looked for more than once: a program that starts it in the background may end before it can be seen. */
  async #seen(host: string): Promise<ServerLook | undefined> {
    for (let count = 1; count <= looksAfterTask; count += 1) {
      const look = await this.#server(host).look();
      if (look.process !== undefined || look.unitState?.startsWith('activating') === true) return look;
      if (count < looksAfterTask) await this.#clock.sleep(1000);
    }
    return undefined;
  }

  /** A task of a playbook is not begun any more once the user has asked to stop: the server must come back all the same. */
  async #startedOtherwise(host: string): Promise<boolean> {
    const { startWith, isStopRequested } = this.#setting;
    if (startWith === undefined || isStopRequested()) return false;
    try {
      await startWith(host);
      return true;
    } catch (error) {
      if (!(error instanceof BrokkrError)) throw error;
      if (isStopRequested()) return false;
      await this.#startAfterFailure(host);
      throw error;
    }
  }

  /** The task has failed, and is told of; its server was stopped for it by us, and must not stay down. */
  async #startAfterFailure(host: string): Promise<void> {
    try {
      if ((await this.#seen(host)) !== undefined) return;
      await this.#server(host).start((await this.#server(host).look()).needsReload, []);
    } catch (error) {
      // What has failed first is told, and how the server was left.
      if (!(error instanceof BrokkrError)) throw error;
    }
  }

  async comeBack(host: string): Promise<void> {
    const server = this.#server(host);
    const first = await server.look();
    let next = this.#clock.now();
    const isInVain = async (): Promise<string | undefined> => {
      if (this.#clock.now() < next) return undefined;
      next = this.#clock.now() + lookEvery * 1000;
      const { process, unitState } = await server.look();
      if (process !== undefined && process.pid === first.process?.pid) return undefined;
      const state = unitState === undefined ? '' : `, its unit is ${unitState}`;
      return `its process has ended${state}\n${await endOfLog(server)}`;
    };
    const vain = first.process === undefined ? await isInVain() : undefined;
    if (vain !== undefined) throw new BrokkrError(vain);
    try {
      await this.#setting.gate.after(host, isInVain);
    } catch (error) {
      if (!(error instanceof BrokkrError) || error.message.includes('\n')) throw error;
      throw new BrokkrError(`${error.message}\n${await endOfLog(server)}`);
    }
    await this.#mustBeNew(host, await server.look());
    this.#tell(host, 'back');
  }

  /** What runs has to have been started by this roll; else the files were changed for nothing. */
  async #mustBeNew(host: string, { process }: ServerLook): Promise<void> {
    const before = this.#setting.looks.get(host)?.process;
    if (process === undefined) throw new BrokkrError('it answers, but its process is not found');
    if (before?.pid === process.pid && before.startedAt === process.startedAt)
      throw new BrokkrError(`process ${process.pid} runs on: it was not restarted`);
  }

  async finish(): Promise<void> {
    for (const note of await this.#setting.gate.settle())
      this.#setting.emit({ event: 'progress', text: note, isResult: true });
    await this.#setting.gate.waitUntilWhole();
  }

  async isRunning(host: string): Promise<boolean | undefined> {
    try {
      return (await this.#server(host).look()).process !== undefined;
    } catch (error) {
      if (error instanceof BrokkrError) return undefined;
      throw error;
    }
  }

  #server(host: string): ServerHost {
    const server = this.#servers.get(host);
    if (server === undefined) throw new TypeError(`${host} is not part of the roll`);
    return server;
  }

  #tell(host: string, status: ServerStatus): void {
    const now = this.#clock.now();
    if (status === 'stopping' || status === 'starting') this.#since.set(host, this.#since.get(host) ?? now);
    const seconds = status === 'back' ? (now - (this.#since.get(host) ?? now)) / 1000 : undefined;
    this.#setting.emit({ event: 'server', cluster: this.#setting.gate.cluster, host, status, seconds });
  }
}

async function endOfLog(server: ServerHost): Promise<string> {
  try {
    return `end of ${server.member.log} on ${server.member.host}:\n${(await server.logEnd(logLines)).replace(/^/gm, '  ')}`;
  } catch (error) {
    if (error instanceof BrokkrError) return `its log could not be read: ${error.message}`;
    throw error;
  }
}
