import { describe, expect, it } from 'vitest';
import type { ServerStatus } from '../../../src/apply/events.ts';
import { RollPage } from '../../../src/report/roll-page.ts';
import { ServerBoard } from '../../../src/report/server-board.ts';

const server = (host: string, status: ServerStatus, text?: string) => ({
  event: 'server' as const,
  cluster: 'Kafka',
  host,
  status,
  text,
});

describe('where servers stand', () => {
  it('is told with what is waited for, the time that passed, and about how long it will take', () => {
    let now = 0;
    const board = new ServerBoard(() => now);
    for (const host of ['s1', 's2', 's3']) board.hear(server(host, 'waiting'));
    expect(board.title()).toBeUndefined();
    board.hear(server('s2', 'gate'));
    now = 4000;
    board.hear(server('s2', 'stopping'));
    now = 10_000;
    board.hear(server('s2', 'back'));
    board.hear(server('s3', 'returning'));
    now = 15_000;
    board.hear({ event: 'progress', text: 's3: 2 partitions still to catch up' });
    // Two more of 10 s each, of which 5 have passed, and as long as a gate at the end.
    expect(board.title()).toBe('Kafka: 1 of 3 restarted · 15 s · about 19 s left');
    expect(board.lines()).toEqual(['s1  waiting', 's2  back', 's3  returning 5.0 s: 2 partitions still to catch up']);
  });
});

describe('after the last server', () => {
  it('says what is waited for, and how long as far as anybody knows', () => {
    let now = 0;
    const board = new ServerBoard(() => now);
    for (const status of ['waiting', 'gate'] as const) board.hear(server('s1', status));
    now = 4000;
    board.hear(server('s1', 'stopping'));
    now = 10_000;
    board.hear(server('s1', 'back'));
    now = 11_000;
    board.hear({ event: 'progress', text: '18 partitions were given back; leaders now: broker 1 leads 18' });
    expect(board.isBusy()).toBe(true);
    const title = 'Kafka: 1 of 1 restarted · 11 s · until the whole cluster is well again';
    expect(board.title()).toBe(`${title} · about 3.0 s left`);
    expect(board.lines()).toEqual(['s1  back', '18 partitions were given back', 'leaders now: broker 1 leads 18']);
    now = 14_000;
    expect(board.title()).toBe(title.replace('11 s', '14 s'));
    board.hear({ event: 'recap', hosts: [], seconds: 14, changed: true, failed: false });
    expect(board.title()).toBeUndefined();
  });

  it('guesses nothing more of one that takes longer than the others did', () => {
    let now = 0;
    const board = new ServerBoard(() => now);
    for (const host of ['s1', 's2']) board.hear(server(host, 'waiting'));
    board.hear(server('s1', 'stopping'));
    now = 5000;
    board.hear(server('s1', 'back'));
    board.hear(server('s2', 'stopping'));
    now = 30_000;
    expect(board.title()).toBe('Kafka: 1 of 2 restarted · 30 s');
  });
});

describe('the timeline of a roll', () => {
  it('has a bar for each state and each gap, and takes nothing for markup', () => {
    let now = 1000;
    const page = new RollPage(new Date(0), () => now);
    for (const [at, status] of [
      [1000, 'gate'],
      [2000, 'stopping'],
      [4000, 'returning'],
      [5000, 'back'],
    ] as const) {
      now = at;
      page.hear(server('s1', status));
    }
    page.hear(server('s2', 'failed', '<b>"no"</b>'));
    now = 11_000;
    page.close([{ partition: 2, from: 3000, to: 6000 }], ['all & done']);
    const html = page.html();
    expect(html).toContain(
      '<i style="left:10.000%;width:20.000%;background:#d9822b" title="stopping 2.0 s (from 1.0 s)">',
    );
    expect(html.match(/<i /g)).toHaveLength(5);
    expect(html).toContain('<th>canary, partition 2</th><td><i style="left:20.000%;width:30.000%');
    expect(html).toContain('failed: &#60;b&#62;&#34;no&#34;&#60;/b&#62;');
    expect(html).toContain('all &#38; done');
    expect(html).not.toMatch(/<script|src=|href=(?!"data:,")|url\(/);
  });
});
