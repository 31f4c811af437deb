import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import type { Target } from '../../../src/transport/target.ts';

/** An sshd in this process: it runs commands with sh, dials for others, and counts. */
export interface SshServer {
  readonly port: number;
  connections: number;
  open: number;
  /** What it was asked to log somebody in with, in order: `publickey` or `password`. */
  readonly attempts: string[];
  readonly passwords: string[];
  /** Answers to its question for the password. */
  readonly asked: number;
  /** `host:port` of each connection that it made for a client. */
  readonly dialed: string[];
  /** Cuts all connections, and goes on listening. */
  drop(): void;
  /** Its connections end without a word of SSH, as when the process is killed. */
  vanish(): void;
  close(): Promise<void>;
}

export interface SshServerOptions {
  readonly place: string;
  readonly name: string;
  /** Public key files that it lets in. */
  readonly keys?: readonly string[];
  readonly password?: string;
  /** It asks for the password as a question, too, as PAM does. */
  readonly asks?: boolean;
  readonly forwards?: boolean;
  /** Sessions that it opens on one connection at the same time (MaxSessions). */
  readonly sessions?: number;
  /** It closes a session without a word on how its process has ended. */
  readonly hidesStatus?: boolean;
}

export function makeKey(file: string, ...options: string[]): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', ...options, '-f', file]);
  return file;
}

const blobOf = (file: string): Buffer => Buffer.from(readFileSync(`${file}.pub`, 'utf8').split(' ')[1] ?? '', 'base64');

export async function startSshServer(options: SshServerOptions): Promise<SshServer> {
  const hostKey = makeKey(join(options.place, `host-${options.name}`));
  const state = {
    connections: 0,
    open: 0,
    attempts: [] as string[],
    passwords: [] as string[],
    asked: 0,
    dialed: [] as string[],
  };
  const clients = new Set<ssh2.Connection>();
  const server = new ssh2.Server({ hostKeys: [readFileSync(hostKey)] }, (client) => {
    state.connections += 1;
    state.open += 1;
    clients.add(client);
    client.on('error', () => {});
    client.on('close', () => {
      state.open -= 1;
      clients.delete(client);
    });
    client.on('authentication', (auth) => {
      if (auth.method !== 'none' && (auth.method !== 'publickey' || auth.signature === undefined)) {
        state.attempts.push(auth.method);
      }
      const isKnown =
        auth.method === 'publickey' && (options.keys ?? []).some((file) => blobOf(file).equals(auth.key.data));
      if (auth.method === 'password') state.passwords.push(auth.password);
      const isRight = auth.method === 'password' && auth.password === options.password;
      const left: ssh2.AuthenticationType[] = options.asks === true ? ['keyboard-interactive'] : [];
      if (options.password !== undefined) left.push('password');
      if (isKnown || isRight) auth.accept();
      else if (auth.method === 'keyboard-interactive' && options.asks === true)
        auth.prompt({ prompt: 'Password: ', echo: false }, ([answer]) => {
          if (answer !== undefined) state.asked += 1;
          if (answer === options.password) auth.accept();
          else auth.reject(left);
        });
      else auth.reject(['publickey', ...left]);
    });
    let sessions = 0;
    client.on('session', (accept, reject) => {
      if (sessions === options.sessions) {
        reject();
        return;
      }
      sessions += 1;
      const session = accept();
      session.on('close', () => {
        sessions -= 1;
      });
      session.on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        const child = spawn('/bin/sh', ['-c', command]);
        channel.pipe(child.stdin);
        child.stdin.on('error', () => {});
        child.stdout.pipe(channel, { end: false });
        child.stderr.pipe(channel.stderr, { end: false });
        child.on('close', (rc) => {
          if (options.hidesStatus !== true) channel.exit(rc ?? 1);
          channel.end();
        });
        channel.on('close', () => child.stdin.end());
      });
    });
    // Without a listener it is prohibited, as by AllowTcpForwarding no.
    if (options.forwards === false) return;
    client.on('tcpip', (accept, reject, { destIP, destPort }) => {
      state.dialed.push(`${destIP}:${destPort}`);
      // Names that are known behind it only.
      const socket = connect({ host: destIP.replace(/^inside.*/, '127.0.0.1'), port: destPort, noDelay: true });
      socket.once('error', () => reject());
      socket.once('connect', () => {
        socket.removeAllListeners('error');
        const channel = accept();
        // As sshd does: that nothing more comes is told, and the channel is closed when the other side has closed it.
        socket.on('error', () => {});
        socket.on('close', () => channel.eof());
        channel.on('error', () => socket.destroy());
        socket.pipe(channel, { end: false }).pipe(socket);
      });
    });
  });
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    server.injectSocket(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  return Object.assign(state, {
    port,
    drop: () => {
      for (const client of clients) client.end();
    },
    vanish: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const client of clients) client.end();
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  });
}

/** The line for known_hosts. */
export function knownLine(options: Pick<SshServerOptions, 'place' | 'name'>, as: string): string {
  return `${as} ${readFileSync(join(options.place, `host-${options.name}.pub`), 'utf8')}`;
}

export function targetAt(name: string, port: number, changes: Partial<Target> = {}): Target {
  return {
    name,
    connection: 'ssh',
    address: '127.0.0.1',
    port,
    user: 'me',
    privateKeyFile: undefined,
    password: undefined,
    knownHostsFiles: [],
    hostKeyChecking: 'no',
    timeout: 5,
    ...changes,
  };
}
