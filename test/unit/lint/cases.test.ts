import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { lintHosts } from '../../../src/commands/lint-hosts.ts';
import { allRuleIds } from '../../../src/commands/lint-rules.ts';
import { liveSubjects, readHosts } from '../../../src/commands/live-subjects.ts';
import { loadKafkaCatalogue } from '../../../src/kafka/settings/catalogue.ts';
import { liveRules } from '../../../src/lint/live/rules.ts';
import { recognise } from '../../../src/lint/recognise.ts';
import { checkAll } from '../../../src/lint/rule.ts';
import type { LintHost } from '../../../src/lint/subject.ts';
import { answersOf, NOW, storeNamed, withStores } from './case-stores.ts';

/** A file that is right, as the cases change it: one of a broker with ZooKeeper, of a server with KRaft, of ZooKeeper. */
const RIGHT = {
  kafka: {
    'broker.id': '1',
    listeners: 'PLAINTEXT://h1:9092',
    'zookeeper.connect': 'zk1:2181,zk2:2181,zk3:2181/kafka',
    'log.dirs': '/var/lib/kafka/data',
    'default.replication.factor': '3',
    'min.insync.replicas': '2',
  },
  kraft: {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': '1@h1:9093,2@h2:9093,3@h3:9093',
    'controller.listener.names': 'CONTROLLER',
    listeners: 'PLAINTEXT://h1:9092,CONTROLLER://h1:9093',
    'advertised.listeners': 'PLAINTEXT://h1:9092',
    'log.dirs': '/var/lib/kafka/data',
    'default.replication.factor': '3',
    'min.insync.replicas': '2',
  },
  zookeeper: {
    tickTime: '2000',
    initLimit: '10',
    syncLimit: '5',
    dataDir: '/var/lib/zookeeper',
    clientPort: '2181',
    'autopurge.purgeInterval': '24',
    'server.1': 'h1:2888:3888',
    'server.2': 'h2:2888:3888',
    'server.3': 'h3:2888:3888',
  },
};

const changes = z.record(z.string(), z.string()).optional();
const caseSchema = z.strictObject({
  case: z.string(),
  kafka: changes,
  kraft: changes,
  zookeeper: changes,
  /** Keys to leave out. */
  without: z.array(z.string()).default([]),
  /** Lines to add as they are. */
  lines: z.string().default(''),
  /** Host → path → text. In a text, `<kafka>`, `<kraft>` and `<zookeeper>` stand for the right file. */
  hosts: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  /** Host → what its inspection printed: blocks, their lines behind |. */
  live: z.record(z.string(), z.string()).optional(),
  /** Path → the store there, on each host. */
  stores: z.record(z.string(), z.string()).default({}),
  /** What the servers of h1 said. */
  said: z
    .strictObject({
      certificate: z
        .strictObject({
          names: z.array(z.string()).optional(),
          from: z.number().optional(),
          to: z.number().optional(),
          uses: z.array(z.number()).optional(),
        })
        .optional(),
      reason: z.string().optional(),
      unreached: z.string().optional(),
      credentials: z.enum(['there', 'missing', 'unknown']).optional(),
    })
    .optional(),
  version: z.string().optional(),
  brokers: z.number().optional(),
  /** `severity rule key`, in the order of the files and lines. */
  problems: z.array(z.string()),
});
/** What a healthy host says; a later block of the same name counts. */
const HEALTHY = `date\n|1000\nmem\n|MemTotal: 16000000 kB\n|SwapTotal: 0 kB\nmounts\n|/dev/sda / ext4 rw 0 0\nmax_map_count\n|262144
swappiness\n|1\nsynchronized\n|yes\nname 0\n|10.0.0.1\nname 1\n|10.0.0.2\nname 2\n|10.0.0.3\n`;

type Case = z.infer<typeof caseSchema>;

const catalogue = await loadKafkaCatalogue();
const here = join(import.meta.dirname, 'cases');
const files = readdirSync(here).map((file) => ({
  file,
  cases: z.array(caseSchema).parse(parse(readFileSync(join(here, file), 'utf8'), { merge: true })),
}));

for (const { file, cases } of files) {
  describe(file, () => {
    it.each(cases.map((each) => [each.case, each] as const))('%s', (_, each) => {
      expect(shown(each).toSorted()).toEqual(each.problems.toSorted());
    });
  });
}

it('has a case for each rule', () => {
  const told = new Set(
    files.flatMap(({ cases }) => cases.flatMap(({ problems }) => problems.map((each) => each.split(' ')[1]))),
  );
  expect(allRuleIds().filter((id) => !told.has(id))).toEqual([]);
});

function shown(each: Case): string[] {
  const hosts = hostsOf(each);
  const setting = {
    catalogue,
    kafkaVersion: each.version,
    brokers: each.brokers,
    allTogether: false,
    isPart: false,
    disabled: new Set<string>(),
    now: NOW,
  };
  const outputs = new Map(Object.entries(each.live ?? {}).map(([host, text]) => [host, `${HEALTHY}${text}`]));
  const live = liveSubjects(readHosts(hosts, setting), outputs, { from: 1000, to: 1001 }, answersOf(each.said ?? {}));
  const found = live.flatMap((subject) => checkAll(liveRules, subject));
  const linted = lintHosts(hosts, setting, found);
  return linted.flatMap(({ problems }) => problems.map(({ severity, rule, key }) => `${severity} ${rule} ${key}`));
}

function hostsOf(each: Case): LintHost[] {
  const contentOf = (path: string): Buffer | undefined => {
    const name = each.stores[path];
    return name === undefined ? undefined : storeNamed(name);
  };
  return filesOf(each).map((host) => ({ ...host, contentOf }));
}

function filesOf(each: Case): LintHost[] {
  if (each.hosts !== undefined)
    return Object.entries(each.hosts).map(([name, ofHost]) => ({
      name,
      files: Object.entries(ofHost).map(([path, given]) => {
        const text = given.replace(/<(kafka|kraft|zookeeper)>/g, (_, kind: keyof typeof RIGHT) => textOf(RIGHT[kind]));
        const kind = recognise(path, text);
        if (kind === undefined) throw new Error(`${path} is nothing that lint knows`);
        return { kind, file: `${name}${path}`, path, text };
      }),
    }));
  const [kind] = (['kafka', 'kraft', 'zookeeper'] as const).filter((one) => each[one] !== undefined);
  if (kind === undefined) throw new Error(`${each.case} has no file`);
  const values: Record<string, string> = { ...RIGHT[kind], ...each[kind] };
  for (const key of each.without) delete values[key];
  const text = withStores(`${textOf(values)}${each.lines}`);
  return [
    {
      name: undefined,
      files: [{ kind: kind === 'zookeeper' ? 'zookeeper' : 'kafka', file: 'file', path: 'file', text }],
    },
  ];
}

function textOf(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
