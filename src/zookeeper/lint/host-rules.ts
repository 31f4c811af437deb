import { assignmentsOf, type HostSubject } from '../../lint/host-subject.ts';
import { heapRules, javaRule } from '../../lint/java-rules.ts';
import type { Rule } from '../../lint/rule.ts';
import { unitRules } from '../../lint/unit-rules.ts';

type HostRule = Rule<HostSubject>;

const juteBuffer: HostRule = {
  id: 'zookeeper/jute-maxbuffer',
  severity: 'warning',
  what: 'Servers and clients disagree about the largest message',
  why: 'jute.maxbuffer must be alike on all servers and in Kafka: a client with a smaller one loses its connection over and over.',
  mend: 'Give the same -Djute.maxbuffer in SERVER_JVMFLAGS and in KAFKA_OPTS.',
  source: "ZooKeeper Administrator's Guide, jute.maxbuffer",
  applies: ({ brokers, servers }) => brokers.some(({ isKraft }) => !isKraft) && servers.length > 0,
  *check({ host }) {
    const found = host.files
      .filter(({ kind }) => kind === 'environment')
      .flatMap((file) => [...assignmentsOf(file.text).values()].map((each) => ({ file, ...each })))
      .filter(({ name }) => name === 'SERVER_JVMFLAGS' || name === 'KAFKA_OPTS');
    const sizes = found.map(({ value }) => /-Djute\.maxbuffer=(\S+)/.exec(value)?.[1]);
    const [one] = found;
    if (found.length > 1 && one !== undefined && new Set(sizes).size > 1)
      yield {
        key: 'jute.maxbuffer',
        at: { file: one.file.file, line: one.line, column: one.column },
        message: `jute.maxbuffer is ${sizes.map((each) => each ?? 'not set').join(' and ')} in ${found.map(({ name }) => name).join(' and ')}`,
        hint: 'give both the same',
      };
  },
};

/** Every rule about what a host has for ZooKeeper beside zoo.cfg. */
export const zooKeeperHostRules: readonly HostRule[] = [
  ...unitRules('zookeeper'),
  juteBuffer,
  ...heapRules('zookeeper', ['SERVER_JVMFLAGS'], 8),
  javaRule(
    'zookeeper',
    'ZooKeeper',
    ({ servers }) => servers.map(({ version }) => ({ version, least: 8, most: 99 })),
    /SERVER_JVMFLAGS|ZOO_/,
  ),
];
