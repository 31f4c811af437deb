import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../../src/lab/lab.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { startDelayProxy } from '../proxy/delay-proxy.ts';
import { ControlRun, type Ended } from './control.ts';
import { type Fault, faultsOf } from './faults.ts';
import { Random } from './random.ts';
import { linesOf, Site, sha256 } from './site.ts';

/** What has come of a round: how the run with the fault ended, and what was found that must not be. */
export interface Round {
  readonly release: number;
  readonly faults: string;
  readonly status: number | null;
  readonly seconds: number;
  readonly defects: readonly string[];
}

/** Milliseconds within which a host must have noticed that a run is gone. */
const NOTICED_MS = 30_000;

/** What is ours and is no result: temporary files, locks, owed restarts, processes of steps and of shells. */
const LEFTOVERS = `
find / -xdev \\( -name '.brokkr-*' -o -path '*/brokkr/holder*' -o -path '*/brokkr/owed/*' -o -path '*/brokkr/running' -o -path '*/brokkr/temporary' \\) -not -path '/proc/*' 2>/dev/null
ls -A /srv/tight /srv/faulty | grep brokkr
ps -eo args= | grep -E '[r]ead -r n; while|[s]leep 0[.]0731' || true`;

/** One host, and runs on it that go wrong, each followed by one that must not. */
export class FaultBench {
  readonly #lab: Lab;
  readonly #host: string;
  readonly #site: Site;
  readonly #folder: string;
  #release = 1;
  #has: ReadonlyMap<string, string> = new Map();

  constructor(lab: Lab, host: string, folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#lab = lab;
    this.#host = host;
    this.#folder = folder;
    this.#site = new Site(folder);
  }

  /** Brings the host to the first release. */
  async start(): Promise<void> {
    await this.#on('mkdir -p /srv/tight && mount -t tmpfs -o size=400k,nr_inodes=20,mode=0755 none /srv/tight');
    this.#has = this.#site.add(this.#release);
    const { status, said } = await this.#provision(this.#direct()).ended;
    if (status !== 0) throw new Error(`the first run has failed: ${said}`);
  }

