import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NotYetKnown } from '../../../src/jinja/value.ts';
import { HostTable, Missing } from '../../../src/plan/host-table.ts';
import type { Stat, UnitState } from '../../../src/shell/question.ts';
import { fileStat, folderStat } from '../stat.ts';

const folder: Stat = { ...folderStat, size: 4096, inode: 7, links: 2 };
const file: Stat = { ...fileStat, size: 3, inode: 7 };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const lstat = (path: string) => ({ ask: 'stat', path, follow: false }) as const;
const stat = (path: string) => ({ ask: 'stat', path, follow: true }) as const;
const bytes = (text: string) => new TextEncoder().encode(text);
const content = (text: string) => ({ from: 'bytes', bytes: bytes(text), sha256: sha256(text) }) as const;

function root(): HostTable {
  const table = new HostTable();
  table.learn({ ask: 'identity' }, { user: 'root', uid: 0, home: '/root', umask: 0o022 });
  return table;
}

describe('what is not there', () => {
  it('has nothing below it', () => {
    const table = root();
    table.learn(stat('/opt/kafka'), null);
    table.learn(lstat('/opt/kafka'), null);
    expect(table.answer(lstat('/opt/kafka/config'))).toBeNull();
    expect(table.answer({ ask: 'hash', path: '/opt/kafka/config/x' })).toBeNull();
    expect(table.answer({ ask: 'tree', path: '/opt/kafka' })).toBeNull();
  });

  it('is not guessed when nobody asked', () => {
    expect(root().answer(lstat('/opt'))).toBe(Missing);
  });

  it('is known below a fresh folder', () => {
    const table = root();
    table.learn(lstat('/data'), null);
    table.perform({ do: 'mkdir', path: '/data', mode: 0o750 });
    expect(table.answer(stat('/data'))).toMatchObject({ type: 'directory', mode: 0o750, owner: 'root' });
    expect(table.answer(lstat('/data/x'))).toBeNull();
    expect(table.answer({ ask: 'tree', path: '/data' })).toEqual([]);
  });

  it('comes after a removal', () => {
    const table = root();
    table.learn(lstat('/data'), folder);
    table.learn(lstat('/data/x'), file);
    table.perform({ do: 'remove', path: '/data' });
    expect(table.answer(lstat('/data/x'))).toBeNull();
  });
});

describe('links', () => {
  it('lead to what is made later, under both names', () => {
    const table = root();
    for (const path of ['/usr/local/kafka', '/usr/local/kafka_2', '/usr/local/kafka/config/a']) {
      table.learn(lstat(path), null);
    }
    const fresh = table.clone();
    fresh.perform({ do: 'mkdir', path: '/usr/local/kafka_2' });
    fresh.perform({ do: 'link', path: '/usr/local/kafka', target: 'kafka_2', kind: 'symbolic' });
    expect(fresh.answer(lstat('/usr/local/kafka'))).toMatchObject({ type: 'link', target: 'kafka_2', mode: 0o777 });
    expect(fresh.answer(stat('/usr/local/kafka'))).toMatchObject({ type: 'directory' });
    fresh.perform({ do: 'mkdir', path: '/usr/local/kafka/config' });
    fresh.perform({ do: 'write', path: '/usr/local/kafka/config/a', content: content('abc'), backup: false });
    expect(fresh.answer({ ask: 'hash', path: '/usr/local/kafka_2/config/a' })).toBe(sha256('abc'));
    expect(fresh.answer({ ask: 'tree', path: '/usr/local/kafka/config' })).toMatchObject([
      { path: '/usr/local/kafka/config/a', stat: { size: 3, mode: 0o644 } },
    ]);
    expect(table.answer(lstat('/usr/local/kafka'))).toBeNull();
  });

  it('are found whatever was learnt first', () => {
    const table = root();
    table.learn({ ask: 'hash', path: '/l/x' }, 'h');
    table.learn(stat('/l'), folder);
    table.learn(lstat('/l'), { ...folder, type: 'link', target: 'real' });
    expect(table.answer(lstat('/real'))).toEqual(folder);
    expect(table.answer({ ask: 'hash', path: '/real/x' })).toBe('h');
  });

  it('that go in circles lead nowhere', () => {
    const table = root();
    table.learn(lstat('/a'), { ...folder, type: 'link', target: 'b' });
    table.learn(lstat('/b'), { ...folder, type: 'link', target: 'a' });
    expect(table.answer(stat('/a'))).toBeNull();
  });
});

