import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NotYetKnown } from '../../../src/jinja/value.ts';
import { HostTable, Missing } from '../../../src/plan/host-table.ts';
import type { Stat } from '../../../src/shell/question.ts';
import { fileStat, folderStat } from '../stat.ts';

const folder: Stat = { ...folderStat, size: 4096, inode: 7, links: 2 };
const file: Stat = { ...fileStat, size: 3, inode: 7 };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const lstat = (path: string) => ({ ask: 'stat', path, follow: false }) as const;
const content = (text: string) =>
  ({ from: 'bytes', bytes: new TextEncoder().encode(text), sha256: sha256(text) }) as const;

function root(): HostTable {
  const table = new HostTable();
  table.learn({ ask: 'identity' }, { user: 'root', uid: 0, home: '/root', umask: 0o022 });
  return table;
}

describe('what a script tells of paths', () => {
  const sum = { ask: 'output', about: 'checksum', script: 'sha1sum < /l/f', reads: ['/l/f'] } as const;
  const other = { ask: 'output', about: 'checksum', script: 'sha1sum < /g', reads: ['/g'] } as const;
  const names = { ask: 'output', about: 'names', script: 'getent passwd', reads: ['/etc/passwd'] } as const;
  const told = { rc: 0, stdout: 'abc' };
  const rewrite = { do: 'write', path: '/real/f', content: content('new'), backup: false } as const;

  function asked(): HostTable {
    const table = root();
    table.learn(lstat('/l'), { ...folder, type: 'link', target: 'real' });
    for (const question of [sum, other, names]) table.learn(question, told);
    return table;
  }

  it('is asked again after an action on one of them', () => {
    const table = asked();
    table.perform(rewrite);
    expect(table.answer(sum)).toBe(Missing);
    expect(table.answer(other)).toEqual(told);
  });

  it('waits for an action that is only supposed, asked before or not', () => {
    const table = asked().clone();
    table.perform(rewrite);
    const later = { ...sum, script: 'md5sum < /l/f' };
    for (const question of [sum, later, { ...later, reads: ['/real'] }])
      expect(() => table.answer(question)).toThrow(NotYetKnown);
    expect(table.answer(other)).toEqual(told);
  });

  it('is not known after a user was made', () => {
    const table = asked();
    table.perform({ do: 'group', verb: 'add', name: 'kafka', system: false });
    expect(table.answer(names)).toBe(Missing);
    expect(table.answer(other)).toEqual(told);
  });

  it('is what a tool leaves that worked on them', () => {
    const table = asked().clone();
    const answer = { rc: 0, stdout: 'new' };
    table.perform({ do: 'tool', script: 'x', leaves: [{ question: sum, answer }], reach: { paths: ['/l/f'] } });
    expect(table.answer(sum)).toEqual(answer);
  });
});

describe('the times of a folder', () => {
  it('are not known after something was made, replaced or removed in it', () => {
    for (const action of [
      { do: 'mkdir', path: '/d/new' },
      { do: 'remove', path: '/d/old' },
      { do: 'write', path: '/d/old', content: content('new'), backup: false },
    ] as const) {
      const table = root();
      table.learn(lstat('/d'), folder);
      table.learn(lstat('/d/new'), null);
      table.learn(lstat('/d/old'), file);
      table.perform(action);
      expect(table.answer(lstat('/d'))).toEqual({ ...folder, mtime: Number.NaN, ctime: Number.NaN, links: Number.NaN });
    }
  });

  it('stay as they are when nothing came of it', () => {
    const table = root();
    table.learn(lstat('/d'), folder);
    table.learn(lstat('/d/old'), { ...file, ctime: 5 });
    table.learn(lstat('/d/none'), null);
    table.perform({ do: 'remove', path: '/d/none' });
    table.perform({ do: 'attributes', path: '/d/old', follow: true, recursive: false, mode: 0o600 });
    expect(table.answer(lstat('/d'))).toEqual(folder);
    expect(table.answer(lstat('/d/old'))).toMatchObject({ mode: 0o600, mtime: file.mtime, ctime: Number.NaN });
  });

  it('are asked with a tree when they are wanted', () => {
    const table = root();
    table.learn(lstat('/d'), folder);
    table.learn({ ask: 'tree', path: '/d' }, [{ path: '/d/f', stat: file }]);
    table.perform({ do: 'touch', path: '/d/f' });
    expect(table.answer({ ask: 'tree', path: '/d' })).toHaveLength(1);
    expect(table.answer({ ask: 'tree', path: '/d', times: true })).toBe(Missing);
  });
});

