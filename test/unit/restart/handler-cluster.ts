import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import type { Event } from '../../../src/apply/events.ts';
import { loadInventory } from '../../../src/config/inventory/load.ts';
import { InterruptedError } from '../../../src/errors.ts';
import type { RestartGate } from '../../../src/modules/gate.ts';
import type { Clock } from '../../../src/poll.ts';
import { rebootOf } from '../../../src/restart/reboots.ts';
import { rollByTasks } from '../../../src/restart/task-roll.ts';
import { restartOf, startOf } from '../../../src/restart-gates.ts';
import { type LocalResult, runIn } from '../apply/local-hosts.ts';
import { workFolder } from './local-servers.ts';

const hosts = ['h1', 'h2', 'h3'];

/**
 * Starts and stops a process that has the words of a broker in its command line. With a file `broken` beside it, it ends; with
 * `listens` it takes connections, and makes a file `open` when it does.
 */
const daemon = (folder: string) => `#!/bin/sh
cd ${folder}
running() { [ -f pid ] && [ -e "/proc/$(cat pid)" ]; }
stop() { running && { kill "$(cat pid)"; while running; do sleep 0.02; done; }; rm -f pid; }
look='while [ ! -e broken ]; do sleep 0.1; done'
listen='require("node:net").createServer().listen(0, "127.0.0.1", () => require("node:fs").writeFileSync("open", ""))'
start() {
  running && return
  if [ -e listens ]; then setsid '${process.execPath}' -e "$listen" kafka.Kafka ${folder}/server.properties >/dev/null 2>&1 &
  else setsid sh -c "$look" kafka.Kafka ${folder}/server.properties >/dev/null 2>&1 &
  fi; echo $! > pid
}
case $1 in start) start ;; stop) stop ;; restart) stop; start ;; esac
`;

/** Variables that say how a broker without systemd is stopped and started. */
const inventoryText = ({ work, bootstrap, listsThird, listsIds, stopTimeout, wantsCanary }: HandlerCluster) => `
kafka:
  hosts: {h1: {broker_id: 1}, h2: {broker_id: "2"}${listsThird ? ', h3: {broker_id: 3}' : ''}}
  vars:
    ansible_connection: local
    service_manager: daemon
    rootless: true
    kafka_config_dir: ${work}/{{ inventory_hostname }}
    kafka_home: ${work}/{{ inventory_hostname }}
    kafka_log_dir: ${work}/{{ inventory_hostname }}
    kafka_user: nobody
    kafka_stop_timeout: ${stopTimeout}
    restart_canary: ${wantsCanary}
    ${bootstrap === '' ? '' : `kafka_bootstrap: ${bootstrap}`}
    ${listsIds ? 'kafka_broker_ids: [1, 2, 3]' : ''}
`;

/** Three processes of this machine that look like brokers without systemd, and playbooks whose handler restarts them. */
export class HandlerCluster {
  readonly work = workFolder();
  readonly log: string[] = [];
  readonly events: Event[] = [];
  /** Does the cluster answer? Asked as often as whoever waits for it. */
  isUp: boolean | (() => boolean) = true;
  /** What the gate is told to do instead of opening. */
  faults: Partial<Pick<RestartGate, 'before' | 'after' | 'untilGone' | 'waitUntilWhole'>> = {};
  stopRequested: (events: readonly Event[]) => boolean = () => false;
  script = 'kafka-daemon.sh';
  verb = 'restart';
  /** The variables list the brokers, so that the plan asks whether they are up: nobody is at `bootstrap`. */
  listsIds = false;
  /** The gate is not known, since the variables do not tell of the cluster. */
  hasGate = true;
  /** Where brokers are looked for; empty: the variable is not there. */
  bootstrap = '["127.0.0.1:1"]';
  /** A canary goes with a restart of all of them; there is no Kafka that it could write to. */
  wantsCanary = false;
  /** As the variable says it. */
  stopTimeout = '5';
  /** The inventory has the third host; else a task has to add it. */
  listsThird = true;
  /** The handler in words of its own, instead of `script` with `verb`. */
  handler: string | undefined;