describe('what a step leaves unknown', () => {
  it('waits for the run in a plan, and is asked after it', () => {
    const table = root();
    table.learn(lstat('/x'), file);
    table.learn({ ask: 'listening', port: 2181 }, false);
    const run = { do: 'run', command: { kind: 'argv', argv: ['true'] }, environment: new Map() } as const;
    const plan = table.clone();
    plan.perform(run);
    expect(() => plan.answer(lstat('/x'))).toThrow(NotYetKnown);
    expect(() => plan.answer({ ask: 'listening', port: 2181 })).toThrow(NotYetKnown);
    expect(plan.answer({ ask: 'identity' })).toMatchObject({ user: 'root' });
    table.perform(run);
    expect(table.answer(lstat('/x'))).toBe(Missing);
    table.learn(lstat('/x'), file);
    expect(table.answer(lstat('/x'))).toEqual(file);
  });

  it('is everything but what a tool leaves, and in a plan what it is about', () => {
    const about = (script: string) => ({ ask: 'output', about: 'packages', script }) as const;
    const table = root();
    table.learn(lstat('/x'), file);
    table.learn(about('a'), { rc: 0, stdout: '' });
    table.learn(about('b'), { rc: 0, stdout: '' });
    const leaves = [{ question: about('a'), answer: { rc: 0, stdout: '1.0' } }];
    const tool = { do: 'tool', script: 'install a', leaves, reach: 'host' } as const;
    const plan = table.clone();
    plan.perform(tool);
    expect(() => plan.answer(lstat('/x'))).toThrow(NotYetKnown);
    expect(plan.answer(about('a'))).toEqual({ rc: 0, stdout: '1.0' });
    expect(plan.answer(about('b'))).toEqual({ rc: 0, stdout: '' });
    expect(plan.answer(about('c'))).toBe(Missing);
    table.perform(tool);
    expect(table.answer(about('a'))).toEqual({ rc: 0, stdout: '1.0' });
    expect(table.answer(about('b'))).toBe(Missing);
  });

  it('is what stands at the paths that a tool changes', () => {
    const table = root();
    table.learn(lstat('/x'), file);
    table.learn(lstat('/y'), file);
    const tool = { do: 'tool', script: 'git clone', leaves: [], reach: { paths: ['/x'] } } as const;
    const plan = table.clone();
    plan.perform(tool);
    expect(() => plan.answer(lstat('/x'))).toThrow(NotYetKnown);
    expect(() => plan.answer(lstat('/x/below'))).toThrow(NotYetKnown);
    expect(plan.answer(lstat('/y'))).toEqual(file);
    table.perform(tool);
    expect(table.answer(lstat('/x'))).toBe(Missing);
  });

  it('is the content of a folder into which something unknown is unpacked', () => {
    const plan = root().clone();
    const archive = { from: 'host', path: '/tmp/a.tgz' } as const;
    const lists = { entries: [], exclude: [], include: [], extraOptions: [], keepNewer: false };
    plan.perform({ do: 'unpack', archive, format: 'tar.gz', dest: '/opt', ...lists });
    expect(() => plan.answer(lstat('/opt/kafka/bin'))).toThrow(NotYetKnown);
  });

  it('is whether a port is open after a service was started', () => {
    const plan = root().clone();
    plan.perform({ do: 'unit', verb: 'start', name: 'kafka.service' });
    expect(() => plan.answer({ ask: 'listening', port: 9092 })).toThrow(NotYetKnown);
    plan.perform({ do: 'wait', until: { kind: 'port', port: 9092, state: 'started' }, timeout: 1, delay: 0, sleep: 1 });
    expect(plan.answer({ ask: 'listening', port: 9092 })).toBe(true);
  });
});