  /** One fault, and what follows it. */
  async round(seed: number): Promise<Round> {
    const started = performance.now();
    const faults = faultsOf(new Random(seed));
    const before = this.#has;
    const release = ++this.#release;
    const after = this.#site.add(release);
    const defects: string[] = [];
    const { run, also } = await this.#faulty(faults);
    for (const ended of [run, ...also]) {
      if (ended.hung !== undefined) defects.push(`the run did not come to an end: ${ended.hung}`);
      if (/bug in brokkr|\n\s+at .*\.(js|ts):\d+/.test(ended.said)) defects.push(`a crash: ${tail(ended.said)}`);
      if (![0, 1, 130, null].includes(ended.status)) defects.push(`exit status ${ended.status}: ${tail(ended.said)}`);
    }
    defects.push(...(await this.#truncated(before, after)));
    if (run.status === 0) defects.push(...(await this.#wrong(after, 'it says that all is done, and')));
    const clean = await this.#cleanly();
    if (clean.status !== 0) defects.push(`the clean run fails with ${clean.status}: ${clean.hung ?? tail(clean.said)}`);
    defects.push(...(await this.#wrong(after, 'after the clean run')));
    const plan = await this.#start('plan', this.#direct()).ended;
    if (plan.status !== 0) defects.push(`there is still something to change (${plan.status}): ${tail(plan.said)}`);
    this.#has = after;
    this.#site.remove(release - 1);
    const seconds = (performance.now() - started) / 1000;
    return { release, faults: faults.map(({ what }) => what).join(' + '), status: run.status, seconds, defects };
  }

  async #faulty(faults: readonly Fault[]): Promise<{ run: Ended; also: Ended[] }> {
    const target = this.#lab.hosts.find(({ name }) => name === this.#host);
    if (target === undefined) throw new Error(`no host ${this.#host}`);
    const cutAfter = faults.find((fault) => fault.cutAfter !== undefined)?.cutAfter;
    const proxy = await startDelayProxy({
      target: { host: target.address, port: target.port },
      roundTripMs: Math.max(...faults.map(({ roundTripMs }) => roundTripMs ?? 0)),
      ...(cutAfter === undefined ? {} : { cutAfter }),
    });
    try {
      for (const { before } of faults) if (before !== undefined) await this.#on(before);
      const inventory = this.#inventory('proxied', '127.0.0.1', proxy.port);
      const run = this.#provision(inventory);
      const others: ControlRun[] = [];
      const another = (): ControlRun => {
        const second = this.#provision(this.#direct());
        others.push(second);
        return second;
      };
      const onHost = (command: string): Promise<string> => this.#on(command);
      await Promise.all([run.ended, ...faults.map((fault) => fault.during?.({ run, proxy, another, onHost }))]);
      return { run: await run.ended, also: await Promise.all(others.map(({ ended }) => ended)) };
    } finally {
      await proxy.close();
      // What was done last is in the way of mending the rest: nothing is removed from what is read-only.
      for (const { mend } of [...faults].reverse()) if (mend !== undefined) await this.#on(mend);
    }
  }

  /** A host needs some time to notice that a run is gone. Until then, its lock is held. */
  async #cleanly(): Promise<Ended> {
    for (const started = performance.now(); ; await sleep(300)) {
      const ended = await this.#provision(this.#direct()).ended;
      const isLocked = /another run|force-unlock/.test(ended.said);
      if (ended.status === 0 || !isLocked || performance.now() - started > NOTICED_MS) return ended;
    }
  }

  /** A file is as it was, or as it will be, or not there yet; what is in between must never be seen at its place. */
  async #truncated(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Promise<string[]> {
    const found = await this.#hashes([...new Set([...before.keys(), ...after.keys()])]);
    const lines = [this.#release - 1, this.#release].flatMap((line) =>
      [this.#release - 1, this.#release].map((block) => sha256(linesOf(line, block))),
    );
    return [...found].flatMap(([path, hash]) => {
      const fits = [before.get(path), after.get(path), ...(path === '/srv/faulty/lines' ? lines : [])].includes(hash);
      return fits ? [] : [`${path} is neither what it was nor what it will be`];
    });
  }

  async #wrong(wanted: ReadonlyMap<string, string>, when: string): Promise<string[]> {
    const found = await this.#hashes([...wanted.keys()]);
    const wrong = [...wanted].flatMap(([path, hash]) =>
      found.get(path) === hash ? [] : [`${when} ${path} is ${found.has(path) ? 'another one' : 'not there'}`],
    );
    let left = '';
    // A process that is being ended needs a moment.
    for (let tries = 0; tries < 20; tries++) {
      left = await this.#on(LEFTOVERS);
      if (left === '') return wrong;
      await sleep(250);
      // Whoever has looked while the run that is gone was still being ended has left alone what it found.
      if (tries === 10) await this.#cleanly();
    }
    return [...wrong, `${when} this is left: ${left}`];
  }

  async #hashes(paths: readonly string[]): Promise<Map<string, string>> {
    const text = await this.#on(`sha256sum ${paths.join(' ')} 2>/dev/null`);
    return new Map(text.split('\n').flatMap((line) => (line === '' ? [] : [[line.slice(66), line.slice(0, 64)]])));
  }

  #provision(inventory: string): ControlRun {
    return this.#start('provision', inventory, '--yes');
  }

  #start(verb: string, inventory: string, ...flags: readonly string[]): ControlRun {
    const look = (): Promise<string> => this.#on('ps -eo pid,ppid,etimes,wchan:20,args --forest; systemctl list-jobs');
    return new ControlRun(this.#folder, [verb, ...flags, ...this.#words(inventory)], look);
  }

  #words(inventory: string): string[] {
    return ['site.yml', '-i', inventory, '-e', `release=${this.#release}`, '--json', '--timeout', '8'];
  }

  #direct(): string {
    const host = this.#lab.hosts.find(({ name }) => name === this.#host);
    return this.#inventory('direct', host?.address ?? '', host?.port ?? 22);
  }

  #inventory(name: string, address: string, port: number): string {
    const file = join(this.#folder, `${name}.yml`);
    const variables = [
      `ansible_host: ${address}`,
      `ansible_port: ${port}`,
      'ansible_user: deploy',
      `ansible_ssh_private_key_file: ${this.#lab.identityFile}`,
      'ansible_host_key_checking: false',
    ];
    writeFileSync(file, `all: {hosts: {${this.#host}: {${variables.join(', ')}}}}\n`);
    return file;
  }

  async #on(command: string): Promise<string> {
    // A fault may have taken its sshd away for a moment; 255 is ssh's own.
    for (let tries = 1; ; tries++) {
      const { status, stdout, stderr } = await labExec(this.#lab, this.#host, command, { user: 'root' });
      if (status !== 255) return stdout.trim();
      if (tries === 20) throw new Error(`${this.#host} cannot be asked: ${stderr}`);
      await sleep(500);
    }
  }
}

function tail(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n      ').slice(-2500);
}
