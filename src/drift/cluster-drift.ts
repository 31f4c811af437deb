import type { RenderedFile } from '../apply/render-files.ts';
import { parseProperties } from '../config/properties.ts';
import { BrokkrError } from '../errors.ts';
import type { Member } from '../restart/members.ts';
import type { Stat } from '../shell/question.ts';
import type { Subject, SubjectHost } from '../verify/subject.ts';
import { type HostSurvey, runProgram, type Survey } from '../verify/survey.ts';
import { fourLetter } from '../zookeeper/four-letter.ts';
import { type DriftRow, driftRows, type Effect, type ServerDrift } from './drift.ts';
import { attributeRows } from './file-attributes.ts';
import { filesProgram, parseAttributes, parseFiles } from './host-files.ts';
import { zookeeperEffect } from './zookeeper-effect.ts';

/** What stands beside the inventory: what would be written, and what was seen. */
export interface DriftInput {
  readonly rendered: readonly RenderedFile[];
  readonly cluster: Survey['cluster'];
  readonly hosts: ReadonlyMap<string, HostSurvey>;
}

/** Compares every server within the limit: its own file by keys, the other files that it reads as a whole. */
export async function clusterDrift(subject: Subject, input: DriftInput): Promise<readonly ServerDrift[]> {
  const all = await Promise.all(subject.hosts.map((host) => hostDrift(subject, host, input)));
  return all.flat();
}

async function hostDrift(subject: Subject, host: SubjectHost, input: DriftInput): Promise<readonly ServerDrift[]> {
  const written = input.rendered.filter((file) => file.host === host.name);
  const rendered = new Map(written.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]));
  const paths = [...new Set([...rendered.keys(), ...host.members.map(({ files: [first = ''] }) => first)])];
  const found = input.hosts.get(host.name);
  let disk: ReadonlyMap<string, string | undefined> | undefined;
  let attributes: ReadonlyMap<string, Stat> = new Map();
  let reason = found !== undefined && 'reason' in found ? found.reason : undefined;
  if (reason === undefined) {
    try {
      const program = filesProgram(paths);
      const frames = await runProgram(host, program);
      disk = parseFiles(paths, frames);
      attributes = parseAttributes(program, frames);
    } catch (error) {
      if (!(error instanceof BrokkrError)) throw error;
      reason = error.message;
    }
  }
  return Promise.all(
    host.members.map(async (member): Promise<ServerDrift> => {
      const [own = ''] = member.files;
      const wanted = rendered.get(own);
      const said = new Set([...keysOf(wanted, own).keys(), ...keysOf(disk?.get(own), own).keys(), 'myid']);
      const effect = await effectOf(subject, member, said, input.cluster);
      const text = disk?.get(own);
      const rows = driftRows({
        rendered: keysOf(wanted, own),
        disk: text === undefined ? undefined : keysOf(text, own),
        effect: 'unread' in effect ? undefined : effect.values,
      }).filter(({ key }) => key !== 'myid');
      const pending =
        found !== undefined && 'look' in found ? (found.servers.get(member.cluster)?.newerFiles ?? []) : [];
      const others = [...rendered.keys()].filter((path) => path !== own && isOf(member, path, host.members));
      return {
        host: host.name,
        cluster: member.cluster,
        id: member.id,
        rows: [
          ...rows,
          ...others.map((path) => fileRow(path, rendered.get(path), disk, pending)),
          ...written
            .filter(({ path }) => path === own || others.includes(path))
            .flatMap((file) => attributeRows(file.path, file, attributes.get(file.path))),
        ],
        unread: [
          ...(reason === undefined ? [] : [`on disk: ${reason}`]),
          ...(disk !== undefined && text === undefined ? [`on disk: ${own} is not there, or may not be read`] : []),
          ...(wanted === undefined ? [`rendered: the playbook does not write ${own}`] : []),
          ...('unread' in effect ? [`in effect: ${effect.unread}`] : []),
        ],
      };
    }),
  );
}

function keysOf(text: string | undefined, file: string): ReadonlyMap<string, string> {
  return new Map(
    text === undefined ? [] : parseProperties(text, file).entries.map(({ key, value }) => [key, value.trim()]),
  );
}

/** A file belongs to the server whose name its path has; with one server on the host, to that. */
function isOf({ cluster }: Member, path: string, members: readonly Member[]): boolean {
  return members.length === 1 || path.includes(cluster);
}

/** A file that is compared as a whole: its lines are nobody's keys. */
function fileRow(
  path: string,
  wanted: string | undefined,
  disk: ReadonlyMap<string, string | undefined> | undefined,
  pending: readonly string[],
): DriftRow {
  const there = disk?.get(path);
  const differs = disk !== undefined && there !== wanted;
  const isPending = pending.includes(path);
  return {
    key: path,
    ...wholeFile(wanted, there, disk !== undefined),
    effect: isPending ? 'as before its change' : undefined,
    source: undefined,
    differences: [
      ...(differs ? (['changed on disk'] as const) : []),
      ...(isPending ? (['restart pending'] as const) : []),
    ],
  };
}

/** What two columns say of a file: a single line, such as that of myid, is shown as it is. */
function wholeFile(
  wanted: string | undefined,
  there: string | undefined,
  isRead: boolean,
): Pick<DriftRow, 'rendered' | 'disk'> {
  const rendered = 'as rendered';
  if (!isRead) return { rendered, disk: undefined };
  if (there === undefined) return { rendered, disk: 'not there' };
  if (wanted === undefined || there === wanted) return { rendered, disk: 'as rendered' };
  if (there.trim() === wanted.trim()) return { rendered, disk: 'other blanks at its ends' };
  if ([wanted, there].every((text) => !text.trim().includes('\n')))
    return { rendered: wanted.trim(), disk: there.trim() };
  const lines = changedLines(wanted, there);
  return { rendered, disk: lines === 1 ? '1 line differs' : `${lines} lines differ` };
}

/** How many lines differ: one that was changed counts once. */
function changedLines(left: string, right: string): number {
  const [a, b] = [left.split('\n'), right.split('\n')];
  return Math.max(a.filter((line) => !b.includes(line)).length, b.filter((line) => !a.includes(line)).length);
}

type EffectColumn = { readonly values: ReadonlyMap<string, Effect> } | { readonly unread: string };

async function effectOf(
  { control, zookeeper }: Subject,
  member: Member,
  said: ReadonlySet<string>,
  cluster: Survey['cluster'],
): Promise<EffectColumn> {
  if (member.cluster === 'kafka') {
    if ('reason' in cluster) return { unread: cluster.reason };
    const broker = cluster.look.brokers.find(({ id }) => id === member.id);
    if (broker === undefined) return { unread: `broker ${member.id} is not registered` };
    if (broker.silent !== undefined) return { unread: broker.silent };
    return { values: new Map(broker.configs.map(({ name, ...config }) => [name, config])) };
  }
  const server = zookeeper.find(({ id }) => id === member.id);
  if (server === undefined) return { unread: `zookeeper_servers has no server ${member.id}` };
  try {
    const answer = await fourLetter(server, 'conf', {
      dialer: control.dialer,
      signal: control.signal,
      timeoutMs: 2000,
    });
    if (answer.kind === 'not-whitelisted') return { unread: 'conf is not in 4lw.commands.whitelist' };
    if (answer.kind === 'not-serving') return { unread: 'the server is part of no quorum' };
    return { values: zookeeperEffect(answer.text, said) };
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    return { unread: error.message };
  }
}