  /** Waiting for an answer takes no time here, and a few looks, each of which starts processes. */
  #now = 0;
  readonly #clock: Clock = {
    now: () => this.#now,
    sleep: async (ms) => {
      this.#now += 6 * ms;
    },
  };

  constructor() {
    for (const host of hosts) {
      mkdirSync(this.#file(host, '.'), { recursive: true });
      writeFileSync(this.#file(host, 'server.properties'), 'broker.id=0\n');
      for (const name of ['kafka-daemon.sh', 'kafka-server-stop.sh', 'reboot'])
        writeFileSync(this.#file(host, name), daemon(this.#file(host, '.')), { mode: 0o755 });
    }
    onTestFinished(() => {
      for (const host of hosts) if (this.pidOf(host) !== undefined) process.kill(this.pidOf(host) ?? 0, 'SIGKILL');
    });
  }

  get journal(): string {
    return path.join(this.work, '.brokkr', 'restart-kafka.json');
  }

  /** The process of a host's server while it runs. */
  pidOf(host: string): number | undefined {
    const file = this.#file(host, 'pid');
    if (!existsSync(file)) return undefined;
    const pid = Number(readFileSync(file, 'utf8'));
    return existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ') ? pid : undefined;
  }

  pids(): readonly (number | undefined)[] {
    return hosts.map((host) => this.pidOf(host));
  }

  /** Hosts on which a handler is still owed. */
  owed(): readonly string[] {
    return hosts.filter((host) => {
      const folder = path.join(this.work, '.state', host, 'owed');
      return existsSync(folder) && readdirSync(folder).length > 0;
    });
  }

  /** Hosts whose server is to take connections when it is started. */
  listening(...names: readonly string[]): void {
    for (const host of names) writeFileSync(this.#file(host, 'listens'), '');
  }

  /** Until these take connections. */
  async untilOpen(...names: readonly string[]): Promise<void> {
    await vi.waitFor(() => expect(names.every((host) => existsSync(this.#file(host, 'open')))).toBe(true), 20_000);
  }

  start(): void {
    for (const host of hosts) execFileSync(this.#file(host, 'kafka-daemon.sh'), ['start']);
  }

  /** Changes each server.properties, whose handler restarts the server. */
  change(text: string): Promise<Pick<LocalResult, 'good'>> {
    const argv = `["{{ kafka_config_dir }}/${this.script}", ${this.verb}]`;
    return this.play([
      '  tasks:',
      `    - {name: Settings, copy: {content: "${text}", dest: "{{ kafka_config_dir }}/server.properties", mode: "0644"}, notify: Restart Kafka}`,
      '  handlers:',
      `    - {name: Restart Kafka, ${this.handler ?? `command: {argv: ${argv}}`}}`,
    ]);
  }

  /** Writes the inventory. @returns its file */
  inventory(): string {
    const file = path.join(this.work, 'hosts.yml');
    writeFileSync(file, inventoryText(this));
    return file;
  }

  /** As `change`, with a second handler of the same topic for servers with systemd, which these do not have. */
  changeForEither(text: string): Promise<Pick<LocalResult, 'good'>> {
    const argv = `["{{ kafka_config_dir }}/${this.script}", ${this.verb}]`;
    return this.play([
      '  tasks:',
      `    - {name: Settings, copy: {content: "${text}", dest: "{{ kafka_config_dir }}/server.properties", mode: "0644"}, notify: restart kafka}`,
      '  handlers:',
      `    - {name: Restart the Kafka daemon, listen: restart kafka, command: {argv: ${argv}}}`,
      "    - {name: Restart Kafka, listen: restart kafka, systemd: {name: kafka, state: restarted}, when: service_manager == 'systemd'}",
    ]);
  }

  /** Runs a play about all of them. */
  async play(lines: readonly string[]): Promise<Pick<LocalResult, 'good'>> {
    const playbook = path.join(this.work, 'play.yml');
    const inventory = this.inventory();
    writeFileSync(playbook, ['- hosts: kafka', '  gather_facts: false', ...lines].join('\n'));
    const known = await loadInventory([inventory]);
    this.events.length = 0;
    try {
      return await runIn(this.work, {
        ...{ playbook, inventory, arguments: [] },
        listen: (event) => void this.events.push(event),
        stopRequested: () => this.stopRequested(this.events),
        gates: {
          restartOf: (action, host) => restartOf(action) ?? rebootOf(action, host, known),
          startOf,
          foresee: async () => ({ notes: new Map(), problems: [] }),
          roll: (request, setting) =>
            rollByTasks({
              cluster: 'kafka',
              gate: this.hasGate ? this.#gate() : undefined,
              request,
              setting,
              folder: this.work,
              clock: this.#clock,
            }),
        },
      });
    } catch (error) {
      if (error instanceof InterruptedError) return { good: false };
      throw error;
    }
  }

  servers(): readonly string[] {
    return this.events.flatMap((event) =>
      event.event === 'server' && event.status !== 'waiting' ? [`${event.status} ${event.host}`] : [],
    );
  }

  #gate(): RestartGate {
    const note =
      (what: string) =>
      async (of: string | readonly string[] = []): Promise<readonly string[]> => {
        const down = hosts.filter((host) => this.pidOf(host) === undefined);
        this.log.push(`${what} ${[of].flat().join()}${down.length > 0 ? ` while ${down.join()} is down` : ''}`.trim());
        return [];
      };
    return {
      cluster: 'Kafka',
      isUp: async () => (typeof this.isUp === 'function' ? this.isUp() : this.isUp),
      order: async (of) => of,
      next: async (of) => of.slice(0, 1),
      verdict: async () => ({
        reasons: this.isUp === false ? ['no broker answers'] : [],
        notes: [],
        isHopeless: false,
      }),
      before: note('before'),
      after: async (host) => void (await note('after')(host)),
      untilGone: async (host) => void (await note('until gone')(host)),
      waitUntilWhole: async () => void (await note('whole')()),
      settle: async () => [],
      ...this.faults,
    };
  }

  #file(host: string, name: string): string {
    return path.join(this.work, host, name);
  }
}
