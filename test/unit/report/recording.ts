import { Writable } from 'node:stream';
import type { Event, HostRecap, TaskIdentity, TaskStatus } from '../../../src/apply/events.ts';
import { createReport, type Report, type ReportOptions } from '../../../src/report/sink.ts';
import { Redactor } from '../../../src/shell/redact.ts';

export type TaskEvent = Extract<Event, { event: 'task' }>;

/** A stream that keeps what is written to it. */
export class Recorder extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** A stream that says it is a terminal. */
export class FakeTerminal extends Recorder {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: number;

  constructor(columns = 80, rows = 24) {
    super();
    this.columns = columns;
    this.rows = rows;
  }
}

const file = 'playbooks/zookeeper.yml';
const play = 'Install ZooKeeper';

export function identity(index: number, task: string, module = 'template'): TaskIdentity {
  return { play, task, module, at: { file, line: 10 + 4 * index, column: 7 }, index };
}

export function ended(host: string, task: TaskIdentity, status: TaskStatus, more: Partial<TaskEvent> = {}): TaskEvent {
  return { event: 'task', host, task, status, seconds: 0.2, diff: [], ...more };
}

export function started(hosts: readonly string[], tasks = 6): Event[] {
  return [
    { event: 'run-start', verb: 'provision', hosts, tasks, checkMode: false },
    { event: 'play-start', play, hosts, at: { file, line: 1, column: 3 } },
    { event: 'batch-start', play, hosts, batch: 1, batches: 1 },
  ];
}

export function recapOf(host: string, counts: Partial<HostRecap> = {}): HostRecap {
  return {
    host,
    ok: 3,
    changed: 0,
    unreachable: 0,
    failed: 0,
    skipped: 0,
    rescued: 0,
    ignored: 0,
    connections: 1,
    channels: 1,
    programs: 1,
    roundTrips: 10,
    bytesSent: 1200,
    bytesReceived: 3400,
    seconds: 1.5,
    ...counts,
  };
}

export function summedUp(hosts: readonly HostRecap[], seconds = 4.2): Event {
  const failed = hosts.some((host) => host.failed + host.unreachable > 0);
  return { event: 'recap', hosts, seconds, changed: hosts.some(({ changed }) => changed > 0), failed };
}

