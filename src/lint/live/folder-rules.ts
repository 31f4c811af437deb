import { assignmentsOf, unitsOf } from '../host-subject.ts';
import { GIBIBYTE, type LiveRule, type LiveSubject, type NamedFolder, ofHost } from './subject.ts';

const SOURCE = 'Kafka documentation, log.dirs; LogManager';

/** The account that the unit of a service runs it as. */
function accountOf(subject: LiveSubject, service: 'kafka' | 'zookeeper'): string | undefined {
  return unitsOf(subject, service)
    .map(({ text }) => assignmentsOf(text).get('User')?.value)
    .find((user) => user !== undefined);
}

const tell = ({ key, at }: NamedFolder, message: string, hint?: string) => ({ key, at, message, hint });

const memoryFile: LiveRule = {
  id: 'host/folder-mount',
  severity: 'error',
  what: 'Data is kept where it does not belong',
  why: 'A file system in memory is empty after a boot; one that is mounted read-only takes nothing; and data on the file system of the system itself fills that up.',
  mend: 'Give the data a file system of its own.',
  source: SOURCE,
  *check(subject) {
    for (const folder of subject.folders) {
      const mount = subject.facts.folders.get(folder.path)?.mount;
      if (mount === undefined) continue;
      if (/^(?:tmpfs|ramfs)$/.test(mount.type))
        yield tell(folder, `${folder.path} is on ${mount.point}, a file system in memory`);
      else if (mount.options.includes('ro'))
        yield tell(folder, `${folder.path} is on ${mount.point}, which is read-only`);
      else if (mount.options.includes('strictatime'))
        yield {
          ...tell(folder, `${mount.point} writes down the time of each read`, 'mount it with noatime'),
          severity: 'info',
        };
      else if (mount.point === '/')
        yield { ...tell(folder, `${folder.path} is on the file system of the system itself`), severity: 'info' };
    }
  },
};

const owner: LiveRule = {
  id: 'host/folder-owner',
  severity: 'error',
  what: 'A folder of data belongs to somebody else',
  why: 'The server cannot write there, and does not start.',
  mend: 'Give the folder to the user of the unit.',
  source: SOURCE,
  *check(subject) {
    for (const folder of subject.folders) {
      const [user, live] = [accountOf(subject, folder.service), subject.facts.folders.get(folder.path)];
      if (user !== undefined && user !== 'root' && live?.owner !== undefined && live.owner !== user)
        yield tell(
          folder,
          `${folder.path} belongs to ${live.owner}, and the unit runs as ${user}`,
          `chown -R ${user} ${folder.path}`,
        );
    }
  },
};

/** What a broker makes in its folders: partitions, some of them on their way out or in, and its own files. */
const OWN =
  /^(?:.+-\d+|.+-\d+\.[0-9a-f]+-(?:delete|future|stray)|\..*|meta\.properties.*|bootstrap\.checkpoint.*|(?:cleaner-offset|log-start-offset|recovery-point-offset|replication-offset)-checkpoint.*)$/;

const foreign: LiveRule = {
  id: 'host/foreign-folder',
  severity: 'error',
  what: 'A folder of messages holds what is no partition',
  why: 'At its start a broker takes each folder for a partition, and ends at one that is not named like one, such as lost+found.',
  mend: 'Use a folder below the root of the file system, for messages alone.',
  source: SOURCE,
  *check(subject) {
    for (const folder of subject.folders.filter(({ service }) => service === 'kafka')) {
      const found = (subject.facts.folders.get(folder.path)?.entries ?? []).filter((name) => !OWN.test(name));
      if (found.length > 0)
        yield tell(folder, `${folder.path} holds ${found.slice(0, 3).join(', ')}, which is no partition`);
    }
  },
};

