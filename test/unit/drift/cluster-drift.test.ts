import { describe, expect, it } from 'vitest';
import { HostRun } from '../../../src/apply/host-run.ts';
import type { RenderedFile } from '../../../src/apply/render-files.ts';
import { clusterDrift } from '../../../src/drift/cluster-drift.ts';
import type { ServerDrift } from '../../../src/drift/drift.ts';
import { driftLines } from '../../../src/drift/drift-text.ts';
import { parseFiles } from '../../../src/drift/host-files.ts';
import { BlockTracker } from '../../../src/plan/block-tracker.ts';
import { Known } from '../../../src/plan/known.ts';
import type { ClusterName, Member } from '../../../src/restart/members.ts';
import type { ProgramRunner } from '../../../src/transport/host.ts';
import type { Subject } from '../../../src/verify/subject.ts';
import { controlContext } from '../cluster/loopback.ts';
import { localRunner } from '../restart/local-servers.ts';

const own: Readonly<Record<ClusterName, string>> = {
  zookeeper: '/etc/zookeeper/zoo.cfg',
  kafka: '/etc/kafka/server.properties',
};
const member = (cluster: ClusterName): Member => ({
  ...{ host: 's1', cluster, id: 1, unit: undefined, script: undefined, scriptUser: undefined, commandLine: 'none' },
  ...{ files: [own[cluster]], log: '/none', folders: [], stopTimeout: 300, handler: /none/ },
});

/** One host with both servers, whose files are told as they are here: a text, or that it may not be read. */
async function drift(
  disk: Readonly<Record<string, string | { closed: true }>>,
  written: Readonly<Record<string, string>>,
) {
  const rendered: RenderedFile[] = Object.entries(written).map(([path, text]) => ({
    ...{ host: 's1', path, bytes: Buffer.from(text), mode: undefined, owner: undefined, group: undefined },
  }));
  const runner: ProgramRunner = {
    ...localRunner('s1'),
    run: async (_, program, listener) => {
      for (const [, path = '', index = ''] of program.text.matchAll(/if \[ -r (\S+) \]; then s file (\d+);/g)) {
        const there = disk[path];
        const kind = there === undefined ? 'missing' : typeof there === 'string' ? 'file' : 'closed';
        const payload = Buffer.from(typeof there === 'string' ? there : '');
        listener.frame('stdout', { words: [kind, index], payload });
      }
    },
  };
  const run = new HostRun(runner, new Known(), new BlockTracker());
  const subject: Subject = {
    hosts: [
      {
        ...{ name: 's1', run, keeper: { user: 'root', become: undefined }, folders: [], dataFolders: [] },
        members: [member('zookeeper'), member('kafka')],
      },
    ],
    ...{ zookeeper: [], bootstrap: [], brokers: [1], control: controlContext() },
    nameOf: (_, id) => `${id}`,
    hostOf: () => 's1',
  };
  return clusterDrift(subject, { rendered, cluster: { reason: 'nobody answers' }, hosts: new Map() });
}

const own2 = { [own.zookeeper]: 'a=1', [own.kafka]: 'a=1' };
const differing = (servers: readonly ServerDrift[]) =>
  servers.flatMap(({ cluster, rows }) =>
    rows.flatMap(({ key, differences }) => (differences.length > 0 ? [`${cluster}: ${key}`] : [])),
  );

describe('files of a host with both servers', () => {
  it('are compared each once, also those whose path names neither server or both', async () => {
    const files = [
      '/etc/sysctl.d/90-limits.conf',
      '/opt/kafka/config/zookeeper.properties',
      '/etc/kafka/kafka.env',
      '/etc/zookeeper/java.env',
    ];
    const written = { ...own2, ...Object.fromEntries(files.map((file) => [file, 'new'])) };
    const disk = { ...own2, ...Object.fromEntries(files.map((file) => [file, 'old'])) };
    expect(differing(await drift(disk, written))).toEqual([
      'zookeeper: /etc/sysctl.d/90-limits.conf',
      'zookeeper: /opt/kafka/config/zookeeper.properties',
      'zookeeper: /etc/zookeeper/java.env',
      'kafka: /etc/kafka/kafka.env',
    ]);
    expect(differing(await drift(written, written))).toEqual([]);
  });

  it('that may not be read are told as that, and are no drift', async () => {
    const password = '/etc/kafka/password';
    const closed = { closed: true } as const;
    const servers = await drift({ ...own2, [own.kafka]: closed, [password]: closed }, { ...own2, [password]: 'x' });
    expect(differing(servers)).toEqual([]);
    expect(servers[1]?.unread).toEqual([
      `on disk: ${own.kafka} may not be read`,
      `on disk: ${password} may not be read`,
      'in effect: nobody answers',
    ]);
    expect(driftLines(servers, false).at(-1)).toBe('no drift in what could be read');
  });

  it('that are not there are drift', async () => {
    const servers = await drift({}, { ...own2, '/etc/kafka/kafka.env': 'x' });
    expect(differing(servers)).toEqual(['kafka: /etc/kafka/kafka.env']);
    expect(servers[1]?.unread).toContain(`on disk: ${own.kafka} is not there`);
  });

  it('of many lines are compared in a moment', async () => {
    const lines = (of: string) => Array.from({ length: 60_000 }, (_, index) => `${of} ${index}`).join('\n');
    const file = '/etc/kafka/acl.txt';
    const servers = await drift({ ...own2, [file]: lines('a') }, { ...own2, [file]: lines('b') });
    expect(servers[1]?.rows.find(({ key }) => key === file)).toMatchObject({ disk: '60000 lines differ' });
  });
});

it('a file is told apart from one that is there and may not be read', () => {
  const frames = new Map([
    ['file 0', 'x'],
    ['closed 1', ''],
    ['missing 2', ''],
  ]);
  expect(parseFiles(['/a', '/b', '/c'], frames)).toEqual({
    texts: new Map([
      ['/a', 'x'],
      ['/b', undefined],
      ['/c', undefined],
    ]),
    closed: new Set(['/b']),
  });
});
