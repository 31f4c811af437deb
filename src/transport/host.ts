import { UnreachableError } from '../errors.ts';
import { newNonce } from '../shell/frame.ts';
import { channelCommand } from '../shell/program.ts';
import { shellStart, waitsForPassword } from './become.ts';
import { type Channel, localChannel } from './channel.ts';
import type { Connection } from './connection.ts';
import { FurtherConnections, isRefused } from './further-connections.ts';
import type { HostOptions } from './host-options.ts';
import { JumpHosts } from './jump-hosts.ts';
import { LateTarget } from './late-target.ts';
import { openConnection } from './open-connection.ts';
import { type Program, ProgramChannel, type ProgramListener } from './program-channel.ts';
import { noSession, openSession } from './session.ts';
import { awaitStart, type Start } from './start.ts';
import { type Become, noTraffic, type Target, type Traffic } from './target.ts';
import { accountKey, Terminals } from './terminals.ts';
import { type Turn, Turns } from './turns.ts';

/** Milliseconds that a session, its shell and sudo may take to start. */
const START_TIMEOUT_MS = 30_000;

/** What the engine needs of a host: to run programs on it. */
export type ProgramRunner = Pick<Host, keyof Host>;

/**
 * One host: one connection, opened at its first program, and one shell per become user. Where its sshd opens too few sessions
 * on a connection, there are further ones.
 */
export class Host {
  readonly #target: LateTarget;
  readonly traffic: Traffic = noTraffic();
  readonly #options: HostOptions;
  readonly #jumps: JumpHosts;
  readonly #turns: Turns;
  #turn: Turn | undefined;
  readonly #ended = new AbortController();
  #connection: Promise<Connection> | undefined;
  /** The connection that stands; undefined before, and when it was lost. */
  #standing: Connection | undefined;
  readonly #further = new FurtherConnections(() => this.#openFurther());
  /** A connection of an earlier run over which a shell has started. */
  #proven: Connection | undefined;
  readonly #shells = new Map<string, Promise<ProgramChannel>>();
  readonly #terminals = new Terminals();
  readonly #channels = new Set<ProgramChannel>();

