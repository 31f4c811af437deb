import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Timings } from '../../../src/report/timings.ts';
import { traceJson } from '../../../src/report/trace-file.ts';
import { waterfallLines } from '../../../src/report/waterfall.ts';

const at = { file: 'site.yml', line: 1, column: 1 };
const task = { play: 'p', task: 'Start', module: 'systemd', at, index: 0 };

/** A run of one host with a clock that is set by hand: milliseconds since the start. */
function recorded(): Timings {
  let now = 100;
  const timings = new Timings(() => now);
  timings.emit({ event: 'run-start', verb: 'provision', hosts: ['s1'], tasks: 1, checkMode: false });
  now = 200;
  timings.emit({ event: 'host-connected', host: 's1', seconds: 0.09 });
  now = 250;
  const program = { event: 'program', host: 's1', user: 'root', questions: 3, steps: 0, seconds: 0.04 } as const;
  timings.emit({ ...program, kind: 'probe' });
  timings.emit({ event: 'play-start', play: 'p', hosts: ['s1'], at });
  now = 300;
  timings.emit({ event: 'progress', task: { ...task, task: 'Wait' }, text: 'one is missing' });
  now = 400;
  timings.emit({ event: 'progress', task: { ...task, task: 'Wait' }, text: 'nobody is missing' });
  now = 900;
  timings.emit({ event: 'task', host: 's1', task, status: 'changed', seconds: 0.5, diff: [] });
  timings.emit({ event: 'task', host: 's1', task, status: 'ok', seconds: 0.01, diff: [] });
  timings.emit({ event: 'recap', hosts: [], seconds: 0.8, changed: true, failed: false });
  now = 1000;
  return timings;
}

describe('timings', () => {
  it('are spans of the control machine without a gap, and what each host and each wait took', () => {
    const spans = recorded().spans();
    const of = (where: string) =>
      spans.filter((span) => span.where === where).map(({ what, from, to }) => [what, from, to]);
    expect(of('control')).toEqual([
      ['start, and read the files', 0, 100],
      ['provision: ask and decide', 100, 250],
      ['provision: do the tasks', 250, 900],
      ['close and end', 900, 1000],
    ]);
    expect(of('s1')).toEqual([
      ['connect and log in', 110, 200],
      ['probe as root: 3 questions', 210, 250],
      ['Start', 400, 900],
      ['Start', 890, 900],
    ]);
    expect(of('waiting')).toEqual([['Wait', 300, 900]]);
  });

  it('a wait for a server ends when that server is back, not when another one is', () => {
    let now = 0;
    const timings = new Timings(() => now);
    const server = (host: string, status: 'returning' | 'back' | 'gate') =>
      timings.emit({ event: 'server', cluster: 'Kafka', host, status });
    const wait = (text: string) => timings.emit({ event: 'progress', text });
    for (const host of ['s1', 's2']) server(host, 'returning');
    wait('s2: 51 partitions still to catch up');
    now = 1000;
    server('s1', 'back');
    now = 2000;
    server('s2', 'back');
    now = 5000;
    wait('2 partitions still to catch up');
    now = 7000;
    server('s1', 'gate');
    now = 9000;
    const waits = timings.spans().filter(({ where }) => where === 'waiting');
    expect(waits.map(({ what, from, to }) => [what, from, to])).toEqual([
      ['s2: 51 partitions still to catch up', 0, 2000],
      ['2 partitions still to catch up', 5000, 7000],
    ]);
  });

  it('are shown as bars to one scale, short tasks counted together', () => {
    expect(waterfallLines(recorded().spans(), { color: false, columns: 90 })).toMatchInlineSnapshot(`
      [
        "",
        "timings: 1.00 s since the program started",
        "control  ██··················    0.10 s  start, and read the files",
        "         ··███···············    0.15 s  provision: ask and decide",
        "         ·····█████████████··    0.65 s  provision: do the tasks",
        "         ··················██    0.10 s  close and end",
        "s1       ··██················    0.09 s  connect and log in",
        "         ····█···············    0.04 s  probe as root: 3 questions",
        "         ········██████████··    0.50 s  Start",
        "         1 tasks of less than 50 ms",
        "waiting  ······████████████··    0.60 s  Wait",
      ]
    `);
  });

  it('are a trace with a process for each place and times in microseconds', () => {
    const schema = z.object({
      traceEvents: z.array(z.looseObject({ name: z.string(), ph: z.string(), pid: z.number() })),
    });
    const { traceEvents } = schema.parse(JSON.parse(traceJson(recorded().spans())));
    const named = traceEvents.flatMap(({ name, pid, args }) => (name === 'process_name' ? [[pid, args]] : []));
    expect(named).toEqual([
      [1, { name: 'control' }],
      [2, { name: 's1' }],
      [3, { name: 'waiting' }],
    ]);
    expect(traceEvents).toContainEqual(
      expect.objectContaining({ name: 'Start', ph: 'X', pid: 2, ts: 400_000, dur: 500_000 }),
    );
  });
});
