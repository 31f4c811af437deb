import { type Check, judged, skipped } from './check.ts';
import type { HostLook } from './host-look.ts';
import type { Subject } from './subject.ts';
import type { HostSurvey, Survey } from './survey.ts';

const group = 'Hosts';

/** Seconds: timestamps of messages are those of clocks, and logs of several hosts are read side by side. */
const clockLimits = { warn: 1, fail: 10 };
/** Per cent: Kafka ends when a disk is full. */
const diskLimits = { warn: 85, fail: 95 };

type Looked = Extract<HostSurvey, { readonly look: HostLook }>;

/** Whether the hosts are well that carry the servers. */
export function hostChecks(subject: Subject, survey: Survey): readonly Check[] {
  const all = subject.hosts.map(({ name }) => ({ name, found: survey.hosts.get(name) }));
  const looked = all.flatMap(({ name, found }) => (found !== undefined && 'look' in found ? [{ name, ...found }] : []));
  const lost = all.flatMap(({ name, found }) => (found !== undefined && 'reason' in found ? [{ name, ...found }] : []));
  const reached = judged({
    id: 'hosts.reached',
    group,
    what: 'every host is reached by SSH',
    good: [looked.map(({ name }) => name).join(', ')],
    bad: lost.map(({ reason }) => reason),
    hint: lost.find(({ hint }) => hint !== undefined)?.hint ?? 'look at the network and at the host itself',
  });
  if (looked.length === 0) return [reached];
  return [reached, clocks(looked), disks(looked), owed(looked), logs(looked)];
}

function clocks(looked: readonly ({ readonly name: string } & Looked)[]): Check {
  const off = looked.flatMap(({ name, look: { clockAhead } }) => {
    const seconds = Math.abs(clockAhead);
    if (seconds <= clockLimits.warn) return [];
    return [
      { seconds, text: `${name} is ${seconds.toFixed(1)} s ${clockAhead > 0 ? 'ahead of' : 'behind'} this machine` },
    ];
  });
  return judged({
    id: 'hosts.clocks',
    group,
    what: 'the clocks agree',
    good: [`within ${clockLimits.warn} s of this machine's: ${looked.map(({ name }) => name).join(', ')}`],
    bad: off.filter(({ seconds }) => seconds > clockLimits.fail).map(({ text }) => text),
    odd: off.filter(({ seconds }) => seconds <= clockLimits.fail).map(({ text }) => text),
    hint: 'let chrony or systemd-timesyncd keep the time; when all hosts are off by the same, it is this machine',
  });
}

function disks(looked: readonly ({ readonly name: string } & Looked)[]): Check {
  // Folders of one file system are told together.
  const systems = looked.flatMap(({ name, look }) =>
    [...new Set(look.disks.map(({ mount }) => mount))].flatMap((mount) => {
      const here = look.disks.filter((disk) => disk.mount === mount);
      const [first] = here;
      if (first === undefined) return [];
      const inodes = first.inodesPercent ?? 0;
      const used = Math.max(first.usedPercent, inodes);
      const of = inodes > first.usedPercent ? 'inodes' : 'bytes';
      return [
        { used, text: `${name}: ${mount} is ${used} % full (${of}), with ${here.map(({ path }) => path).join(', ')}` },
      ];
    }),
  );
  if (systems.length === 0)
    return skipped({ id: 'hosts.disks', group, what: 'the disks have room' }, 'df told nothing');
  const most = Math.max(...systems.map(({ used }) => used));
  return judged({
    id: 'hosts.disks',
    group,
    what: 'the disks have room',
    good: [`${systems.length} file systems, at most ${most} % full`],
    bad: systems.filter(({ used }) => used >= diskLimits.fail).map(({ text }) => text),
    odd: systems.filter(({ used }) => used >= diskLimits.warn && used < diskLimits.fail).map(({ text }) => text),
    hint: 'a broker ends when its disk is full: shorten retention, or give it a larger disk',
  });
}

function owed(looked: readonly ({ readonly name: string } & Looked)[]): Check {
  const odd = looked.flatMap(({ name, servers }) =>
    [...servers].flatMap(([cluster, { newerFiles, owed: handlers }]) => {
      const why = [
        ...newerFiles.map((file) => `${file} has changed since it was started`),
        ...[...handlers.keys()].map((handler) => `"${handler}" is owed`),
      ];
      return why.length === 0 ? [] : [`${cluster} on ${name}: ${why.join('; ')}`];
    }),
  );
  return judged({
    id: 'hosts.restarts',
    group,
    what: 'no server has still to be restarted for its files',
    good: ['none has'],
    bad: [],
    odd,
    hint: 'brokkr diff shows what is not in effect; brokkr restart all --if-needed restarts them one by one',
  });
}

function logs(looked: readonly ({ readonly name: string } & Looked)[]): Check {
  const odd = looked.flatMap(({ name, look }) =>
    [...look.servers].flatMap(([cluster, { errors, lastErrors }]) =>
      errors === 0
        ? []
        : [`${cluster} on ${name}: ${errors} since it was started`, ...lastErrors.map((line) => `  ${line}`)],
    ),
  );
  return judged({
    id: 'hosts.logs',
    group,
    what: 'no errors in the logs since the servers were started',
    good: ['no line with ERROR or FATAL'],
    bad: [],
    odd,
    hint: 'errors from the time when a cluster starts or restarts are usual; others are not',
  });
}