  constructor(target: Target, options: HostOptions = {}) {
    this.#options = options;
    this.#jumps = options.jumps ?? new JumpHosts();
    this.#turns = options.turns ?? new Turns();
    this.#target = new LateTarget(target, options.complete, ({ jump }) => {
      if (jump !== undefined) this.#jumps.enter(this);
    });
  }

  /** How it is reached; until {@link complete}, perhaps without what ssh's own configuration adds. */
  get target(): Target {
    return this.#target.now;
  }

  /** @throws UnreachableError when ssh refuses to say how it would be reached */
  complete(): Promise<void> {
    return this.#target.complete();
  }

  /** Is there a connection, which somebody else may use as well? */
  get isConnected(): boolean {
    return this.#standing !== undefined;
  }

  /** Runs a program in the shell of the user, after those that were given to it before. */
  async run(
    become: Become | undefined,
    program: Program,
    listener: ProgramListener,
    options: { onBoth: boolean },
  ): Promise<void> {
    const key = accountKey(become);
    let shell: Promise<ProgramChannel> | undefined;
    const inShell = async (): Promise<void> => {
      shell = this.#shell(become);
      await (await shell).run(program, listener, options);
    };
    const forget = (): void => {
      if (this.#shells.get(key) === shell) this.#shells.delete(key);
    };
    await this.#terminals.given(become, inShell, forget);
  }

  /** Begins to connect, so that the handshake goes on while there is other work; whoever needs the connection hears if it failed. */
  beginConnecting(): void {
    if (this.target.connection === 'ssh') this.#connect().catch(() => {});
  }

  /** Runs one program in a channel of its own, followed by a local file's content. */
  async receive(
    become: Become | undefined,
    program: Program,
    content: string,
    listener: ProgramListener,
  ): Promise<void> {
    await this.#runOnce(become, program, listener, { onBoth: true, content });
  }

  /** Runs a program in a channel of its own, while another one runs in the user's shell. */
  async runBeside(become: Become | undefined, program: Program, listener: ProgramListener): Promise<void> {
    await this.#runOnce(become, program, listener, { onBoth: false });
  }

  /** The SSH connection, for connections that are dialled through it; undefined for a local host. */
  async connection(): Promise<Connection | undefined> {
    if (this.target.connection === 'local') return undefined;
    return this.#connect();
  }

  /** The SSH connection to the host in between; undefined where there is none. */
  async jumpConnection(): Promise<Connection | undefined> {
    await this.complete();
    const { jump } = this.target;
    return jump === undefined ? undefined : this.#jumps.connection(jump, this.#options);
  }

  /** Gives the connection up: the next program opens another one. What runs is told that it was lost. */
  disconnect(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#standing = undefined;
    this.#shells.clear();
    for (const channel of this.#channels) channel.abort();
    this.#channels.clear();
    this.#further.destroy();
    connection?.then(
      (open) => open.destroy(),
      () => {},
    );
  }

  /** Ends the remote process groups: their watchdogs see their input end. Nothing can be run any more. */
  async abort(): Promise<void> {
    this.#ended.abort();
    for (const channel of this.#channels) channel.abort();
  }

  /** Lets the shells end, and the connection. Nothing can be run any more. */
  async close(): Promise<void> {
    this.#ended.abort();
    for (const channel of this.#channels) channel.end();
    const connection = await this.#connection?.catch(() => undefined);
    await Promise.all([connection?.end(), this.#further.end()]);
    await this.#jumps.leave(this);
  }

  async #runOnce(
    become: Become | undefined,
    program: Program,
    listener: ProgramListener,
    options: { onBoth: boolean; content?: string },
  ): Promise<void> {
    const inOneOfItsOwn = async (): Promise<void> => {
      const channel = await this.#open('receiver', become);
      try {
        await channel.run(program, listener, options);
      } finally {
        channel.destroy();
      }
    };
    await this.#terminals.given(become, inOneOfItsOwn, () => {});
  }

  /** A shell that could not be started is not tried again: with a wrong password, that could lock the account. */
  #shell(become: Become | undefined): Promise<ProgramChannel> {
    const key = accountKey(become);
    const open = this.#shells.get(key);
    if (open !== undefined) return open;
    const shell = this.#open('server', become);
    this.#shells.set(key, shell);
    return shell;
  }

  #connect(): Promise<Connection> {
    this.#connection ??= this.#openConnection();
    return this.#connection;
  }

  async #openConnection(): Promise<Connection> {
    await this.complete();
    this.traffic.connections += 1;
    const { onConnecting, onConnected } = this.#options;
    const signals = this.#signals();
    this.#turn = await this.#turns.take(signals);
    const started = performance.now();
    onConnecting?.(this.target.name);
    try {
      const connection = await this.#logIn(this.target, signals);
      if (connection.origin === 'found') this.traffic.connections -= 1;
      this.#standing = connection;
      connection.onClose(() => {
        if (this.#standing === connection) this.#standing = undefined;
      });
      onConnected?.(this.target.name, (performance.now() - started) / 1000);
      return connection;
    } catch (error) {
      this.#turn?.end();
      throw error;
    }
  }

  async #openFurther(): Promise<Connection> {
    this.traffic.connections += 1;
    const signals = this.#signals();
    const turn = await this.#turns.take(signals);
    // One that is kept for the next run would be the one that is full.
    const { keptSeconds: _, ...target } = this.target;
    try {
      return await this.#logIn(target, signals);
    } finally {
      turn?.end();
    }
  }

  #signals(): AbortSignal {
    const { signal } = this.#options;
    return AbortSignal.any(signal === undefined ? [this.#ended.signal] : [this.#ended.signal, signal]);
  }

  #logIn(target: Target, signal: AbortSignal): Promise<Connection> {
    // What others share ends with the run, and not with this host.
    const carry = (jump: Target): Promise<Connection> => this.#jumps.connection(jump, this.#options);
    return openConnection(target, carry, { ...this.#options, signal, traffic: this.traffic });
  }

  async #open(kind: 'server' | 'receiver', become: Become | undefined): Promise<ProgramChannel> {
    if (this.target.connection === 'local') return this.#start(kind, become);
    this.#refuseWhenEnded();
    const connecting = this.#connect();
    const connection = await connecting;
    if (connection.origin !== 'found' || connection === this.#proven) return this.#start(kind, become);
    try {
      const programs = await this.#start(kind, become, 'wait');
      this.#proven = connection;
      return programs;
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      // What an earlier run has left may lead nowhere any more, and nothing has been run over it.
      if (this.#connection === connecting) this.#connection = undefined;
      connection.destroy();
      return this.#start(kind, become);
    }
  }

  async #start(kind: 'server' | 'receiver', become: Become | undefined, wait?: 'wait'): Promise<ProgramChannel> {
    this.traffic.channels += 1;
    const start: Start = {
      host: this.target.name,
      user: this.target.user,
      become,
      ready: newNonce(),
      prompt: newNonce(),
      onTerminal: this.#terminals.isFor(become),
      timeoutMs: this.#options.startTimeoutMs ?? START_TIMEOUT_MS,
    };
    const channel = await this.#exec(channelCommand(kind, shellStart(start), start.ready), start.timeoutMs);
    const turn = this.#turn;
    turn?.starts();
    const started = awaitStart(channel, start);
    const isIn = (): void => turn?.end();
    started.then(isIn, isIn);
    const programs = new ProgramChannel(this.target.name, channel, this.traffic, started);
    this.#channels.add(programs);
    channel.onClose(() => this.#channels.delete(programs));
    // What is sent before a password was asked for would be taken for it; elsewhere, waiting is a round trip lost.
    if (wait === 'wait' || (become !== undefined && waitsForPassword(become))) await started;
    return programs;
  }

  async #exec(command: string, timeoutMs: number): Promise<Channel> {
    this.#refuseWhenEnded();
    if (this.target.connection === 'local') return localChannel(command);
    const { name } = this.target;
    const begin = async (connection: Connection): Promise<Channel> => {
      this.#refuseWhenEnded();
      return openSession(name, connection, command, timeoutMs);
    };
    const connection = await this.#connect();
    try {
      return await begin(connection).catch((error: unknown) => {
        if (!isRefused(error)) throw error;
        return this.#further.session(begin);
      });
    } catch (error) {
      throw isRefused(error) ? noSession(name, error) : error;
    }
  }

  #refuseWhenEnded(): void {
    const { name } = this.target;
    if (this.#ended.signal.aborted) throw new UnreachableError(name, `the connection to ${name} was ended`);
  }
}
