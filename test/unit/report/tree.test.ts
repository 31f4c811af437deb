import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Event } from '../../../src/apply/events.ts';
import type { Report } from '../../../src/report/sink.ts';
import { TreeReport } from '../../../src/report/tree.ts';
import {
  ended,
  eventfulRun,
  FakeTerminal,
  identity,
  openReport,
  recapOf,
  started,
  summedUp,
  told,
} from './recording.ts';

const esc = '\u001b';
const sequences = new RegExp(`${esc}\\[[0-9;?]*[A-Za-z]|\\n|[^${esc}\\n]+`, 'g');
const colors = new RegExp(`${esc}\\[[0-9;]*m`);
const cursorUp = /^.\[\d*A$/;
const [hideCursor, showCursor] = [`${esc}[?25l`, `${esc}[?25h`];

/** What a terminal would show: the erasing of lines is obeyed, colours and the cursor's visibility are left out. */
function screen(output: string): string[] {
  const lines = [''];
  let row = 0;
  for (const [part] of output.matchAll(sequences)) {
    if (part === '\n') {
      row += 1;
      if (row === lines.length) lines.push('');
    } else if (cursorUp.test(part)) row = Math.max(0, row - Number(part.slice(2, -1) || 1));
    else if (part === `${esc}[2K`) lines[row] = '';
    else if (!part.startsWith(esc)) lines[row] = (lines[row] ?? '') + part;
  }
  while (lines.length > row + 1 && lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.trimEnd());
}

describe('tree', () => {
  // listr2 loads what it draws with when it first draws: real time passes then, which faked timers do not wait for.
  beforeAll(async () => {
    const terminal = new FakeTerminal();
    const report = open(terminal);
    for (const event of started(['s1'])) report.emit(event);
    await vi.waitUntil(() => terminal.text.includes('⠙') || terminal.text.includes('\\'), 5000);
    await report.end();
  });
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function open(terminal: FakeTerminal, columns = terminal.columns): Report {
    return openReport({ format: 'tree', tree: TreeReport, stdout: terminal, columns, rows: terminal.rows });
  }

  async function hear(report: Report, ...events: readonly Event[]): Promise<void> {
    for (const event of events) report.emit(event);
    await vi.advanceTimersByTimeAsync(300);
  }

  it('shows the batch with the running tasks beneath, their hosts folded', async () => {
    const terminal = new FakeTerminal();
    const report = open(terminal);
    const hosts = ['s1', 's2', 's3'];
    const task = identity(1, 'Write zoo.cfg');
    await hear(report, ...started(hosts), ...hosts.map((host) => ended(host, identity(0, 'Make the user'), 'ok')));
    expect(screen(terminal.text).join('\n')).toMatch(
      /^provision: 3 hosts, 6 tasks\n\S Install ZooKeeper: s1 s2 s3 · task 1 of 6\n$/,
    );
    await hear(report, ...hosts.map((host): Event => ({ event: 'task-start', host, task })));
    expect(screen(terminal.text).slice(1, 3)).toEqual([
      expect.stringMatching(/^\S Install ZooKeeper: s1 s2 s3 · task 2 of 6$/),
      expect.stringMatching(/^ {2}\S Write zoo.cfg: s1 s2 s3$/),
    ]);
    await hear(report, ...hosts.map((host) => ended(host, task, 'changed')));
    expect(screen(terminal.text).slice(0, 5)).toEqual([
      'provision: 3 hosts, 6 tasks',
      '',
      'Install ZooKeeper: s1 s2 s3',
      'changed     Write zoo.cfg: s1 s2 s3',
      expect.stringMatching(/^\S Install ZooKeeper: s1 s2 s3 · task 2 of 6$/),
    ]);
    await hear(report, summedUp(hosts.map((host) => recapOf(host, { changed: 1 }))));
    await report.end();
    expect(screen(terminal.text)).toMatchSnapshot();
  });

  it('shows what a wait waits for, and for how long', async () => {
    const terminal = new FakeTerminal();
    const report = open(terminal);
    const task = identity(0, 'Start ZooKeeper');
    await hear(report, ...started(['s1', 's2']), { event: 'task-start', host: 's1', task });
    await hear(report, { event: 'progress', task, text: '1 of 2 servers answer' });
    expect(screen(terminal.text)[2]).toMatch(/^ {2}\S Start ZooKeeper: s1 – 1 of 2 servers answer$/);
    await vi.advanceTimersByTimeAsync(5000);
    expect(screen(terminal.text)[2]).toMatch(/^ {2}\S Start ZooKeeper: s1 – 1 of 2 servers answer \([45]\.0 s\)$/);
    await report.end();
  });

  it('leaves nothing of what moved, and the cursor visible', async () => {
    vi.useRealTimers();
    const terminal = new FakeTerminal(100);
    const { stdout } = await told(eventfulRun(), { format: 'tree', tree: TreeReport, stdout: terminal });
    const plain = await told(eventfulRun().filter(({ event }) => event !== 'progress'));
    expect(screen(stdout).join('\n')).toBe(plain.stdout);
    expect(stdout.lastIndexOf(showCursor)).toBeGreaterThanOrEqual(stdout.lastIndexOf(hideCursor));
  });

  it('never grows taller or wider than the terminal', async () => {
    const terminal = new FakeTerminal(40, 10);
    const report = open(terminal);
    const hosts = Array.from({ length: 100 }, (_, index) => `server${index}`);
    await hear(report, ...started(hosts, 100));
    await hear(
      report,
      ...hosts.map(
        (host, index): Event => ({
          event: 'task-start',
          host,
          task: identity(index, `A rather long name of task ${index}`),
        }),
      ),
    );
    const shown = screen(terminal.text).slice(1);
    expect(shown.length).toBeLessThanOrEqual(9);
    expect(shown.at(-2)).toMatch(/and 95 more$/);
    for (const line of shown) expect(line.length).toBeLessThanOrEqual(40);
    await report.end();
    expect(screen(terminal.text)).toEqual(['provision: 100 hosts, 100 tasks', '']);
  });

  it('steps aside for a question to the user', async () => {
    const terminal = new FakeTerminal();
    const report = open(terminal);
    await hear(report, ...started(['s1']), { event: 'task-start', host: 's1', task: identity(0, 'Link it') });
    await report.pause();
    expect(screen(terminal.text)).toEqual(['provision: 1 host, 6 tasks', '']);
    expect(terminal.text.endsWith(showCursor)).toBe(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(screen(terminal.text)).toEqual(['provision: 1 host, 6 tasks', '']);
    await hear(report, { event: 'progress', task: identity(0, 'Link it'), text: 'goes on' });
    expect(screen(terminal.text)[2]).toContain('Link it: s1 – goes on');
    await report.end();
  });

  it('shows connections and downloads before the first play', async () => {
    const terminal = new FakeTerminal();
    const report = open(terminal);
    await hear(report, { event: 'progress', text: 'kafka_2.13-2.8.1.tgz: 10.0 MB of 68.2 MB' });
    expect(screen(terminal.text)[1]).toMatch(/^ {2}\S kafka_2.13-2.8.1.tgz: 10.0 MB of 68.2 MB$/);
    await hear(report, { event: 'host-connecting', host: 's1' }, { event: 'host-connecting', host: 's2' });
    expect(screen(terminal.text)[0]).toMatch(/^\S connecting: s1 s2$/);
    await report.end();
  });

  it('leaves Ctrl-C to the program', async () => {
    const before = process.listeners('SIGINT');
    const terminal = new FakeTerminal();
    const report = open(terminal);
    await hear(report, ...started(['s1']));
    expect(process.listeners('SIGINT')).toEqual(before);
    await report.end();
  });

  it('becomes lines where there is no terminal', async () => {
    vi.useRealTimers();
    expect(await told(eventfulRun(), { format: 'tree', tree: TreeReport })).toEqual(
      await told(eventfulRun(), { format: 'lines' }),
    );
  });

  it('has colours only when they are wanted', async () => {
    const terminal = new FakeTerminal();
    const report = open(terminal);
    await hear(report, ...started(['s1']), { event: 'task-start', host: 's1', task: identity(0, 'Link it') });
    await report.end();
    expect(terminal.text).not.toMatch(colors);
    expect(stripVTControlCharacters(terminal.text)).toContain('Link it');
  });
});
