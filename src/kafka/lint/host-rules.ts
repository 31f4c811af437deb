import { assignmentsOf, type HostSubject, unitsOf } from '../../lint/host-subject.ts';
import { heapRules, javaRule } from '../../lint/java-rules.ts';
import type { Rule } from '../../lint/rule.ts';
import { unitRules } from '../../lint/unit-rules.ts';
import { parseTimeSpan } from '../../time-span.ts';
import { compareVersions } from '../settings/catalogue.ts';
import { readListeners } from './listeners.ts';

type HostRule = Rule<HostSubject>;

const restartDelay: HostRule = {
  id: 'kafka/restart-delay',
  severity: 'warning',
  what: 'A broker comes back before ZooKeeper has forgotten it',
  why: 'After a hard end, ZooKeeper keeps the registration for as long as the session lasts (18 s); a broker that starts sooner is refused and ends, again and again.',
  mend: 'Set RestartSec to more than zookeeper.session.timeout.ms, such as 25.',
  source: 'KafkaZkClient (registration of a broker); systemd.service(5)',
  applies: ({ brokers }) => brokers.some(({ isKraft }) => !isKraft),
  *check(subject) {
    for (const unit of unitsOf(subject, 'kafka')) {
      const lines = assignmentsOf(unit.text);
      const restart = lines.get('Restart');
      const delay = parseTimeSpan(lines.get('RestartSec')?.value ?? '0.1');
      const session = Math.min(
        ...subject.brokers.map(({ settings }) => (settings.number('zookeeper.session.timeout.ms') ?? 18_000) / 1000),
      );
      if (restart === undefined || restart.value === 'no' || delay === undefined || delay >= session) continue;
      const place = lines.get('RestartSec') ?? restart;
      yield {
        key: 'RestartSec',
        at: { file: unit.file, line: place.line, column: place.column },
        message: `the broker is started again after ${delay} s, and its session lasts ${session} s`,
        hint: 'RestartSec=25',
      };
    }
  },
};

const sessionTicks: HostRule = {
  id: 'kafka/session-outside-ticks',
  severity: 'warning',
  what: 'ZooKeeper does not grant the session that Kafka asks for',
  why: 'A session lasts 2 to 20 ticks of the ensemble: what lies outside is cut to that, without an error.',
  mend: 'Choose zookeeper.session.timeout.ms within 2 to 20 times tickTime.',
  source: "ZooKeeper Administrator's Guide, minSessionTimeout",
  *check({ brokers, servers }) {
    const [server] = servers;
    if (server === undefined) return;
    const tick = server.settings.number('tickTime') ?? 3000;
    const limit = (key: string, ticks: number): number => {
      const value = server.settings.number(key) ?? -1;
      return value === -1 ? tick * ticks : value;
    };
    for (const { settings, isKraft } of brokers) {
      const time = settings.number('zookeeper.session.timeout.ms');
      const [low, high] = [limit('minSessionTimeout', 2), limit('maxSessionTimeout', 20)];
      if (isKraft || time === undefined || (time >= low && time <= high)) continue;
      yield {
        key: 'zookeeper.session.timeout.ms',
        at: settings.at('zookeeper.session.timeout.ms'),
        message: `${time} ms lies outside of ${low} to ${high} ms, which ZooKeeper grants`,
        hint: 'choose a time between',
      };
    }
  },
};

const portClash: HostRule = {
  id: 'kafka/same-port',
  severity: 'error',
  what: 'Kafka and ZooKeeper bind one port of a host',
  why: 'Whichever starts second does not get the port, and ends.',
  mend: 'Use 9092 for Kafka, and 2181, 2888 and 3888 for ZooKeeper.',
  source: 'the ports in both files',
  *check({ brokers, servers }) {
    for (const { settings } of brokers) {
      for (const server of servers) {
        const taken = new Map<number, string>();
        const admin =
          server.settings.flag('admin.enableServer') === false ? undefined : server.settings.number('admin.serverPort');
        for (const [port, name] of [
          [admin, 'the admin server of ZooKeeper'],
          [server.settings.number('clientPort'), "ZooKeeper's clientPort"],
        ] as const)
          if (port !== undefined) taken.set(port, name);
        for (const { name, port } of readListeners(settings.given('listeners') ?? 'PLAINTEXT://:9092'))
          if (taken.has(port))
            yield {
              key: 'listeners',
              at: settings.at('listeners'),
              message: `${name} binds ${port}, which is ${taken.get(port)} on this host`,
              hint: 'choose another port',
            };
      }
    }
  },
};

