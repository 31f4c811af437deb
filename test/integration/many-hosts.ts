import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PORT = 2290;

/**
 * Many light hosts behind one door: one sshd of this machine that lets few log in at the same moment, and for which every address of
 * 127.0.7.0/24 is a host with its own /srv and its own state of brokkr. Needs root.
 */
export class ManyHosts {
  readonly inventory: string;
  readonly names: readonly string[];
  readonly #folder: string;
  readonly #sshd: ChildProcess;
  #log = '';

  private constructor(folder: string, count: number) {
    const at = (name: string): string => join(folder, name);
    this.#folder = folder;
    this.inventory = at('inventory.json');
    this.names = Array.from({ length: count }, (_, index) => `h${index + 1}`);
    mkdirSync(folder, { recursive: true });
    for (const name of ['host_key', 'mine'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
    const enter = `#!/bin/sh
set -- $SSH_CONNECTION
export here=${folder}/hosts/$3
mkdir -p "$here/srv" "$here/state" /var/lib/brokkr
[ ! -f "$here/slow" ] || sleep "$(cat "$here/slow")"
exec unshare -m sh -c 'mount --bind "$here/srv" /srv && mount --bind "$here/state" /var/lib/brokkr && exec sh -c "$SSH_ORIGINAL_COMMAND"'
`;
    writeFileSync(at('enter'), enter, { mode: 0o755 });
    const config = [
      'ListenAddress 127.0.0.0',
      `Port ${PORT}`,
      `HostKey ${at('host_key')}`,
      `AuthorizedKeysFile ${at('mine')}.pub`,
      'StrictModes no',
      'PidFile none',
      'UsePAM no',
      'PermitRootLogin yes',
      // As sshd has it when nothing is configured.
      'MaxStartups 10:30:100',
      // Debian's bash reads ~/.bashrc of the account under which the tests run when it is the first shell after sshd.
      'SetEnv SHLVL=2',
      `ForceCommand ${at('enter')}`,
    ].map((line) => line.replace('127.0.0.0', '0.0.0.0'));
    writeFileSync(at('sshd_config'), `${config.join('\n')}\n`);
    const vars = {
      ansible_user: 'root',
      ansible_port: PORT,
      ansible_ssh_private_key_file: at('mine'),
      ansible_host_key_checking: false,
    };
    const hosts = Object.fromEntries(this.names.map((name, index) => [name, { ansible_host: `127.0.7.${index + 1}` }]));
    writeFileSync(this.inventory, JSON.stringify({ all: { vars, hosts } }));
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    this.#sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#sshd.stderr?.on('data', (chunk) => {
      this.#log += chunk;
    });
  }

  static async start(folder: string, count: number): Promise<ManyHosts> {
    const many = new ManyHosts(folder, count);
    for (let left = 100; left > 0; left--) {
      if (await isOpen()) return many;
      await sleep(50);
    }
    many.stop();
    throw new Error(`sshd does not listen: ${many.#log}`);
  }

  /** How many have logged in since it was asked last, and how often the door was closed. */
  counts(): { logIns: number; closed: number } {
    const count = (word: string): number => this.#log.split(word).length - 1;
    const counts = { logIns: count('Accepted publickey'), closed: count('drop connection') };
    this.#log = '';
    return counts;
  }

  /** From now on its shell starts so many seconds late. */
  slow(name: string, seconds: number): void {
    writeFileSync(join(this.#folder, 'hosts', `127.0.7.${this.names.indexOf(name) + 1}`, 'slow'), String(seconds));
  }

  stop(): void {
    this.#sshd.kill();
  }
}

function isOpen(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.7.1', port: PORT });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