const failure = {
  message: 'zookeeper.service did not start',
  hint: 'read the log: journalctl -u zookeeper',
  command: 'systemctl start zookeeper',
  rc: 1,
  stdout: 'not shown, there is stderr',
  stderr: `${Array.from({ length: 20 }, (_, line) => `line ${line + 1} of the \u001b[31mlog\u001b[0m`).join('\n')}\n`,
};

/** Three hosts: one that fails in the end, and one of everything that can happen before. */
export function eventfulRun(): Event[] {
  const hosts = ['s1', 's2', 's3'];
  const each = (task: TaskIdentity, status: TaskStatus, more: Partial<TaskEvent> = {}): Event[] =>
    hosts.map((host) => ended(host, task, status, more));
  const start = identity(5, 'Start ZooKeeper', 'systemd');
  return [
    { event: 'warning', message: 'the mode 755 is decimal', at: { file: 'site.yml', line: 3, column: 9 } },
    ...started(hosts, 7),
    ...hosts.flatMap((host): Event[] => [
      { event: 'host-connecting', host },
      { event: 'host-connected', host, seconds: 0.1 },
      { event: 'program', host, user: 'root', kind: 'probe', questions: 41, steps: 0, seconds: 0.12 },
    ]),
    {
      event: 'plan',
      plays: [
        {
          play: 'ZooKeeper',
          hosts,
          tasks: [
            {
              task: 'Write zoo.cfg',
              module: 'template',
              at: { file: 'site.yml', line: 9, column: 5 },
              handler: false,
              hosts: [{ host: 's1', verdict: 'change', diff: [{ kind: 'note', text: 'writes it' }], items: [] }],
            },
          ],
        },
      ],
      changes: 1,
      hosts: 1,
      failed: 0,
    },
    { event: 'interrupted', host: 's2', text: 'r7 begin 4 Unpack' },
    { event: 'owed', host: 's2', handler: 'Restart ZooKeeper', what: 'found' },
    { event: 'server', cluster: 'Kafka', host: 's1', status: 'stopping' },
    { event: 'server', cluster: 'Kafka', host: 's1', status: 'back', seconds: 12.3 },
    { event: 'server', cluster: 'Kafka', host: 's2', status: 'blocked', text: 'logs-0 has no leader' },
    ...each(identity(0, 'Make the user', 'user'), 'ok'),
    ...each(identity(1, 'Only on Red Hat'), 'skipped', { message: "ansible_os_family == 'RedHat' is false" }),
    ...hosts.map((host): Event => ({ event: 'task-start', host, task: identity(2, 'Write zoo.cfg') })),
    ...each(identity(2, 'Write zoo.cfg'), 'changed', {
      diff: [
        { kind: 'text', path: '/etc/zoo.cfg', before: 'tickTime=2000\r\nx=1\n', after: 'tickTime=2000\nx=1\n' },
        { kind: 'state', subject: '/etc/zoo.cfg', before: { mode: '0644' }, after: { mode: '0600', owner: 'zk' } },
        { kind: 'note', text: 'unpacks zookeeper.tgz (9.1 MB, 121 files)' },
      ],
    }),
    ...hosts.map((host, index) =>
      ended(host, identity(3, 'Write myid'), 'changed', {
        diff: [{ kind: 'text', path: '/data/myid', before: '', after: `${index + 1}\n` }],
        items: [
          { label: 'a', status: 'ok' },
          { label: 'b', status: 'changed' },
        ],
      }),
    ),
    ...each(identity(4, 'Say it', 'debug'), 'ok', { message: 'hello\nworld', result: '{"msg":"hello"}' }),
    ...hosts.map((host): Event => ({ event: 'task-start', host, task: start })),
    { event: 'progress', task: start, text: '1 of 3 servers answer' },
    { event: 'progress', task: start, text: '1 of 3 servers answer' },
    { event: 'progress', task: start, text: '2 of 3 servers answer' },
    ended('s1', start, 'changed', { seconds: 4.2 }),
    ended('s2', start, 'changed', { seconds: 63 }),
    ended('s3', start, 'failed', { seconds: 5, failure }),
    ended('s1', identity(6, 'Probe it', 'command'), 'ignored', { failure: { message: 'non-zero return code', rc: 2 } }),
    { event: 'owed', host: 's2', handler: 'Restart ZooKeeper', what: 'paid' },
    summedUp([
      recapOf('s1', { changed: 3, ignored: 1 }),
      recapOf('s2', { changed: 3 }),
      recapOf('s3', { changed: 2, failed: 1 }),
    ]),
  ];
}

/** A report that nobody has told anything yet: lines of 100 columns, without colours, where the options do not say otherwise. */
export function openReport(options: Partial<ReportOptions> & Pick<ReportOptions, 'stdout'>): Report {
  return createReport({
    format: 'lines',
    stderr: new Recorder(),
    redactor: new Redactor(),
    verbosity: 0,
    diff: false,
    color: false,
    columns: 100,
    now: () => new Date('2026-01-02T03:04:05.678Z'),
    ...options,
  });
}

/** What a report writes when it hears the events. */
export async function told(
  events: readonly Event[],
  options: Partial<ReportOptions> = {},
): Promise<{ stdout: string; stderr: string }> {
  const stdout = options.stdout ?? new Recorder();
  const stderr = new Recorder();
  const report = openReport({ stderr, ...options, stdout });
  for (const event of events) report.emit(event);
  await report.end();
  return { stdout: stdout instanceof Recorder ? stdout.text : '', stderr: stderr.text };
}
