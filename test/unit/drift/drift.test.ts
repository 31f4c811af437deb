import { describe, expect, it } from 'vitest';
import { type DriftRow, driftRows, type Effect } from '../../../src/drift/drift.ts';
import { driftLines } from '../../../src/drift/drift-text.ts';
import { zookeeperEffect } from '../../../src/drift/zookeeper-effect.ts';

function effect(value: string | null, source: Effect['source'] = 'static', sensitive = false): Effect {
  return { value, source, sensitive };
}

const map = (of: Record<string, string>) => new Map(Object.entries(of));
const effects = (of: Record<string, Effect>) => new Map(Object.entries(of));

function differing(rows: readonly DriftRow[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    rows.filter(({ differences }) => differences.length > 0).map(({ key, differences }) => [key, differences]),
  );
}

describe('the three columns', () => {
  it('are no drift when only their spelling differs, and what a server has by itself is none', () => {
    const file = map({ a: 'TRUE', b: '1, 2', c: '08', unknown: 'x' });
    const rows = driftRows({
      rendered: file,
      disk: file,
      effect: effects({ a: effect('true'), b: effect('1,2'), c: effect('8'), own: effect('5', 'default') }),
    });
    expect(differing(rows)).toEqual({});
    expect(rows.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'unknown']);
  });

  it('tell what was changed on disk, what waits for a restart, and what was set while the server ran', () => {
    const rows = driftRows({
      rendered: map({ changed: '1', gone: '1', overridden: '1', waiting: '2' }),
      disk: map({ changed: '2', added: '3', overridden: '1', waiting: '2' }),
      effect: effects({
        changed: effect('1'),
        gone: effect('1'),
        added: effect('0', 'default'),
        overridden: effect('9', 'dynamic broker'),
        waiting: effect('1'),
        everywhere: effect('7', 'dynamic default'),
      }),
    });
    expect(differing(rows)).toEqual({
      added: ['changed on disk', 'restart pending'],
      changed: ['changed on disk', 'restart pending'],
      everywhere: ['dynamic override'],
      gone: ['changed on disk', 'restart pending'],
      overridden: ['dynamic override'],
      waiting: ['restart pending'],
    });
  });

  it('judge nothing by a column that could not be read', () => {
    const rows = driftRows({ rendered: map({ a: '1' }), disk: undefined, effect: undefined });
    expect(differing(rows)).toEqual({});
  });

  it('compare secrets and never show them', () => {
    const rows = driftRows({
      rendered: map({ 'ssl.key.password': 'hunter22', plain: 'hunter33' }),
      disk: map({ 'ssl.key.password': 'other444', plain: 'hunter33' }),
      effect: effects({ 'ssl.key.password': effect(null, 'static', true), plain: effect(null, 'static', true) }),
    });
    expect(differing(rows)).toEqual({ 'ssl.key.password': ['changed on disk'] });
    expect(JSON.stringify(rows)).not.toMatch(/hunter|other444/);
  });
});

describe('what ZooKeeper tells', () => {
  it('is read under the names of zoo.cfg, and only where the file says something', () => {
    const conf =
      'clientPort=2181\ndataDir=/d/version-2\nserverId=3\nelectionAlg=3\nminSessionTimeout=4000\nversion=0\nserver.1=a:1:2:participant\n';
    const found = zookeeperEffect(conf, new Set(['clientPort', 'dataDir', 'myid']));
    expect(Object.fromEntries([...found].map(([key, { value }]) => [key, value]))).toEqual({
      clientPort: '2181',
      dataDir: '/d',
      myid: '3',
      'server.1': 'a:1:2',
    });
  });
});

describe('the table', () => {
  const rows = driftRows({
    rendered: map({ same: '1', other: '1' }),
    disk: map({ same: '1', other: '2' }),
    effect: undefined,
  });
  const server = { host: 's1', cluster: 'kafka', id: 1, rows, unread: ['in effect: no answer'] } as const;

  it('has what differs, and what could not be read', () => {
    const text = driftLines([server], false).join('\n');
    expect(text).toMatch(/s1: Kafka broker 1\n {2}not read: in effect: no answer/);
    expect(text).toMatch(/other +1 +2 +– +changed on disk/);
    expect(text).not.toMatch(/same/);
    expect(driftLines([server], true).join('\n')).toMatch(/same/);
  });
});

it("hides the digest of ZooKeeper's super user", () => {
  const disk = map({ 'DigestAuthenticationProvider.superDigest': 'super:xQJmx' });
  const [row] = driftRows({ rendered: map({}), disk, effect: undefined });
  expect(row).toMatchObject({ disk: '(secret)', differences: ['changed on disk'] });
});
