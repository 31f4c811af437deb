import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import type { Journal } from '../../../src/restart/journal.ts';
import type { Member } from '../../../src/restart/members.ts';
import { groupOf, selectServers, warnOfKills } from '../../../src/restart/prepare-roll.ts';
import { fullDisk, parseLook, parseSpan, type ServerLook } from '../../../src/restart/server-look.ts';

const member = (host: string): Member => ({
  host,
  cluster: 'kafka',
  id: 1,
  unit: 'kafka.service',
  script: undefined,
  scriptUser: undefined,
  commandLine: 'kafka.Kafka /etc/kafka/server.properties',
  files: ['/etc/kafka/server.properties'],
  log: '/var/log/kafka/server.log',
  folders: ['/data/kafka', '/var/log/kafka'],
  stopTimeout: 300,
  handler: /restart.*kafka/i,
});
const look = (rest: Partial<ServerLook> = {}): ServerLook => ({
  now: 2000,
  process: { pid: 7, startedAt: 1000 },
  unitState: 'active',
  needsReload: false,
  stopTimeout: 300,
  newerFiles: [],
  space: new Map(),
  owed: new Map(),
  ...rest,
});
const journal: Journal = {
  version: 1,
  run: 'abc',
  cluster: 'kafka',
  startedAt: '2026-01-01T00:00:00Z',
  hosts: { s1: 1500, s2: 1500 },
  current: { hosts: ['s2'], doing: 'stop' },
  ended: null,
};
const select = (looks: Record<string, ServerLook>, options: { ifNeeded?: boolean; unfinished?: Journal } = {}) =>
  selectServers(Object.keys(looks).map(member), new Map(Object.entries(looks)), {
    ifNeeded: options.ifNeeded ?? false,
    unfinished: options.unfinished,
  });

describe('which servers are restarted', () => {
  it('takes all of them when nothing else is said', () => {
    expect(select({ s1: look(), s2: look() }).chosen).toEqual(['s1', 's2']);
  });

  it('with --if-needed takes those whose files changed, whose restart is owed, and those that do not run', () => {
    const found = select(
      {
        s1: look(),
        s2: look({ newerFiles: ['/etc/kafka/kafka.env'] }),
        s3: look({ owed: new Map([['Restart Kafka', 1200]]) }),
        s4: look({ process: undefined }),
      },
      { ifNeeded: true },
    );
    expect(found.chosen).toEqual(['s2', 's3', 's4']);
    expect(found.why.get('s2')).toBe('changed since it was started: /etc/kafka/kafka.env');
    expect(found.why.get('s4')).toBe('it does not run');
    expect(found.skipped.get('s1')).toBe('nothing has changed since it was started');
  });

  it('with --if-needed leaves out a broker whose file says only what is in effect or can be altered live', () => {
    const file = '/etc/kafka/server.properties';
    const change = (reach: 'live' | 'restart') => ({ name: 'a', from: '1', to: '2', reach, overridden: false });
    const newer = look({ newerFiles: [file] });
    const found = selectServers(
      ['s1', 's2', 's3', 's4', 's5'].map(member),
      new Map(['s1', 's2', 's3', 's4', 's5'].map((host) => [host, newer])),
      {
        ifNeeded: true,
        unfinished: undefined,
        settings: new Map([
          ['s1', { changes: [], wrong: new Map(), uncomparable: [] }],
          ['s2', { changes: [change('live')], wrong: new Map(), uncomparable: [] }],
          ['s3', { changes: [change('restart')], wrong: new Map(), uncomparable: [] }],
          ['s4', { changes: [], wrong: new Map(), uncomparable: ['ssl.key.password'] }],
          ['s5', { changes: [change('live')], wrong: new Map(), uncomparable: [] }],
        ]),
        refused: new Map([['s5', 'no']]),
      },
    );
    expect(found.chosen).toEqual(['s3', 's4', 's5']);
    expect(found.skipped.get('s1')).toBe('all that its file says is in effect');
    expect(found.skipped.get('s2')).toBe('what has changed is altered while it runs');
  });

  it('with --if-needed takes nobody for what a roll has paid that was cut off before the record was gone', () => {
    const owed = (recordedAt: number) =>
      look({ process: { pid: 7, startedAt: 1510 }, owed: new Map([['a', recordedAt]]) });
    const looks = new Map([
      ['s1', owed(1400)],
      ['s2', owed(1600)],
    ]);
    const found = selectServers([...looks.keys()].map(member), looks, {
      ...{ ifNeeded: true, unfinished: undefined, earlier: journal },
    });
    expect(found.chosen).toEqual(['s2']);
  });

  it('resumes by when a process was started, whatever the journal says of it', () => {
    const found = select(
      {
        s1: look({ process: { pid: 9, startedAt: 1600 } }),
        s2: look({ process: { pid: 8, startedAt: 1400 } }),
        s3: look(),
      },
      { unfinished: journal },
    );
    expect(found.chosen).toEqual(['s2']);
    expect(found.skipped.get('s1')).toContain('restarted 400 s ago');
    expect(found.skipped.get('s3')).toContain('was not about it');
  });
});

