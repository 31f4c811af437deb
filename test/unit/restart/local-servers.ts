import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { HostRun } from '../../../src/apply/host-run.ts';
import { BlockTracker } from '../../../src/plan/block-tracker.ts';
import { Known } from '../../../src/plan/known.ts';
import type { Member } from '../../../src/restart/members.ts';
import { ServerHost } from '../../../src/restart/server-host.ts';
import { quote } from '../../../src/shell/quote.ts';
import type { ProgramRunner } from '../../../src/transport/host.ts';
import type { Target } from '../../../src/transport/target.ts';
import { withStateIn } from '../apply/local-hosts.ts';

export interface LocalServer {
  readonly server: ServerHost;
  /** Is its process there? */
  isUp(): boolean;
}

/** A folder that is gone at the end of the test. */
export function workFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'brokkr-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A server without systemd: a process of this machine with start and stop scripts and a pid file. */
export function localServer(
  work: string,
  host: string,
  options: {
    readonly ignoresTerm?: boolean;
    readonly through?: (runner: ProgramRunner) => ProgramRunner;
    readonly member?: Partial<Member>;
  } = {},
): LocalServer {
  const program = path.join(work, `${host}-server.sh`);
  const pidFile = path.join(work, `${host}.pid`);
  const trap = options.ignoresTerm === true ? 'trap "" TERM; ' : '';
  writeFileSync(program, '');
  const pid = (): number | undefined => {
    try {
      return Number(readFileSync(pidFile, 'utf8'));
    } catch {
      return undefined;
    }
  };
  const isUp = (): boolean => {
    try {
      return pid() !== undefined && !readFileSync(`/proc/${pid()}/stat`, 'utf8').includes(') Z ');
    } catch {
      return false;
    }
  };
  onTestFinished(() => {
    const left = pid();
    if (left !== undefined && isUp()) process.kill(left, 'SIGKILL');
  });
  const member: Member = {
    host,
    cluster: 'kafka',
    id: Number(host.slice(1)),
    unit: undefined,
    script: {
      // As with a JVM there is one process: one that forks is for a moment there twice, with one command line.
      start: `setsid sh -c ${quote(`${trap}exec tail -f ${quote(program)}`)} >/dev/null 2>&1 & echo $! > ${quote(pidFile)}`,
      stop: `p=$(cat ${quote(pidFile)}); kill "$p"; n=0; while [ -e "/proc/$p" ] && [ $n -lt 10 ]; do sleep 0.05; n=$((n + 1)); done`,
    },
    scriptUser: undefined,
    commandLine: program,
    files: [program],
    log: program,
    folders: [],
    // One that ends is given more time than a busy machine takes.
    stopTimeout: options.ignoresTerm === true ? 1 : 5,
    handler: /restart/,
    ...options.member,
  };
  const target = localTarget(host);
  const runner = withStateIn(path.join(work, `${host}-state`), target, {});
  onTestFinished(() => runner.close());
  const run = new HostRun(options.through?.(runner) ?? runner, new Known(), new BlockTracker());
  const owner = { run: '0123abcd', owner: 'test@here', emit: () => {}, becomePassword: undefined };
  return { server: new ServerHost(member, run, { user: userInfo().username, become: undefined }, owner), isUp };
}

function localTarget(host: string): Target {
  return {
    ...{ name: host, connection: 'local', address: '127.0.0.1', port: 0, user: userInfo().username, timeout: 10 },
    ...{ privateKeyFile: undefined, password: undefined, knownHostsFiles: [], hostKeyChecking: 'no' },
  };
}

/** This machine as a host. */
export function localRunner(host: string): ProgramRunner {
  const runner = withStateIn(path.join(workFolder(), 'state'), localTarget(host), {});
  onTestFinished(() => runner.close());
  return runner;
}
