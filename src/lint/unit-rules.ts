import { parseTimeSpan } from '../time-span.ts';
import { assignmentsOf, type HostSubject, unitsOf } from './host-subject.ts';
import type { Finding, Rule } from './rule.ts';
import type { LintFile } from './subject.ts';

type HostRule = Rule<HostSubject>;
type Service = 'kafka' | 'zookeeper';

function finding(unit: LintFile, key: string, message: string, hint?: string): Finding {
  const place = assignmentsOf(unit.text).get(key);
  return { key, at: { file: unit.file, line: place?.line ?? 1, column: place?.column ?? 1 }, message, hint };
}

const NAMES = { kafka: 'Kafka', zookeeper: 'ZooKeeper' } as const;
const STOP = { kafka: 180, zookeeper: 30 } as const;

/** The rules about the systemd unit of a service. */
export function unitRules(service: Service): HostRule[] {
  const name = NAMES[service];
  return [
    {
      id: `${service}/stop-timeout`,
      severity: 'warning',
      what: `systemd kills ${name} before it has stopped`,
      why:
        service === 'kafka'
          ? 'A broker hands over its partitions first, which can take 105 seconds, and then flushes its logs. One that is killed must recover all of them when it starts.'
          : 'A server that is killed in the midst of writing has more to read when it starts.',
      mend: 'Set TimeoutStopSec=300.',
      source: 'Kafka documentation, Graceful shutdown; systemd.service(5)',
      *check(subject) {
        for (const unit of unitsOf(subject, service)) {
          const given = assignmentsOf(unit.text).get('TimeoutStopSec') ?? assignmentsOf(unit.text).get('TimeoutSec');
          const time = parseTimeSpan(given?.value ?? '90');
          // 0 is no limit.
          if (time !== undefined && time > 0 && time < STOP[service])
            yield finding(
              unit,
              given?.name ?? 'TimeoutStopSec',
              `${name} is killed ${time} s after it was asked to stop`,
              'TimeoutStopSec=300',
            );
        }
      },
    },
    {
      id: `${service}/open-files`,
      severity: 'warning',
      what: `${name} may open too few files`,
      why: 'Each segment of each partition, and each connection, is an open file. The limits in /etc/security do not count for services.',
      mend: 'Set LimitNOFILE=100000 in the unit.',
      source: 'Kafka documentation, Operating System; systemd.exec(5)',
      *check(subject) {
        const least = service === 'kafka' ? 100_000 : 4096;
        for (const unit of unitsOf(subject, service)) {
          const given = assignmentsOf(unit.text).get('LimitNOFILE')?.value.split(':')[0];
          if (given === undefined && service === 'zookeeper') continue;
          const files = given === 'infinity' ? Number.POSITIVE_INFINITY : Number(given ?? 1024);
          if (files < least)
            yield finding(
              unit,
              'LimitNOFILE',
              `${given === undefined ? 'LimitNOFILE is not set, so 1024' : `${files} open files`}: a ${service === 'kafka' ? 'broker' : 'server'} needs ${least}`,
              'LimitNOFILE=100000',
            );
        }
      },
    },
    {
      id: `${service}/kill-mode`,
      severity: 'warning',
      what: `Parts of ${name} are left running`,
      why: 'With KillMode=none a stopped service runs on, and the next start finds its ports and locks taken.',
      mend: 'Remove the line.',
      source: 'systemd.kill(5)',
      *check(subject) {
        for (const unit of unitsOf(subject, service))
          if (assignmentsOf(unit.text).get('KillMode')?.value === 'none')
            yield finding(
              unit,
              'KillMode',
              'KillMode=none leaves the JVM running when the unit is stopped',
              'remove the line',
            );
      },
    },
  ];
}
