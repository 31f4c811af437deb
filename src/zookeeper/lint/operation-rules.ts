import { isTemporary, isVolatile } from '../../lint/folders.ts';
import { at, type ServerRule } from './server.ts';

const SOURCE = "ZooKeeper Administrator's Guide";
const FOLDERS = ['dataDir', 'dataLogDir'] as const;

function folderRule(
  text: Omit<ServerRule, 'check' | 'severity' | 'source'>,
  wrong: (folder: string) => string | undefined,
): ServerRule {
  return {
    ...text,
    severity: 'warning',
    source: `${SOURCE}, Storage`,
    *check(server) {
      for (const key of FOLDERS) {
        const folder = server.settings.given(key);
        const message = folder === undefined || folder === '' ? undefined : wrong(folder);
        if (message !== undefined && !/\\/.test(server.settings.entry(key)?.raw ?? ''))
          yield at(server, key, message, `for example ${key}=/var/lib/zookeeper`);
      }
    },
  };
}

const tmpDir = folderRule(
  {
    id: 'zookeeper/tmp-dir',
    what: 'Data is kept in a temporary folder',
    why: 'What is below /tmp is removed at boot or by a cleaner; when that happens on most servers, the whole cluster has lost its data.',
    mend: 'Use a folder on a disk, such as /var/lib/zookeeper.',
  },
  (folder) => (isTemporary(folder) ? `${folder} is temporary: the data is lost at a boot or a cleanup` : undefined),
);

const volatileDir = folderRule(
  {
    id: 'zookeeper/volatile-dir',
    what: 'Data is kept in memory',
    why: 'What is below /run, /var/run or /dev/shm is in a memory file system and does not survive a boot.',
    mend: 'Use a folder on a disk, such as /var/lib/zookeeper.',
  },
  (folder) => (isVolatile(folder) ? `${folder} is in memory: the data does not survive a boot` : undefined),
);

const relativePath = folderRule(
  {
    id: 'zookeeper/relative-path',
    what: 'A folder is named relative to wherever the server is started',
    why: 'Started from elsewhere, the server finds no data and no myid.',
    mend: 'Name the folder from the root.',
  },
  (folder) =>
    folder.startsWith('/') || /^[A-Za-z]:/.test(folder)
      ? undefined
      : `${folder} is relative to the folder that the server is started from`,
);

const tickTime: ServerRule = {
  id: 'zookeeper/tick-time',
  severity: 'warning',
  what: 'The tick is very long or very short',
  why: 'Heartbeats, the shortest and the longest session, and all limits are counted in ticks: with a long one, minutes pass until a failure is noticed; with a short one, pauses are taken for failures.',
  mend: 'Use 2000.',
  source: `${SOURCE}, Minimum Configuration`,
  *check(server) {
    const tick = server.settings.number('tickTime');
    if (!server.settings.isSet('tickTime') || tick === undefined || tick < 1) return;
    if (tick > 10_000)
      yield at(
        server,
        'tickTime',
        `${tick} ms: heartbeats and the shortest session take ${Math.round((2 * tick) / 1000)} s`,
        'tickTime=2000',
      );
    else if (tick < 500)
      yield at(server, 'tickTime', `${tick} ms: a short pause is taken for a failure`, 'tickTime=2000');
  },
};

const limits: ServerRule = {
  id: 'zookeeper/limits',
  severity: 'warning',
  what: 'Servers have very little, or very much, time to join',
  why: 'With few ticks, a server with much data never gets done joining; with very many, one that hangs is kept.',
  mend: 'Use initLimit=10 and syncLimit=5.',
  source: `${SOURCE}, Cluster Options`,
  *check(server) {
    const tick = server.settings.number('tickTime') ?? 3000;
    for (const key of ['initLimit', 'syncLimit']) {
      const ticks = server.settings.number(key);
      if (ticks === undefined || ticks < 1 || tick > 10_000) continue;
      if (ticks * tick > 600_000)
        yield at(
          server,
          key,
          `${key} of ${ticks} ticks is ${Math.round((ticks * tick) / 60_000)} minutes`,
          key === 'initLimit' ? 'initLimit=10' : 'syncLimit=5',
        );
    }
  },
};

const sessionLimits: ServerRule = {
  id: 'zookeeper/session-limits',
  severity: 'info',
  what: 'The limits of sessions are unusual',
  why: 'Sessions shorter than two ticks end at a single lost heartbeat. Limits that cross stop the start.',
  mend: 'Leave them out: they are 2 and 20 ticks.',
  source: `${SOURCE}, Advanced Configuration; QuorumPeerConfig`,
  *check(server) {
    const { settings } = server;
    const tick = settings.number('tickTime') ?? 3000;
    const given = (key: string): number | undefined => {
      const value = settings.number(key);
      return value === undefined || value === -1 ? undefined : value;
    };
    const [low, high] = [given('minSessionTimeout') ?? tick * 2, given('maxSessionTimeout') ?? tick * 20];
    if (low > high)
      yield at(
        server,
        settings.isSet('minSessionTimeout') ? 'minSessionTimeout' : 'maxSessionTimeout',
        `the shortest session, ${low} ms, is longer than the longest, ${high} ms: the server does not start`,
        undefined,
        'error',
      );
    else if (low < tick * 2)
      yield at(server, 'minSessionTimeout', `${low} ms is below the default of two ticks, ${tick * 2} ms`);
  },
};