describe('what a host tells of its server', () => {
  const frames = (rest: Record<string, string> = {}): ReadonlyMap<string, string> =>
    new Map(
      Object.entries({
        now: '1700000100.500000000\n',
        uptime: '1000.50\n100\n',
        unit: 'MainPID=42\nActiveState=active\nSubState=running\nNeedDaemonReload=no\nTimeoutStopUSec=5min\n',
        // Born 900 s after the boot, 100.5 s ago.
        process: '42 90000\n',
        files: '1699999999.999 /etc/kafka/server.properties\n1700000000.010 /etc/kafka/a file\n',
        owed: '1200.5 Restart Kafka\n1300 Restart ZooKeeper\n Restart the Kafka server\n',
        space: 'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/a b 1000 900 100 90% /data\n',
        ...rest,
      }),
    );

  it('takes nothing of what systemd tells of a unit that is not there', () => {
    const unit = 'MainPID=0\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nTimeoutStopUSec=1min 30s\n';
    const found = parseLook(member('s1'), frames({ unit, process: '' }));
    expect(found).toMatchObject({ unitState: 'not installed', stopTimeout: undefined, process: undefined });
  });

  it('finds when the process was started, and which files are newer', () => {
    expect(parseLook(member('s1'), frames())).toEqual({
      now: 1700000100.5,
      process: { pid: 42, startedAt: 1700000000 },
      unitState: 'active',
      needsReload: false,
      stopTimeout: 300,
      newerFiles: ['/etc/kafka/a file'],
      space: new Map([['/data', 102_400]]),
      owed: new Map([
        ['Restart Kafka', 1200.5],
        ['Restart the Kafka server', Number.POSITIVE_INFINITY],
      ]),
    });
  });

  it('takes a date without nanoseconds, and a file of the same second for newer', () => {
    const found = parseLook(
      member('s1'),
      frames({ now: '1700000100.N\n', uptime: '1000.00\n', files: '1700000000 /f\n' }),
    );
    expect(found.process?.startedAt).toBe(1700000000);
    expect(found.newerFiles).toEqual(['/f']);
  });

  it('knows a unit that waits to be started again for one that does not run', () => {
    const unit = 'MainPID=0\nActiveState=activating\nSubState=auto-restart\n';
    const found = parseLook(member('s1'), frames({ unit, process: '\n' }));
    expect(found).toMatchObject({ process: undefined, unitState: 'activating (auto-restart)', newerFiles: [] });
  });

  it('does not stop a server whose disk is full', () => {
    expect(fullDisk(look({ space: new Map([['/data', 12e6]]) }))).toContain('the disk is full: /data (11 MB left)');
    expect(fullDisk(look({ space: new Map([['/data', 12e9]]) }))).toBeUndefined();
  });

  it('is not understood without the time', () => {
    expect(() => parseLook(member('s1'), frames({ now: '' }))).toThrow('does not tell the time');
  });

  it.each([
    ['5min', 300],
    ['1min 30s', 90],
    ['1h', 3600],
    ['infinity', 0],
    ['500ms', 0.5],
    ['1d 2h', 93_600],
    ['', undefined],
  ])('reads the time span %j', (text, seconds) => {
    expect(parseSpan(text)).toBe(seconds);
  });
});

describe('before a roll', () => {
  it('warns of a unit that is killed before its broker can have handed over', () => {
    const told: string[] = [];
    const looks = new Map([
      ['s1', look({ stopTimeout: 90 })],
      ['s2', look({ stopTimeout: 0 })],
      ['s3', look({ stopTimeout: undefined })],
    ]);
    warnOfKills(['s1', 's2', 's3'].map(member), looks, (event) => void told.push(JSON.stringify(event)));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('s1: systemd kills kafka.service 90 s after');
  });

  it('finds a cluster under the names that inventories give it', () => {
    expect(groupOf('kafka', (name) => name === 'kafka_brokers')).toBe('kafka_brokers');
    expect(() => groupOf('zookeeper', () => false)).toThrow(InputError);
  });
});
