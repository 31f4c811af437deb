import { describe, expect, it } from 'vitest';
import { ensembleHealth, type ServerReport, type ServerState } from '../../../src/zookeeper/ensemble.ts';
import { serversSchema } from '../../../src/zookeeper/server.ts';

const members = (ids: readonly number[]) => new Map(ids.map((id) => [id, `s${id}:2888:3888`]));
const conf = (serverId: number, ids = [1, 2, 3]) => ({ serverId, members: members(ids) });
const follower = (id: number): ServerState => ({
  state: 'follower',
  zxid: '0x1',
  epoch: 0,
  blocked: [],
  conf: conf(id),
});
const leader = (id: number, syncedFollowers = 2): ServerState => ({
  ...follower(id),
  state: 'leader',
  syncedFollowers,
});
const refused: ServerState = { state: 'unreachable', reason: 'connection refused', blocked: [] };

function ensemble(...states: ServerState[]): ServerReport[] {
  return states.map((state, index) => ({ server: { id: index + 1, host: `s${index + 1}`, port: 2181 }, state }));
}

describe('a healthy ensemble', () => {
  it('has one leader, and all others are its synced followers', () => {
    const health = ensembleHealth(ensemble(follower(1), leader(2), follower(3)));
    expect(health).toMatchObject({ healthy: true, leader: 's2:2181', reasons: [], notes: [] });
  });

  it('may be one server that is meant to be alone', () => {
    const alone: ServerState = { state: 'standalone', blocked: [], conf: { serverId: 0, members: new Map() } };
    expect(ensembleHealth(ensemble(alone))).toMatchObject({ healthy: true, leader: 's1:2181' });
  });

  it('is believed by srvr alone, but what was not checked is said', () => {
    const { syncedFollowers: _, conf: __, ...bare } = leader(2);
    const blocked = ['mntr', 'conf'] as const;
    const silent = { ...bare, blocked };
    const health = ensembleHealth(ensemble({ ...follower(1) }, silent, follower(3)));
    expect(health.healthy).toBe(true);
    expect(health.notes).toEqual([
      'synced followers were not counted: mntr is not in 4lw.commands.whitelist of s2:2181',
      'ids were not compared: conf is not in 4lw.commands.whitelist of s2:2181',
    ]);
  });
});

describe('what is wrong is named', () => {
  const cases: readonly [string, readonly ServerState[], readonly string[]][] = [
    [
      'a server is down',
      [follower(1), leader(2, 1), refused],
      ['s3:2181 cannot be reached (connection refused)', 'the leader s2:2181 has 1 synced followers, not 2'],
    ],
    [
      'no quorum',
      [{ state: 'not serving', blocked: [] }, refused, refused],
      [
        's1:2181 runs but is part of no quorum',
        's2:2181 cannot be reached (connection refused)',
        's3:2181 cannot be reached (connection refused)',
        'there is no leader',
      ],
    ],
    [
      'three clusters of one',
      [1, 2, 3].map(() => ({ state: 'standalone', blocked: [] })),
      [
        's1:2181 runs standalone: it does not know the other servers',
        's2:2181 runs standalone: it does not know the other servers',
        's3:2181 runs standalone: it does not know the other servers',
        'there is no leader',
      ],
    ],
    ['two leaders', [leader(1), leader(2), follower(3)], ['there are 2 leaders: s1:2181, s2:2181']],
    [
      'a follower that is not synced',
      [follower(1), leader(2, 1), follower(3)],
      ['the leader s2:2181 has 1 synced followers, not 2'],
    ],
    [
      'an observer',
      [follower(1), leader(2), { ...follower(3), state: 'observer' }],
      ['s3:2181 is an observer, which has no vote'],
    ],
    [
      'a server with another id',
      [follower(1), leader(2), { ...follower(3), conf: conf(7) }],
      ['s3:2181 has the id 7, not 3'],
    ],
    [
      'a server of a larger ensemble',
      [follower(1), leader(2), { ...follower(3), conf: conf(3, [1, 2, 3, 4]) }],
      ['s3:2181 believes in an ensemble of 1, 2, 3, 4, not of 1, 2, 3'],
    ],
  ];

  it.each(cases)('%s', (_, states, reasons) => {
    const health = ensembleHealth(ensemble(...states));
    expect(health.reasons).toEqual(reasons);
    expect(health.healthy).toBe(false);
  });

  it('notes that two servers spell a third differently, unless one listens on all its addresses', () => {
    const spelt = (id: number, address: string): ServerState => ({
      ...follower(id),
      conf: { serverId: id, members: members([1, 2, 3]).set(2, address) },
    });
    const differs = ensembleHealth(ensemble(follower(1), leader(2), spelt(3, '10.0.0.2:2888:3888')));
    expect(differs.notes).toEqual(['server.2 is 10.0.0.2:2888:3888 for s3:2181, but s2:2888:3888 for s1:2181']);
    const wild = ensembleHealth(ensemble(follower(1), leader(2), spelt(3, '0.0.0.0:2888:3888')));
    expect(wild).toMatchObject({ healthy: true, notes: [] });
  });
});

describe('the servers of a task', () => {
  it('may be written short or long', () => {
    const servers = ['1@s1', '2@s2:2182', { id: '3', host: 's3' }, { id: 4, host: '10.0.0.4', port: 2183 }];
    expect(serversSchema.parse(servers)).toEqual([
      { id: 1, host: 's1', port: 2181 },
      { id: 2, host: 's2', port: 2182 },
      { id: 3, host: 's3', port: 2181 },
      { id: 4, host: '10.0.0.4', port: 2183 },
    ]);
  });

  it.each([
    [['s1:2181'], 'is not id@host'],
    [['256@s1:2181'], 'is not id@host'],
    [['1@s1', '1@s2'], 'two servers have the id 1'],
    [['1@s1', '2@s1:2181'], 's1:2181 is named twice'],
  ])('are refused: %j', (servers, message) => {
    expect(
      serversSchema
        .safeParse(servers)
        .error?.issues.map((issue) => JSON.stringify(issue))
        .join(),
    ).toContain(message);
  });
});
