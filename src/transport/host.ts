import type { Client, ClientChannel } from 'ssh2';
import { BrokkrError, UnreachableError } from '../errors.ts';
import { newNonce } from '../shell/frame.ts';
import { channelCommand } from '../shell/program.ts';
import { quote } from '../shell/quote.ts';
import { type Channel, localChannel, sshChannel } from './channel.ts';
import { type ConnectOptions, openConnection } from './connection.ts';
import { type Program, ProgramChannel, type ProgramListener } from './program-channel.ts';
import type { Become, Target, Traffic } from './target.ts';

/** Milliseconds that sudo may take to ask for a password or to start the shell. */
const BECOME_TIMEOUT_MS = 20_000;

/** What the engine needs of a host: to run programs on it. */
export type ProgramRunner = Pick<Host, keyof Host>;

/** One host: one connection, opened at its first program, and one shell per become user. */
export class Host {
  readonly target: Target;
  readonly traffic: Traffic = { connections: 0, channels: 0, programs: 0, bytesSent: 0, bytesReceived: 0 };
  readonly #options: ConnectOptions;
  #client: Promise<Client> | undefined;
  #lost = false;
  readonly #shells = new Map<string, Promise<ProgramChannel>>();

  constructor(target: Target, options: ConnectOptions = {}) {
    this.target = target;
    this.#options = options;
  }

  /** Runs a program in the shell of the user; several at once are run one after the other by the caller. */
  async run(
    become: Become | undefined,
    program: Program,
    listener: ProgramListener,
    options: { onBoth: boolean },
  ): Promise<void> {
    const shell = await this.#shell(become);
    await shell.run(program, listener, options);
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
    const channel = await this.#open('receiver', become);
    try {
      await channel.run(program, listener, { onBoth: true, content });
    } finally {
      channel.destroy();
    }
  }

  /** Runs a program in a channel of its own, while another one runs in the user's shell. */
  async runBeside(become: Become | undefined, program: Program, listener: ProgramListener): Promise<void> {
    const channel = await this.#open('receiver', become);
    try {
      await channel.run(program, listener, { onBoth: false });
    } finally {
      channel.destroy();
    }
  }

  /** The SSH connection, for connections that are dialled through it; undefined for a local host. */
  async client(): Promise<Client | undefined> {
    if (this.target.connection === 'local') return undefined;
    return this.#connect();
  }

  /** Ends the remote process groups: their watchdogs see their input end. */
  async abort(): Promise<void> {
    for (const shell of this.#shells.values()) (await shell.catch(() => undefined))?.abort();
  }

  async close(): Promise<void> {
    for (const shell of this.#shells.values()) (await shell.catch(() => undefined))?.end();
    this.#shells.clear();
    const client = await this.#client?.catch(() => undefined);
    client?.end();
    this.#client = undefined;
  }

  #shell(become: Become | undefined): Promise<ProgramChannel> {
    const key = become?.user ?? '';
    const open = this.#shells.get(key);
    if (open !== undefined) return open;
    const shell = this.#open('server', become);
    this.#shells.set(key, shell);
    return shell;
  }

  #connect(): Promise<Client> {
    this.#client ??= this.#openClient();
    return this.#client;
  }

  async #openClient(): Promise<Client> {
    this.traffic.connections += 1;
    const client = await openConnection(this.target, this.#options);
    client.once('close', () => {
      this.#lost = true;
    });
    return client;
  }

  async #open(kind: 'server' | 'receiver', become: Become | undefined): Promise<ProgramChannel> {
    this.traffic.channels += 1;
    if (become?.password === undefined) {
      const prefix = become === undefined ? '' : `sudo -n -H -u ${quote(become.user)} --`;
      return new ProgramChannel(this.target.name, await this.#exec(channelCommand(kind, prefix)), this.traffic);
    }
    const prompt = newNonce();
    const ready = newNonce();
    const command = channelCommand(kind, `sudo -S -H -p ${prompt} -u ${quote(become.user)} --`).replace(
      "sh -c '",
      `sh -c 'echo ${ready}; `,
    );
    const channel = await this.#exec(command);
    await this.#answerPrompt(channel, become, prompt, ready);
    return new ProgramChannel(this.target.name, channel, this.traffic);
  }

  /**
   * The password goes out alone, only after sudo has asked, and only once: what stands after it on the channel would be
   * taken for further tries, and tries can lock the account.
   */
  #answerPrompt(channel: Channel, become: Become, prompt: string, ready: string): Promise<void> {
    return new Promise((resolve, reject) => {
      let heard = '';
      let asked = 0;
      const name = this.target.name;
      const timer = setTimeout(
        () => done(new BrokkrError(`sudo on ${name} neither asked for a password nor started a shell`)),
        BECOME_TIMEOUT_MS,
      );
      const done = (error?: Error): void => {
        clearTimeout(timer);
        channel.stdout.removeListener('data', hear);
        channel.stderr.removeListener('data', hear);
        if (error === undefined) resolve();
        else {
          channel.destroy();
          reject(error);
        }
      };
      const wrong = (): BrokkrError =>
        new BrokkrError(`sudo on ${name} did not accept the password of ${this.target.user} for ${become.user}`, {
          hint: 'give the right one with -K (--ask-become-pass) or ansible_become_password',
        });
      const hear = (chunk: Buffer): void => {
        heard += chunk.toString();
        if (heard.includes(ready)) {
          done();
          return;
        }
        const prompts = heard.split(prompt).length - 1;
        if (prompts > 1) {
          done(wrong());
          return;
        }
        if (prompts > asked) {
          asked = prompts;
          channel.stdin.write(`${become.password?.reveal() ?? ''}\n`);
        }
      };
      channel.stdout.on('data', hear);
      channel.stderr.on('data', hear);
      channel.onClose((rc) => {
        const said = heard.replaceAll(prompt, '').trim();
        if (asked > 0) done(wrong());
        else done(new BrokkrError(`sudo on ${name} failed with exit status ${rc}${said === '' ? '' : `: ${said}`}`));
      });
    });
  }

  async #exec(command: string): Promise<Channel> {
    if (this.target.connection === 'local') return localChannel(command);
    const client = await this.#connect();
    if (this.#lost) throw new UnreachableError(this.target.name, `the connection to ${this.target.name} was lost`);
    return new Promise((resolve, reject) => {
      const onClose = (): void =>
        reject(new UnreachableError(this.target.name, `the connection to ${this.target.name} was lost`));
      client.once('close', onClose);
      client.exec(command, (error: Error | undefined, channel: ClientChannel) => {
        client.removeListener('close', onClose);
        if (error === undefined) resolve(sshChannel(channel));
        else
          reject(
            new UnreachableError(this.target.name, `${this.target.name} opens no more sessions: ${error.message}`, {
              cause: error,
              hint: 'MaxSessions in its sshd_config has to be 3 or more',
            }),
          );
      });
    });
  }
}
