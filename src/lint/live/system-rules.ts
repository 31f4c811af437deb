import { assignmentsOf } from '../host-subject.ts';
import { heapOf } from '../java-rules.ts';
import { GIBIBYTE, type LiveRule, type LiveSubject, ofHost } from './subject.ts';

const SOURCE = 'Kafka documentation, Hardware and OS';

/** The greatest heap that a variable of the host's environment files gives to a service, in bytes. */
function heap({ host }: LiveSubject, variable: string): number {
  const sizes = host.files
    .filter(({ kind }) => kind === 'environment')
    .map(({ text }) => heapOf(assignmentsOf(text).get(variable)?.value ?? '', 'Xmx') ?? 0);
  return Math.max(0, ...sizes);
}

const memory: LiveRule = {
  id: 'host/memory',
  severity: 'warning',
  what: 'The heaps take more of the memory than is good',
  why: 'A broker serves its readers out of the page cache, so more than half of the memory should stay free of heaps; a server whose heap does not fit is swapped out, and loses its sessions.',
  mend: 'Make the heaps smaller, or the memory larger.',
  source: SOURCE,
  *check(subject) {
    const total = subject.facts.memory;
    const [kafka, zookeeper] = [heap(subject, 'KAFKA_HEAP_OPTS'), heap(subject, 'SERVER_JVMFLAGS')];
    if (total === undefined || kafka + zookeeper === 0) return;
    const shown = (bytes: number): string => `${(bytes / GIBIBYTE).toFixed(1)} GiB`;
    if (kafka > total / 2)
      yield ofHost(
        subject,
        'KAFKA_HEAP_OPTS',
        `the heap of the broker, ${shown(kafka)}, is more than half of ${shown(total)}`,
      );
    else if (kafka + zookeeper > total * 0.75)
      yield ofHost(
        subject,
        'SERVER_JVMFLAGS',
        `the heaps together, ${shown(kafka + zookeeper)}, are more than 75 % of ${shown(total)}`,
      );
  },
};

const swap: LiveRule = {
  id: 'host/swappiness',
  severity: 'warning',
  what: 'The kernel swaps early',
  why: 'A heap that is swapped out makes pauses of seconds, which end sessions and take brokers out of the cluster.',
  mend: 'Set vm.swappiness=1 in /etc/sysctl.d.',
  source: SOURCE,
  *check(subject) {
    const { swappiness, swap: size } = subject.facts;
    if (swappiness !== undefined && swappiness > 10 && size !== 0)
      yield ofHost(subject, 'vm.swappiness', `vm.swappiness is ${swappiness}`, 'vm.swappiness=1');
  },
};

const maps: LiveRule = {
  id: 'host/memory-maps',
  severity: 'warning',
  what: 'A process may have too few memory maps',
  why: 'Each segment takes two maps, and a broker that runs out of them ends.',
  mend: 'Set vm.max_map_count=262144 in /etc/sysctl.d.',
  source: SOURCE,
  applies: ({ brokers }) => brokers.length > 0,
  *check(subject) {
    const { maxMapCount } = subject.facts;
    if (maxMapCount !== undefined && maxMapCount < 262_144)
      yield ofHost(subject, 'vm.max_map_count', `vm.max_map_count is ${maxMapCount}`, 'vm.max_map_count=262144');
  },
};

/** Seconds that clocks may differ before anything suffers from it. */
const SKEW = 2;

const clock: LiveRule = {
  id: 'host/clock',
  severity: 'warning',
  what: 'The clock is wrong, or nobody keeps it right',
  why: 'Times of messages and their retention, logins with Kerberos and tokens, and the reading of logs rest on clocks that agree.',
  mend: 'Run chrony or systemd-timesyncd.',
  source: 'timedatectl(1)',
  *check(subject) {
    const { facts, asked } = subject;
    if (facts.epoch !== undefined) {
      const off = facts.epoch < asked.from - SKEW ? asked.from - facts.epoch : facts.epoch - asked.to;
      if (facts.epoch < asked.from - SKEW || facts.epoch > asked.to + SKEW) {
        const finding = ofHost(
          subject,
          'clock',
          `the clock is at least ${Math.round(off)} s ${facts.epoch < asked.from ? 'behind' : 'ahead of'} the clock here`,
        );
        yield { ...finding, severity: off > 60 ? 'error' : 'warning' };
      }
    }
    if (facts.synchronized === false)
      yield {
        ...ofHost(subject, 'clock', 'nothing keeps the clock right', 'run chrony or systemd-timesyncd'),
        severity: 'info',
      };
  },
};