describe('units', () => {
  const unknown: UnitState = {
    manager: 'systemd',
    load: 'not-found',
    active: 'inactive',
    sub: 'dead',
    enabled: '',
    mainPid: 0,
    needsReload: false,
  };
  const question = { ask: 'unit', name: 'kafka.service' } as const;
  const path = '/etc/systemd/system/kafka.service';

  it('are there once their file is', () => {
    const plan = root();
    plan.learn(question, unknown);
    plan.learn(lstat(path), null);
    plan.perform({ do: 'write', path, content: content('[Service]\n[Install]\n'), backup: false });
    expect(plan.answer(question)).toMatchObject({ load: 'loaded', enabled: 'disabled', needsReload: false });
    plan.perform({ do: 'unit', verb: 'enable', name: 'kafka.service' });
    plan.perform({ do: 'unit', verb: 'start', name: 'kafka.service' });
    expect(plan.answer(question)).toMatchObject({ enabled: 'enabled', active: 'active' });
  });

  it('want a reload when their file or a drop-in changes', () => {
    for (const changed of [path, `${path}.d/limits.conf`]) {
      const plan = root();
      plan.learn(question, { ...unknown, load: 'loaded', active: 'active' });
      plan.perform({ do: 'write', path: changed, content: content('x'), backup: false });
      expect(plan.answer(question)).toMatchObject({ needsReload: true });
      plan.perform({ do: 'daemon-reload' });
      expect(plan.answer(question)).toMatchObject({ needsReload: false, load: 'loaded' });
    }
  });
});

it('keeps owner and mode of a file that is written anew', () => {
  const table = root();
  table.learn(lstat('/f'), { ...file, owner: 'kafka', uid: 5, mode: 0o600 });
  table.perform({ do: 'write', path: '/f', content: content('new text'), backup: false });
  expect(table.answer(lstat('/f'))).toMatchObject({ owner: 'kafka', uid: 5, mode: 0o600, size: 8 });
  expect(table.answer({ ask: 'content', path: '/f', maxBytes: 100 })).toEqual(bytes('new text'));
  expect(table.answer({ ask: 'content', path: '/f', maxBytes: 3 })).toBeNull();
});

it('does not tell a copy what the original learns later, nor the other way round', () => {
  const table = root();
  table.learn(lstat('/f'), file);
  const plan = table.clone();
  table.learn(lstat('/f'), null);
  plan.perform({ do: 'attributes', path: '/f', follow: false, recursive: false, mode: 0o600 });
  const second = plan.clone();
  second.perform({ do: 'remove', path: '/f' });
  expect(table.answer(lstat('/f'))).toBeNull();
  expect(plan.answer(lstat('/f'))).toMatchObject({ mode: 0o600 });
  expect(second.answer(lstat('/f'))).toBeNull();
});

it('counts the names of a file', () => {
  const table = root();
  table.learn(lstat('/f'), file);
  table.learn(lstat('/g'), null);
  table.perform({ do: 'link', path: '/g', target: '/f', kind: 'hard' });
  expect(table.answer(lstat('/g'))).toMatchObject({ links: 2, inode: 7 });
});

describe('accounts', () => {
  const add = {
    do: 'user',
    verb: 'add',
    name: 'kafka',
    append: false,
    createHome: true,
    moveHome: false,
    system: true,
    removeHome: false,
    force: false,
    home: '/srv/kafka',
  } as const;

  it('are there once they are made, with a group of their own and a home whose mode nobody knows', () => {
    const table = root();
    table.learn({ ask: 'passwd', name: 'kafka' }, null);
    table.learn({ ask: 'group', name: 'kafka' }, null);
    table.learn(lstat('/srv/kafka'), null);
    const plan = table.clone();
    plan.perform(add);
    expect(plan.answer({ ask: 'passwd', name: 'kafka' })).toMatchObject({ uid: Number.NaN, primaryGroup: 'kafka' });
    expect(plan.answer({ ask: 'group', name: 'kafka' })).toMatchObject({ name: 'kafka' });
    expect(plan.answer(stat('/srv/kafka'))).toMatchObject({ type: 'directory', owner: 'kafka', mode: Number.NaN });
    expect(() => plan.answer(lstat('/srv/kafka/.profile'))).toThrow(NotYetKnown);
  });

  it('leave a known password file with the hash that was set', () => {
    const table = root();
    const shadow = { ask: 'content', path: '/etc/shadow', maxBytes: 1000 } as const;
    table.learn(shadow, bytes('root:*:1::::::\nkafka:!:1::::::\n'));
    table.learn({ ask: 'hash', path: '/etc/passwd' }, 'before');
    const plan = table.clone();
    plan.perform({ ...add, verb: 'modify', createHome: false, password: '$6$x$y' });
    expect(plan.answer(shadow)).toEqual(bytes('root:*:1::::::\nkafka:$6$x$y:1::::::\n'));
    expect(() => plan.answer({ ask: 'hash', path: '/etc/passwd' })).toThrow(NotYetKnown);
  });
});