describe('a folder in which something has a name that only the run knows', () => {
  const actions = [
    { do: 'write', path: '/d/f', content: content('new'), backup: true },
    { do: 'copy', from: '/d/g', path: '/d/f', recursive: false, backup: true },
    { do: 'tool', script: 'mktemp', leaves: [], reach: { folder: '/d' } },
  ] as const;

  function asked(): HostTable {
    const table = root();
    table.learn(lstat('/d'), folder);
    const stats = ['/d/f', '/d/g'].map((path) => ({ path, stat: file }));
    table.learn({ ask: 'tree', path: '/d' }, stats);
    return table;
  }

  it.each(actions)('is listed again after $do', (action) => {
    const table = asked();
    table.perform(action);
    expect(table.answer({ ask: 'tree', path: '/d' })).toBe(Missing);
    table.learn({ ask: 'tree', path: '/d' }, []);
    expect(table.answer({ ask: 'tree', path: '/d' })).toEqual([]);
  });

  it.each(actions)('waits to be listed for a supposed $do, and the rest is known', (action) => {
    const table = asked().clone();
    table.perform(action);
    expect(() => table.answer({ ask: 'tree', path: '/d' })).toThrow(NotYetKnown);
    expect(table.answer(lstat('/d/none'))).toBeNull();
    expect(table.answer(lstat('/d/g'))).toEqual(file);
  });
});

describe('the names of one file', () => {
  const same: Stat = { ...file, links: 2 };

  function linked(): HostTable {
    const table = root();
    for (const path of ['/a', '/b']) table.learn(lstat(path), same);
    table.learn(lstat('/c'), { ...same, inode: 8 });
    return table;
  }

  it('have the same attributes', () => {
    const table = linked();
    table.perform({ do: 'attributes', path: '/b', follow: true, recursive: false, mode: 0o600 });
    expect(table.answer(lstat('/a'))).toMatchObject({ mode: 0o600, links: 2 });
    expect(table.answer(lstat('/c'))).toMatchObject({ mode: file.mode });
  });

  it('are one more after a link, and one less when a file takes the place of one', () => {
    const table = linked();
    table.learn(lstat('/d'), null);
    table.perform({ do: 'link', path: '/d', target: '/a', kind: 'hard' });
    for (const path of ['/a', '/b', '/d']) expect(table.answer(lstat(path))).toMatchObject({ links: 3, inode: 7 });
    table.perform({ do: 'write', path: '/b', content: content('new'), backup: false });
    for (const path of ['/a', '/d']) expect(table.answer(lstat(path))).toMatchObject({ links: 2, size: 3 });
    table.perform({ do: 'remove', path: '/a' });
    expect(table.answer(lstat('/d'))).toMatchObject({ links: 1 });
  });
});

describe('a group of another number', () => {
  it('takes its users along, but not its files', () => {
    const table = root();
    const user = { name: 'kafka', uid: 950, gid: 950, gecos: '', home: '/', shell: '', groups: [] };
    table.learn({ ask: 'passwd', name: 'kafka' }, { ...user, primaryGroup: 'kafka' });
    table.learn({ ask: 'group', name: 'kafka' }, { name: 'kafka', gid: 950, members: [] });
    table.learn(lstat('/old'), { ...file, gid: 950, group: 'kafka' });
    table.learn(lstat('/new'), { ...file, gid: 960, group: '960' });
    table.perform({ do: 'group', verb: 'modify', name: 'kafka', gid: 960, system: false });
    expect(table.answer({ ask: 'passwd', name: 'kafka' })).toMatchObject({ gid: 960 });
    expect(table.answer(lstat('/old'))).toMatchObject({ gid: 950, group: '950' });
    expect(table.answer(lstat('/new'))).toMatchObject({ gid: 960, group: 'kafka' });
  });
});

describe('a copy on the host', () => {
  it('has the size of what it was made from, also behind a link', () => {
    const table = root();
    table.learn({ ask: 'stat', path: '/from', follow: true }, file);
    table.learn(lstat('/to'), null);
    table.perform({ do: 'copy', from: '/from', path: '/to', recursive: false, backup: false });
    expect(table.answer(lstat('/to'))).toMatchObject({ size: file.size });
  });

  it('leaves nothing known below a folder that it was made into', () => {
    const table = root();
    table.learn(lstat('/to'), folder);
    table.learn(lstat('/to/f'), file);
    table.perform({ do: 'copy', from: '/from', path: '/to', recursive: true, backup: false });
    expect(table.answer(lstat('/to'))).toMatchObject({ type: 'directory' });
    expect(table.answer(lstat('/to/f'))).toBe(Missing);
  });
});
