import type { Duplex } from 'node:stream';
import { BrokkrError } from '../errors.ts';
import { dial, dialFailure, type Endpoint, formatEndpoint } from '../modules/dialing.ts';
import type { Dialer } from '../modules/module.ts';
import { JuteReader, JuteWriter } from './jute.ts';

export interface SessionOptions {
  readonly dialer: Dialer;
  readonly signal: AbortSignal;
  /** Milliseconds for dialing and for each answer. */
  readonly timeoutMs: number;
}

/** As ZooKeeper numbers its requests (`org.apache.zookeeper.ZooDefs.OpCode`). */
const operation = { create: 1, delete: 2, getData: 4, sync: 9, close: -11 } as const;

/** What errors are called (`org.apache.zookeeper.KeeperException.Code`). */
const errorNames: ReadonlyMap<number, string> = new Map([
  [-4, 'ConnectionLoss'],
  [-101, 'NoNode'],
  [-102, 'NoAuth'],
  [-110, 'NodeExists'],
  [-112, 'SessionExpired'],
  [-115, 'AuthFailed'],
  [-119, 'NotReadOnly'],
  [-124, 'SessionClosedRequireSaslAuth'],
]);

/** Every right for everybody: the znode is gone with its session. */
const allRights = 31;
const ephemeral = 1;
const sessionTimeoutMs = 10_000;

/** One session with one server: as much of ZooKeeper's protocol as it takes to write a znode and read it. */
export class ZookeeperSession {
  readonly #name: string;
  readonly #socket: Duplex;
  readonly #timeoutMs: number;
  readonly #waiting: { resolve(packet: Buffer): void; reject(error: Error): void }[] = [];
  #received: Buffer = Buffer.alloc(0);
  #failure: Error | undefined;
  #xid = 0;

  private constructor(name: string, socket: Duplex, timeoutMs: number) {
    this.#name = name;
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(`${name}: ${dialFailure(error)}`));
    socket.on('close', () => this.#fail(`${name} closed the connection`));
  }

  /** @throws BrokkrError when the server cannot be reached or grants no session */
  static async open(server: Endpoint, { dialer, signal, timeoutMs }: SessionOptions): Promise<ZookeeperSession> {
    const name = formatEndpoint(server);
    let socket: Duplex;
    try {
      socket = await dial(dialer, server, timeoutMs, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw new BrokkrError(`${name}: ${dialFailure(error)}`, { cause: error });
    }
    const session = new ZookeeperSession(name, socket, timeoutMs);
    const protocolVersion = 0;
    const request = new JuteWriter().int(protocolVersion).long(0n).int(sessionTimeoutMs).long(0n);
    const answer = new JuteReader(await session.#send(request.buffer(Buffer.alloc(16)).bool(false)));
    answer.int();
    if (answer.int() > 0) return session;
    session.#fail(`${name} grants no session`);
    throw new BrokkrError(`${name} grants no session`);
  }

  /** Makes a znode that is gone with the session. @returns the transaction's id */
  async createEphemeral(path: string, data: Buffer): Promise<bigint> {
    const rights = (writer: JuteWriter) => writer.int(1).int(allRights).text('world').text('anyone');
    const { zxid } = await this.#request(operation.create, (writer) =>
      rights(writer.text(path).buffer(data)).int(ephemeral),
    );
    return zxid;
  }

  /** Waits until the server has all that the leader had when it was asked. @returns the last transaction's id */
  async sync(path: string): Promise<bigint> {
    return (await this.#request(operation.sync, (writer) => writer.text(path))).zxid;
  }

  async getData(path: string): Promise<Buffer> {
    const { body } = await this.#request(operation.getData, (writer) => writer.text(path).bool(false));
    return body.buffer();
  }

  async remove(path: string): Promise<void> {
    const anyVersion = -1;
    await this.#request(operation.delete, (writer) => writer.text(path).int(anyVersion));
  }

  /** Ends the session, so that its znodes are gone at once. */
  async close(): Promise<void> {
    if (this.#failure === undefined) await this.#request(operation.close, (writer) => writer).catch(() => {});
    this.#fail('closed');
  }

  async #request(type: number, write: (writer: JuteWriter) => JuteWriter): Promise<{ zxid: bigint; body: JuteReader }> {
    const answer = new JuteReader(await this.#send(write(new JuteWriter().int(++this.#xid).int(type))));
    answer.int();
    const zxid = answer.long();
    const code = answer.int();
    if (code !== 0) throw new BrokkrError(`${this.#name} answers ${errorNames.get(code) ?? `error ${code}`}`);
    return { zxid, body: answer };
  }

  async #send(writer: JuteWriter): Promise<Buffer> {
    const late = () => this.#fail(`${this.#name} did not answer within ${this.#timeoutMs / 1000} s`);
    const timer = setTimeout(late, this.#timeoutMs);
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        if (this.#failure !== undefined) return reject(this.#failure);
        this.#waiting.push({ resolve, reject });
        this.#socket.write(writer.packet());
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Answers come in the order of their requests: a length of 32 bits, then the packet. */
  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4) {
      const size = this.#received.readInt32BE(0);
      if (size < 0 || size > 1024 * 1024) {
        this.#fail(`what ${this.#name} answers is not ZooKeeper`);
        return;
      }
      if (this.#received.length < 4 + size) return;
      this.#waiting.shift()?.resolve(this.#received.subarray(4, 4 + size));
      this.#received = this.#received.subarray(4 + size);
    }
  }

  #fail(reason: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = new BrokkrError(reason);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
    this.#socket.destroy();
  }
}
