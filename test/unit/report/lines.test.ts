import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ended, eventfulRun, identity, openReport, Recorder, recapOf, started, summedUp, told } from './recording.ts';

const hundred = Array.from({ length: 100 }, (_, index) => `s${index + 1}`);

describe('lines', () => {
  it('tells changes and failures, and folds what is ok or skipped', async () => {
    const { stdout, stderr } = await told(eventfulRun());
    expect(stdout).toMatchSnapshot();
    expect(stderr).toBe('warning: site.yml:3:9: the mode 755 is decimal\n');
  });

  it('shows the differences when asked', async () => {
    expect((await told(eventfulRun(), { diff: true })).stdout).toMatchSnapshot();
  });

  it('tells everything with -vv', async () => {
    expect((await told(eventfulRun(), { verbosity: 2 })).stdout).toMatchSnapshot();
  });

  it('has no colours unless asked for', async () => {
    expect((await told(eventfulRun(), { diff: true, verbosity: 2 })).stdout).not.toContain('\u001b');
    expect((await told(eventfulRun(), { color: true })).stdout).toContain('\u001b[31mfailed\u001b[39m');
  });

  it('says that there was nothing to change, and little else', async () => {
    const events = [...started(['s1']), ended('s1', identity(0, 'Make the user'), 'ok'), summedUp([recapOf('s1')])];
    expect((await told(events)).stdout).toMatchSnapshot();
  });

  it('folds a hundred hosts', async () => {
    const task = identity(0, 'Write zoo.cfg');
    const events = [
      ...started(hundred),
      ...hundred.map((host) => ended(host, task, host === 's42' ? 'ok' : 'changed')),
      ...hundred.map((host) => ended(host, identity(1, 'Link it'), 'changed')),
      ...hundred.map((host) =>
        ended(host, identity(2, 'Install Java'), 'failed', { failure: { message: 'no network', rc: 100 } }),
      ),
      summedUp(hundred.map((host) => recapOf(host, { changed: host === 's42' ? 1 : 2, failed: 1 }))),
    ];
    const { stdout } = await told(events);
    expect(stdout).toMatchSnapshot();
    expect(stdout.split('\n').length).toBeLessThan(25);
  });

  it('fits into 40 columns but for words that cannot be broken', async () => {
    const events = [
      ...started(['s1', 's2', 's3']),
      ...['s1', 's2', 's3'].map((host) => ended(host, identity(0, 'Link it'), 'changed')),
      summedUp([recapOf('s1', { changed: 1 }), recapOf('s2', { changed: 1, skipped: 2 }), recapOf('s3')]),
    ];
    const { stdout } = await told(events, { columns: 40 });
    expect(stdout).toMatchSnapshot();
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
  });

  it('says in check mode what would change', async () => {
    const events = [
      { event: 'run-start', verb: 'provision', hosts: ['s1'], tasks: 1, checkMode: true } as const,
      summedUp([recapOf('s1', { changed: 1 })]),
    ];
    const { stdout } = await told(events);
    expect(stdout).toContain('(check mode: nothing is changed)');
    expect(stdout).toContain('1 host would change, 1 change in 4.2 s');
  });

  it('says in a dry run of a restart who would go in which order, without a table of zeros', async () => {
    const run = { event: 'run-start', verb: 'restart kafka', hosts: ['s1', 's2'], tasks: 0, checkMode: true } as const;
    const server = { event: 'server', cluster: 'Kafka' } as const;
    const events = [
      run,
      { ...server, host: 's2', status: 'free', text: '1 of 2; may be stopped now' } as const,
      { ...server, host: 's1', status: 'blocked', text: '2 of 2; the disk is full' } as const,
      summedUp([recapOf('s1'), recapOf('s2')]),
    ];
    const { stdout } = await told(events);
    expect(stdout).toMatch(
      /^restart kafka: 2 hosts \(check mode: nothing is changed\)\nready +Kafka on s2: 1 of 2; may be stopped now\nblocked +Kafka on s1: 2 of 2; the disk is full\n\n2 servers would be restarted, one after the other; 1 could not be stopped now \(.*\)\n$/,
    );
    expect((await told([run, summedUp([recapOf('s1')])])).stdout).toContain('no server would be restarted');
  });

  it('names batches when there are several', async () => {
    const task = identity(0, 'Restart', 'systemd');
    const { stdout } = await told([
      ...started(['s1', 's2']).slice(0, 2),
      { event: 'batch-start', play: 'p', hosts: ['s1'], batch: 1, batches: 2 },
      ended('s1', task, 'changed'),
      { event: 'batch-start', play: 'p', hosts: ['s2'], batch: 2, batches: 2 },
      ended('s2', task, 'changed'),
    ]);
    expect(stdout).toMatch(/batch 1 of 2: s1\nchanged +Restart: s1\nbatch 2 of 2: s2\nchanged +Restart: s2\n/);
  });

  it('shows the end of stdout where there is no stderr, and names the task of the first failure', async () => {
    const task = identity(0, 'Check it', 'command');
    const { stdout } = await told([
      ...started(['s1']),
      ended('s1', task, 'failed', { failure: { message: 'non-zero return code', rc: 3, stdout: 'oh\nno\n' } }),
      summedUp([recapOf('s1', { failed: 1 })]),
    ]);
    expect(stdout).toContain('    exit code: 3\n    stdout:\n    | oh\n    | no\n');
    expect(stdout).toContain(
      's1 failed: Check it (playbooks/zookeeper.yml:10:7): non-zero return code; nothing changed',
    );
  });

  it('says of a host whose connection was lost that nobody knows what it has changed', async () => {
    const { stdout } = await told([
      ...started(['s1']),
      ended('s1', identity(0, 'Write', 'command'), 'unreachable', {
        failure: { message: 'the connection to s1 was lost' },
      }),
      summedUp([recapOf('s1', { unreachable: 1, seconds: 3 })]),
    ]);
    expect(stdout).toContain('; no change was told of in ');
  });

  it('keeps what has come of a restart, also where progress is not told', async () => {
    const { stdout } = await told([{ event: 'progress', text: 'canary: 0 lost', isResult: true }]);
    expect(stdout).toBe('result      canary: 0 lost\n');
  });

  it('tells a warning once', async () => {
    const warning = { event: 'warning', message: 'memory is short' } as const;
    expect((await told([warning, warning])).stderr).toBe('warning: memory is short\n');
  });

  it('shows control characters of a host, and does not obey them', async () => {
    const { stdout } = await told([
      ...started(['s1']),
      ended('s1', identity(0, 'Say it', 'debug'), 'ok', { message: 'a\u0007b\u001b[2Jc\rd\u202ee' }),
    ]);
    expect(stdout).toContain('    a\\x07bc\n    d\\u202ee\n');
  });

  describe('as time goes by', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('waits for the other hosts, but not for long', async () => {
      const stdout = new Recorder();
      const report = openReport({ stdout });
      for (const event of started(['s1', 's2', 's3'])) report.emit(event);
      report.emit(ended('s1', identity(0, 'Link it'), 'changed'));
      report.emit(ended('s2', identity(0, 'Link it'), 'changed'));
      expect(stdout.text).not.toContain('Link it');
      vi.advanceTimersByTime(1000);
      expect(stdout.text).toMatch(/changed +Link it: s1 s2\n$/);
      report.emit(ended('s3', identity(0, 'Link it'), 'changed'));
      expect(stdout.text).toMatch(/changed +Link it: s3\n$/);
    });
  });

  it('does not wait for a host that has failed', async () => {
    const stdout = new Recorder();
    const report = openReport({ stdout });
    for (const event of started(['s1', 's2'])) report.emit(event);
    report.emit(ended('s1', identity(0, 'Link it'), 'unreachable', { failure: { message: 'gone' } }));
    report.emit(ended('s2', identity(0, 'Link it'), 'changed'));
    report.emit(ended('s2', identity(1, 'Unlink it'), 'changed'));
    expect(stdout.text).toMatch(/unreachable Link it: s1\n(?:.|\n)*changed +Link it: s2\nchanged +Unlink it: s2\n$/);
    await report.end();
  });
});