const identity: LiveRule = {
  id: 'host/identity',
  severity: 'error',
  what: 'The disk belongs to another broker or cluster',
  why: 'A broker does not start on the messages of another one; with those of another cluster it joins the wrong one, or none.',
  mend: 'Find out which disk this is, before anything is removed.',
  source: 'BrokerMetadataCheckpoint',
  *check(subject) {
    const ids = subject.brokers.map(({ settings }) =>
      settings.given(settings.isSet('node.id') ? 'node.id' : 'broker.id'),
    );
    for (const folder of subject.folders.filter(({ service }) => service === 'kafka')) {
      const meta = subject.facts.folders.get(folder.path)?.meta;
      const id = meta?.get('broker.id') ?? meta?.get('node.id');
      if (id !== undefined && ids[0] !== undefined && ids[0] !== '-1' && !ids.includes(id))
        yield tell(folder, `${folder.path} is of broker ${id}, and this is broker ${ids[0]}`);
      const cluster = meta?.get('cluster.id');
      const [other] = [...subject.clusterIds].filter(([, each]) => each !== cluster);
      if (cluster !== undefined && other !== undefined)
        yield tell(folder, `${folder.path} is of cluster ${cluster}, and on ${other[0]} there is ${other[1]}`);
    }
  },
};

const space: LiveRule = {
  id: 'host/disk-space',
  severity: 'warning',
  what: 'The disk is nearly full',
  why: 'A broker whose disk is full ends, and so does a ZooKeeper server.',
  mend: 'Make room, or shorten what is kept (log.retention.*, autopurge).',
  source: SOURCE,
  *check(subject) {
    const told = new Set<string>();
    for (const folder of subject.folders) {
      const live = subject.facts.folders.get(folder.path);
      const { total, available, mount } = live ?? {};
      if (total === undefined || available === undefined || total === 0 || told.has(mount?.point ?? folder.path))
        continue;
      told.add(mount?.point ?? folder.path);
      const share = Math.round((100 * available) / total);
      const finding = tell(folder, `${folder.path}: ${share} % (${(available / GIBIBYTE).toFixed(1)} GiB) are free`);
      if (share < 10) yield { ...finding, severity: share < 3 ? 'error' : 'warning' };
    }
  },
};

const retention: LiveRule = {
  id: 'host/disk-retention',
  severity: 'warning',
  what: 'What is kept may not fit on the disk',
  why: 'log.retention.bytes counts for each partition. When that many bytes for a single partition are more than the disk has, it fills up before anything is removed.',
  mend: 'Lower log.retention.bytes, or take a larger disk.',
  source: 'Kafka documentation, log.retention.bytes',
  *check(subject) {
    for (const { settings } of subject.brokers) {
      const bytes = settings.number('log.retention.bytes') ?? -1;
      const totals = subject.folders.flatMap(({ service, path }) =>
        service === 'kafka' ? [subject.facts.folders.get(path)?.total ?? 0] : [],
      );
      const total = totals.reduce((sum, each) => sum + each, 0);
      if (bytes > total && total > 0)
        yield {
          key: 'log.retention.bytes',
          at: settings.at('log.retention.bytes'),
          message: `${bytes} bytes of one partition are more than the ${total} that the disks have`,
        };
    }
  },
};

const unknown: LiveRule = {
  id: 'host/unknown',
  severity: 'warning',
  what: 'Something could not be found out',
  why: 'A check that could not be made is not one that was passed.',
  mend: 'Log in as a user who may look, or become root with -b.',
  source: 'brokkr',
  *check(subject) {
    const { facts } = subject;
    const missing = [
      ...(facts.epoch === undefined ? ['the clock'] : []),
      ...(facts.memory === undefined ? ['the memory'] : []),
      ...(facts.mounts.length === 0 ? ['the mounts'] : []),
      ...(facts.names.size === 0 && subject.all.length > 0 ? ['how names resolve (there is no getent)'] : []),
      ...([...facts.endpoints.values()].includes('unknown')
        ? ['what can be reached (that takes bash and timeout)']
        : []),
    ];
    if (missing.length > 0) yield ofHost(subject, '', `not known: ${missing.join(', ')}`);
  },
};

/** The rules about folders and disks, and about what could not be asked. */
export const folderRules: readonly LiveRule[] = [memoryFile, owner, foreign, identity, space, retention, unknown];
