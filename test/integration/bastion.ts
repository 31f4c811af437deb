import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../../src/lab/lab.ts';

/**
 * A place from which the lab's hosts are reached only through a bastion: a network namespace whose one link leads to an sshd of
 * this machine. It lets one client log in at a time, and opens no sessions.
 */
export class Bastion {
  readonly address: string;
  /** A configuration of ssh: `bastion`, and the lab's hosts behind it. */
  readonly config: string;
  /** What a command is started with to run there. */
  readonly before: readonly string[];
  readonly #namespace: string;
  readonly #link: string;
  readonly #folder: string;
  #sshd: ChildProcess | undefined;
  #log = '';

  private constructor(lab: Lab, folder: string) {
    const id = createHash('sha256').update(folder).digest();
    const name = id.toString('hex').slice(0, 8);
    // 198.18.0.0/15 is for tests of networks (RFC 2544): nobody has a route to it.
    const network = `198.18.${id.readUInt8(8)}.${4 * (id.readUInt8(9) % 64)}`;
    const [head, last] = [network.slice(0, network.lastIndexOf('.')), Number(network.split('.')[3])];
    this.address = `${head}.${last + 1}`;
    this.#namespace = `brb-${name}`;
    this.#link = `brb-${name}`;
    this.#folder = folder;
    this.config = path.join(folder, 'ssh_config');
    this.before = ['ip', 'netns', 'exec', this.#namespace];
    mkdirSync(folder, { recursive: true });
    this.#makeNetwork(`${head}.${last + 2}`);
    this.#writeFiles(lab);
  }

  static async start(lab: Lab, folder: string): Promise<Bastion> {
    const bastion = new Bastion(lab, folder);
    try {
      await bastion.#listen();
    } catch (error) {
      bastion.remove();
      throw error;
    }
    return bastion;
  }

  /** How many have logged in since it was asked last. */
  logIns(): number {
    const count = this.#log.split('Accepted publickey').length - 1;
    this.#log = '';
    return count;
  }

  remove(): void {
    this.#sshd?.kill();
    execFileSync('ip', ['netns', 'delete', this.#namespace]);
    // Its other end is gone with the namespace, and it with that; when there was none yet, it is still there.
    try {
      execFileSync('ip', ['link', 'delete', 'dev', this.#link], { stdio: 'pipe' });
    } catch {}
  }

  #makeNetwork(inside: string): void {
    const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });
    const namespace = this.#namespace;
    ip('netns', 'add', namespace);
    ip('link', 'add', this.#link, 'type', 'veth', 'peer', 'name', 'up', 'netns', namespace);
    ip('address', 'add', `${this.address}/30`, 'dev', this.#link);
    ip('link', 'set', 'dev', this.#link, 'up');
    ip('-n', namespace, 'address', 'add', `${inside}/30`, 'dev', 'up');
    for (const device of ['up', 'lo']) ip('-n', namespace, 'link', 'set', 'dev', device, 'up');
  }

  #writeFiles(lab: Lab): void {
    const at = (name: string): string => path.join(this.#folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('host_key')]);
    const hostKey = readFileSync(at('host_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
    writeFileSync(at('known_hosts'), `${readFileSync(lab.knownHostsFile, 'utf8')}the-bastion ${hostKey}\n`);
    const sshd = [
      `ListenAddress ${this.address}`,
      'Port 2222',
      `HostKey ${at('host_key')}`,
      `AuthorizedKeysFile ${lab.identityFile}.pub`,
      'StrictModes no',
      'PidFile none',
      'UsePAM yes',
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      // One at a time may log in, and nobody gets a shell: what is carried through needs neither.
      'MaxStartups 1:100:1',
      'MaxSessions 0',
    ];
    writeFileSync(at('sshd_config'), `${sshd.join('\n')}\n`);
    const [first = '', ...others] = lab.hosts.map(({ address }) => address);
    const last = others.pop() ?? 'none';
    const config = [
      'Host bastion',
      `  HostName ${this.address}`,
      '  Port 2222',
      '  HostKeyAlias the-bastion',
      `Host ${[first, ...others].join(' ')}`,
      '  ProxyJump bastion',
      `Host ${last}`,
      `  ProxyJump bastion,${first}`,
      'Host *',
      '  User root',
      `  IdentityFile ${lab.identityFile}`,
      `  UserKnownHostsFile ${at('known_hosts')}`,
    ];
    writeFileSync(this.config, `${config.join('\n')}\n`);
  }

  async #listen(): Promise<void> {
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', path.join(this.#folder, 'sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#sshd = sshd;
    sshd.stderr.on('data', (chunk) => {
      this.#log += chunk;
    });
    for (let left = 100; left > 0; left--) {
      if (sshd.exitCode !== null) throw new Error(`sshd has ended: ${this.#log}`);
      if (await isOpen(this.address)) return;
      await sleep(50);
    }
    throw new Error(`sshd does not listen: ${this.#log}`);
  }
}

function isOpen(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 2222 });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