const openFiles: LiveRule = {
  id: 'host/open-files',
  severity: 'warning',
  what: 'A server that runs may open too few files',
  why: 'Each segment of each partition, and each connection, is an open file. What is in /etc/security does not count for services, and a changed unit counts only after a restart.',
  mend: 'Set LimitNOFILE=100000 in the unit, and restart the server.',
  source: 'systemd.exec(5)',
  *check(subject) {
    for (const [service, least] of [
      ['kafka', 100_000],
      ['zookeeper', 4096],
    ] as const) {
      const unit = subject.units.get(service);
      const files = unit === undefined ? undefined : subject.facts.units.get(unit)?.openFiles;
      if (files !== undefined && files < least)
        yield ofHost(subject, 'LimitNOFILE', `${unit} runs with ${files} open files, and needs ${least}`);
    }
  },
};

const tmpNoexec: LiveRule = {
  id: 'host/tmp-noexec',
  severity: 'warning',
  what: 'Nothing may be run from /tmp',
  why: 'Kafka unpacks the native libraries of snappy and zstd there: with noexec, topics with these compressions fail.',
  mend: 'Add -Djava.io.tmpdir=FOLDER to KAFKA_OPTS, or mount /tmp without noexec.',
  source: 'Kafka documentation, Upgrading to 3.8',
  applies: ({ brokers }) => brokers.length > 0,
  *check(subject) {
    const mount = subject.facts.mounts.findLast(({ point }) => point === '/tmp');
    const elsewhere = subject.host.files.some(({ text }) => text.includes('-Djava.io.tmpdir='));
    if (mount?.options.includes('noexec') === true && !elsewhere)
      yield ofHost(subject, '/tmp', '/tmp is mounted with noexec', 'KAFKA_OPTS="-Djava.io.tmpdir=..."');
  },
};

const java: LiveRule = {
  id: 'host/java',
  severity: 'error',
  what: 'There is no Java that fits',
  why: 'Without Java nothing starts; an older one does not know the classes, and on one that is too new, what was removed from it is missed.',
  mend: 'Install Java 17, and let java_home name it.',
  source: 'Kafka documentation, Java Version',
  *check(subject) {
    for (const file of subject.host.files.filter(({ kind }) => kind === 'environment')) {
      const home = assignmentsOf(file.text).get('JAVA_HOME');
      const version = home === undefined ? undefined : subject.facts.java.get(home.value);
      if (home === undefined || version === undefined) continue;
      const at = { file: file.file, line: home.line, column: home.column };
      const newest = subject.brokers.map((each) => Number(each.version.split('.')[0])).concat(0);
      const least = Math.max(...newest) >= 4 ? 17 : 8;
      if (version === 0) yield { key: 'JAVA_HOME', at, message: `there is no Java in ${home.value}` };
      else if (version < least)
        yield { key: 'JAVA_HOME', at, message: `${home.value} is Java ${version}, and ${least} is needed` };
    }
  },
};

const jmx: LiveRule = {
  id: 'host/jmx-port',
  severity: 'warning',
  what: 'Every tool binds the port of JMX',
  why: "JMX_PORT in a profile is seen by Kafka's command-line tools, too: each tries to bind the port that the broker has, and ends.",
  mend: "Set JMX_PORT only in the environment of the broker's unit.",
  source: 'kafka-run-class.sh',
  *check(subject) {
    for (const file of subject.facts.jmxFiles)
      yield ofHost(subject, 'JMX_PORT', `${file} sets JMX_PORT for every shell`);
  },
};

/** The rules about the machine and its operating system. */
export const systemRules: readonly LiveRule[] = [memory, swap, maps, clock, openFiles, tmpNoexec, java, jmx];
