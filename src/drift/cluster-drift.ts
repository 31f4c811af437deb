import type { RenderedFile } from '../apply/render-files.ts';
import { parseProperties } from '../config/properties.ts';
import { BrokkrError } from '../errors.ts';
import type { Member } from '../restart/members.ts';
import type { Stat } from '../shell/question.ts';
import type { Subject, SubjectHost } from '../verify/subject.ts';
import { type HostSurvey, runProgram, type Survey } from '../verify/survey.ts';
import { fourLetter } from '../zookeeper/four-letter.ts';
import { driftRows, type Effect, type ServerDrift } from './drift.ts';
import { attributeRows } from './file-attributes.ts';
import { fileRow, ownerOf } from './file-rows.ts';
import { filesProgram, type HostFiles, parseAttributes, parseFiles } from './host-files.ts';
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

/** What was read of a host's files, for all of its servers. */
interface Read {
  readonly written: readonly RenderedFile[];
  readonly rendered: ReadonlyMap<string, string>;
  readonly files: HostFiles | undefined;
  readonly attributes: ReadonlyMap<string, Stat>;
  /** Why nothing could be read. */
  readonly reason: string | undefined;
}

async function hostDrift(subject: Subject, host: SubjectHost, input: DriftInput): Promise<readonly ServerDrift[]> {
  const read = await readHost(host, input);
  return Promise.all(host.members.map((member) => serverDrift(subject, host, member, input, read)));
}

async function readHost(host: SubjectHost, input: DriftInput): Promise<Read> {
  const written = input.rendered.filter((file) => file.host === host.name);
  const rendered = new Map(written.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]));
  const paths = [...new Set([...rendered.keys(), ...host.members.map(({ files: [first = ''] }) => first)])];
  const nothing = { written, rendered, files: undefined, attributes: new Map<string, Stat>() };
  const found = input.hosts.get(host.name);
  if (found !== undefined && 'reason' in found) return { ...nothing, reason: found.reason };
  try {
    const program = filesProgram(paths);
    const frames = await runProgram(host, program);
    const attributes = parseAttributes(program, frames);
    return { written, rendered, files: parseFiles(paths, frames), attributes, reason: undefined };
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    return { ...nothing, reason: error.message };
  }
}

async function serverDrift(
  subject: Subject,
  host: SubjectHost,
  member: Member,
  { cluster, hosts }: DriftInput,
  { written, rendered, files, attributes, reason }: Read,
): Promise<ServerDrift> {
  const [own = ''] = member.files;
  const wanted = rendered.get(own);
  const text = files?.texts.get(own);
  const said = new Set([...keysOf(wanted, own).keys(), ...keysOf(text, own).keys(), 'myid']);
  const effect = await effectOf(subject, member, said, cluster);
  const rows = driftRows({
    rendered: keysOf(wanted, own),
    disk: text === undefined ? undefined : keysOf(text, own),
    effect: 'unread' in effect ? undefined : effect.values,
  }).filter(({ key }) => key !== 'myid');
  const found = hosts.get(host.name);
  const pending = found !== undefined && 'look' in found ? (found.servers.get(member.cluster)?.newerFiles ?? []) : [];
  const mine = [...rendered.keys()].filter((path) => ownerOf(path, host.members) === member);
  const others = mine.filter((path) => path !== own);
  const closed = [...new Set([own, ...mine])].filter((path) => files?.closed.has(path));
  return {
    host: host.name,
    cluster: member.cluster,
    id: member.id,
    rows: [
      ...rows,
      ...others.map((path) => fileRow(path, rendered.get(path), closed.includes(path) ? undefined : files, pending)),
      ...written
        .filter(({ path }) => mine.includes(path))
        .flatMap((file) => attributeRows(file.path, file, attributes.get(file.path))),
    ],
    unread: [
      ...(reason === undefined ? [] : [`on disk: ${reason}`]),
      ...closed.map((path) => `on disk: ${path} may not be read`),
      ...(files !== undefined && text === undefined && !closed.includes(own) ? [`on disk: ${own} is not there`] : []),
      ...(wanted === undefined ? [`rendered: the playbook does not write ${own}`] : []),
      ...('unread' in effect ? [`in effect: ${effect.unread}`] : []),
    ],
  };
}

function keysOf(text: string | undefined, file: string): ReadonlyMap<string, string> {
  return new Map(
    text === undefined ? [] : parseProperties(text, file).entries.map(({ key, value }) => [key, value.trim()]),
  );
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