const autopurge: ServerRule = {
  id: 'zookeeper/autopurge-off',
  severity: 'info',
  what: 'Old snapshots are never removed',
  why: 'Snapshots and logs pile up until the disk is full, and a server with a full disk stops.',
  mend: 'Set autopurge.purgeInterval to a number of hours, such as 24, and autopurge.snapRetainCount to 3.',
  source: `${SOURCE}, Ongoing Data Directory Cleanup`,
  *check(server) {
    if ((server.settings.number('autopurge.purgeInterval') ?? 1) > 0) return;
    const given = server.settings.isSet('autopurge.purgeInterval');
    if (given || server.host !== undefined)
      yield at(
        server,
        'autopurge.purgeInterval',
        `autopurge.purgeInterval is ${given ? server.settings.given('autopurge.purgeInterval') : 'not set, so 0'}: old snapshots are never removed`,
        'autopurge.purgeInterval=24',
        given ? 'info' : 'warning',
      );
  },
};

const unsafe: ServerRule = {
  id: 'zookeeper/unsafe-option',
  severity: 'warning',
  what: 'An option that ZooKeeper calls unsafe',
  why: 'forceSync=no acknowledges what is not on disk yet; skipACL=yes lets everybody do everything; snapshot.trust.empty=true hides that data was lost; with leaderServes=no, a small ensemble has one server less for its clients, and those move at each election.',
  mend: 'Remove the line.',
  source: `${SOURCE}, Unsafe Options`,
  *check(server) {
    const told: readonly (readonly [string, string, string])[] = [
      ['forceSync', 'no', 'writes are acknowledged before they are on disk'],
      ['skipACL', 'yes', 'everybody may read and change everything'],
      ['snapshot.trust.empty', 'true', 'a server that lost its data joins as if nothing had happened'],
    ];
    for (const [key, value, text] of told)
      for (const name of [key, `zookeeper.${key}`])
        if (server.settings.given(name)?.toLowerCase() === value)
          yield at(server, name, `${name}=${value}: ${text}`, 'remove the line');
    if (server.settings.given('leaderServes')?.toLowerCase() === 'no')
      yield {
        ...at(server, 'leaderServes', 'leaderServes=no: clients of the leader move at each election'),
        severity: 'info',
      };
  },
};

const tls: ServerRule = {
  id: 'zookeeper/tls',
  severity: 'error',
  what: 'TLS lacks what it needs',
  why: 'TLS for clients works only with Netty; TLS with a client or between servers needs a keystore. The server does not start, or nobody can connect.',
  mend: 'Set serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory and the keystores.',
  source: `${SOURCE}, Encryption, Authentication, Authorization Options`,
  *check(server) {
    const { settings } = server;
    const factory = settings.given('serverCnxnFactory') ?? settings.given('zookeeper.serverCnxnFactory');
    const has = (name: string): boolean => settings.isSet(name) || settings.isSet(`zookeeper.${name}`);
    if (settings.isSet('secureClientPort') && factory !== undefined && !factory.includes('Netty'))
      yield at(
        server,
        'secureClientPort',
        `secureClientPort needs NettyServerCnxnFactory, and serverCnxnFactory is ${factory}`,
      );
    else if (settings.isSet('secureClientPort') && factory === undefined && !settings.isSet('serverCnxnFactory'))
      yield at(
        server,
        'secureClientPort',
        'secureClientPort needs serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory',
        undefined,
        'warning',
      );
    if (settings.flag('sslQuorum') === true && !has('ssl.quorum.keyStore.location'))
      yield at(
        server,
        'sslQuorum',
        'sslQuorum is on, and there is no ssl.quorum.keyStore.location',
        undefined,
        'warning',
      );
    if (
      settings.flag('portUnification') === true &&
      settings.flag('sslQuorum') !== true &&
      !has('ssl.quorum.keyStore.location')
    )
      yield at(server, 'portUnification', 'portUnification needs the keystores of sslQuorum', undefined, 'warning');
  },
};

const saslOrder: ServerRule = {
  id: 'zookeeper/quorum-sasl',
  severity: 'error',
  what: 'SASL between servers is required and not enabled',
  why: 'What requires SASL needs it enabled, and a server that requires it of others must show it itself; else it does not start.',
  mend: 'Set quorum.auth.enableSasl=true, then learnerRequireSasl, then serverRequireSasl, in three rolls.',
  source: 'QuorumPeerConfig (checks of quorum.auth)',
  *check(server) {
    const on = (name: string): boolean => server.settings.flag(`quorum.auth.${name}`) === true;
    for (const name of ['learnerRequireSasl', 'serverRequireSasl'])
      if (on(name) && !on('enableSasl'))
        yield at(server, `quorum.auth.${name}`, `quorum.auth.${name} needs quorum.auth.enableSasl=true`);
    if (on('enableSasl') && on('serverRequireSasl') && !on('learnerRequireSasl'))
      yield at(
        server,
        'quorum.auth.serverRequireSasl',
        'quorum.auth.serverRequireSasl needs quorum.auth.learnerRequireSasl=true',
      );
  },
};

export const operationRules: readonly ServerRule[] = [
  tmpDir,
  volatileDir,
  relativePath,
  tickTime,
  limits,
  sessionLimits,
  autopurge,
  unsafe,
  tls,
  saslOrder,
];
