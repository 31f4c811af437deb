import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { labDown } from '../../src/lab/control.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { labUp } from '../../src/lab/up.ts';
import { pollUntil } from '../../src/poll.ts';
import type { HostAction } from '../../src/shell/action.ts';
import type { Step } from '../../src/shell/apply-program.ts';
import { Secret } from '../../src/shell/redact.ts';
import { Host } from '../../src/transport/host.ts';
import type { HostOptions } from '../../src/transport/host-options.ts';
import type { Become, Target } from '../../src/transport/target.ts';

/** A host with systemd, `s1`, and one that is BusyBox only, for the tests of one file. */
export class SmallLab {
  /** Where the tests of the file may write. */
  readonly place = mkdtempSync(join(tmpdir(), 'brokkr-small-'));
  readonly #open: (() => Promise<void>)[] = [];
  #lab: Lab | undefined;

  constructor() {
    const folder = join(this.place, 'lab');
    beforeAll(async () => {
      const inventoryPath = join(this.place, 'lab.yml');
      this.#lab = await labUp({ folder, inventoryPath, hosts: 1, busybox: true, driver: 'nspawn' });
    });
    afterEach(async () => {
      vi.unstubAllEnvs();
      for (const close of this.#open.splice(0).reverse()) await close();
    });
    afterAll(async () => {
      await labDown({ folder });
      rmSync(this.place, { recursive: true, force: true });
    });
  }

  get lab(): Lab {
    if (this.#lab === undefined) throw new Error('the lab is not up yet');
    return this.#lab;
  }

  /** Is called when the test has ended. */
  later(close: () => Promise<void>): void {
    this.#open.push(close);
  }

  /** An inventory in the test's folder in which each name stands for one of the hosts. @returns its path */
  inventoryOf(hosts: Readonly<Record<string, string>>): string {
    const variables = Object.entries(hosts).map(([name, of]) => {
      const { address, port } = this.targetOf(of);
      return [
        name,
        {
          ...{ ansible_host: address, ansible_port: port, ansible_user: 'root' },
          ansible_ssh_private_key_file: this.lab.identityFile,
          ansible_ssh_common_args: `-o UserKnownHostsFile=${this.lab.knownHostsFile}`,
        },
      ];
    });
    const inventory = join(this.place, 'inventory.json');
    writeFileSync(inventory, JSON.stringify({ all: { hosts: Object.fromEntries(variables) } }));
    return inventory;
  }

  targetOf(name: string, changes: Partial<Target> = {}): Target {
    const host = this.lab.hosts.find((each) => each.name === name);
    if (host === undefined) throw new Error(`no host ${name}`);
    return {
      name,
      connection: 'ssh',
      address: host.address,
      port: host.port,
      user: 'root',
      privateKeyFile: this.lab.identityFile,
      password: undefined,
      knownHostsFiles: [this.lab.knownHostsFile],
      hostKeyChecking: 'yes',
      timeout: 5,
      ...changes,
    };
  }

  hostOf(name: string, changes: Partial<Target> = {}, options: HostOptions = {}): Host {
    const host = new Host(this.targetOf(name, changes), options);
    this.later(() => host.close());
    return host;
  }

  /** What a command says on a host, as root and not through brokkr. */
  async onHost(name: string, command: string): Promise<string> {
    return (await labExec(this.lab, name, command, { user: 'root' })).stdout.trim();
  }

  /** Waits until a command says what is wanted. @returns what it said last */
  async until(name: string, command: string, wanted: string): Promise<string> {
    const outcome = await pollUntil<string>(
      async () => {
        const found = await this.onHost(name, command);
        return found === wanted ? { done: true, value: found } : { done: false, reason: found };
      },
      { timeoutMs: 15_000, intervalMs: 100 },
    );
    return outcome.done ? outcome.value : outcome.reason;
  }
}

export async function marksOf(host: Host, made: { nonce: string; text: string }): Promise<string[]> {
  const marks: string[] = [];
  await host.run(
    undefined,
    made,
    { opened: (stream, words) => void (stream === 'stdout' && marks.push(words.join(' '))), frame: () => {} },
    { onBoth: true },
  );
  return marks;
}

export const failureOf = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );

export const sudo = (password?: string): Become => ({
  user: 'root',
  method: 'sudo',
  password: password === undefined ? undefined : new Secret(password),
});

export const run = (script: string): HostAction => ({
  do: 'run',
  command: { kind: 'shell', script, executable: '/bin/sh' },
  environment: new Map(),
});

export const stepOf = (action: HostAction): Step => ({
  label: 'x',
  action,
  owes: [],
  pays: [],
});

export const OPTIONS = { run: 'aaaaaaaaaaaa', owner: 'me@here', expectations: [], firstStep: 0 };