const sysctl: HostRule = {
  id: 'kafka/kernel-settings',
  severity: 'warning',
  what: 'The kernel is set against Kafka',
  why: 'Each segment takes two memory maps, and a broker that runs out of them ends; a heap that is swapped out makes pauses that end sessions.',
  mend: 'Set vm.max_map_count to at least 262144, and vm.swappiness to 1.',
  source: 'Kafka documentation, Operating System',
  *check({ host }) {
    for (const file of host.files.filter(({ kind }) => kind === 'sysctl')) {
      for (const [index, line] of file.text.split('\n').entries()) {
        const [, key, value] = /^\s*(vm\.(?:swappiness|max_map_count))\s*=\s*(\d+)/.exec(line) ?? [];
        if (key === undefined) continue;
        const wrong = key === 'vm.swappiness' ? Number(value) > 10 : Number(value) < 262_144;
        if (wrong)
          yield {
            key,
            at: { file: file.file, line: index + 1, column: 1 },
            message: `${key} is ${value}`,
            hint: key === 'vm.swappiness' ? 'vm.swappiness=1' : 'vm.max_map_count=262144',
          };
      }
    }
  },
};

const jmxPort: HostRule = {
  id: 'kafka/jmx-port',
  severity: 'warning',
  what: 'Every tool binds the port of JMX',
  why: "JMX_PORT in a profile is seen by Kafka's command-line tools, too: each tries to bind the port that the broker has, and ends.",
  mend: "Set JMX_PORT only in the environment of the broker's unit.",
  source: 'kafka-run-class.sh',
  *check({ host }) {
    for (const file of host.files.filter(
      ({ kind, path }) => kind === 'environment' && /\/etc\/(?:environment|profile)/.test(path),
    )) {
      const port = assignmentsOf(file.text).get('JMX_PORT');
      if (port !== undefined)
        yield {
          key: 'JMX_PORT',
          at: { file: file.file, line: port.line, column: port.column },
          message: 'JMX_PORT is set for every shell: the tools of Kafka fail',
          hint: "move it into the unit's environment",
        };
    }
  },
};

const zookeeperLogin: HostRule = {
  id: 'kafka/zookeeper-login',
  severity: 'error',
  what: 'ZooKeeper ACLs are wanted, and nothing logs in to ZooKeeper',
  why: 'With zookeeper.set.acl and without a login, nobody owns what the broker writes: it does not start.',
  mend: 'Name a JAAS file with a section Client in KAFKA_OPTS, -Djava.security.auth.login.config=FILE, or use TLS to ZooKeeper.',
  source: 'Kafka documentation, ZooKeeper Authentication; KafkaZkClient',
  *check({ host, brokers }) {
    const given = host.files.filter(
      ({ kind, text }) => kind === 'unit' || (kind === 'environment' && /KAFKA/.test(text)),
    );
    // Without the environment of the broker nothing is known of its login.
    if (
      !given.some(({ kind }) => kind === 'environment') ||
      /java\.security\.auth\.login\.config/.test(given.map(({ text }) => text).join())
    )
      return;
    for (const { settings, isKraft } of brokers)
      if (
        !isKraft &&
        settings.flag('zookeeper.set.acl') === true &&
        settings.flag('zookeeper.ssl.client.enable') !== true
      )
        yield {
          key: 'zookeeper.set.acl',
          at: settings.at('zookeeper.set.acl'),
          message: `neither ${given.map(({ path }) => path).join(' nor ')} names a login to ZooKeeper`,
          hint: 'add -Djava.security.auth.login.config=FILE to KAFKA_OPTS',
        };
  },
};

/** The oldest Java that a version runs on, and the newest that its SASL works on. */
function javaOf(version: string): { least: number; most: number } {
  if (compareVersions(version, '4.0') >= 0) return { least: 17, most: 99 };
  return { least: 8, most: compareVersions(version, '3.9.1') >= 0 ? 99 : 22 };
}

/** Every rule about what a host has for Kafka beside server.properties. */
export const kafkaHostRules: readonly HostRule[] = [
  ...unitRules('kafka'),
  restartDelay,
  sessionTicks,
  portClash,
  sysctl,
  jmxPort,
  zookeeperLogin,
  ...heapRules('kafka', ['KAFKA_HEAP_OPTS'], 8),
  javaRule(
    'kafka',
    'Kafka',
    ({ brokers }) => brokers.map(({ version }) => ({ version, ...javaOf(version) })),
    /KAFKA_/,
  ),
];
