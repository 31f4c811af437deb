import { within } from '../deadline.ts';
import { BrokkrError } from '../errors.ts';
import { ClusterClient } from '../kafka/cluster-client.ts';
import { type ClusterLook, lookAtCluster } from '../kafka/cluster-look.ts';
import type { Timed } from '../kafka/proof.ts';
import type { ClusterName, Member } from '../restart/members.ts';
import { lookProgram, parseLook, type ServerLook } from '../restart/server-look.ts';
import type { Program } from '../transport/program-channel.ts';
import type { EnsembleHealth } from '../zookeeper/ensemble.ts';
import { probeEnsemble } from '../zookeeper/ensemble-probe.ts';
import { type Contact, contactsOf } from './contacts.ts';
import { type HostLook, hostProgram, parseHostLook } from './host-look.ts';
import type { Subject, SubjectHost } from './subject.ts';

/** A host that was looked at, or why it was not. */
export type HostSurvey =
  | { readonly look: HostLook; readonly servers: ReadonlyMap<ClusterName, ServerLook> }
  | { readonly reason: string; readonly hint: string | undefined };

/** All that was seen of a cluster, without anything written. */
export interface Survey {
  readonly hosts: ReadonlyMap<string, HostSurvey>;
  readonly ensemble: EnsembleHealth;
  readonly cluster: { readonly look: ClusterLook } | { readonly reason: string };
  readonly contacts: readonly Contact[];
}

/** Milliseconds within which a server must answer. */
const answerMs = 2000;
/** Milliseconds for all questions to Kafka: without ZooKeeper a broker takes connections and answers nothing. */
const clusterMs = 10_000;

/** The parts of a survey. They go side by side; `cluster` can be waited for alone, since a proof needs no more. */
export interface Surveying {
  readonly cluster: Promise<Survey['cluster']>;
  readonly whole: Promise<Survey>;
}

/** Begins to look at hosts, ensemble and cluster at the same time. */
export function beginSurvey(subject: Subject, timed: Timed): Surveying {
  const { dialer, signal } = subject.control;
  const cluster = timed('ask Kafka', () => surveyCluster(subject));
  const ensemble = timed('ask ZooKeeper', () =>
    probeEnsemble(subject.zookeeper, { dialer, signal, timeoutMs: answerMs }),
  );
  const hosts = surveyHosts(subject, timed);
  const whole = async (): Promise<Survey> => {
    const [found, servers, surveyed] = await Promise.all([cluster, ensemble, hosts]);
    const reached = subject.hosts.filter(({ name }) => 'look' in (surveyed.get(name) ?? {}));
    const brokers = 'reason' in found ? [] : found.look.brokers;
    const contacts = await timed('reach listeners', () => contactsOf(brokers, reached, subject.control));
    return { hosts: surveyed, ensemble: servers, cluster: found, contacts };
  };
  return { cluster, whole: whole() };
}

/** Looks at each host. One that cannot be reached is part of the answer. */
export async function surveyHosts(
  subject: Subject,
  timed: Timed = (_, part) => part(),
): Promise<ReadonlyMap<string, HostSurvey>> {
  const found = subject.hosts.map(
    async (host) => [host.name, await timed(`look at ${host.name}`, () => surveyHost(host))] as const,
  );
  return new Map(await Promise.all(found));
}

/** Looks at the cluster by whichever broker answers. */
export async function surveyCluster(subject: Subject): Promise<Survey['cluster']> {
  const { dialer, signal: ended } = subject.control;
  const signal = within(clusterMs, ended);
  const limits = { connectTimeoutMs: answerMs, requestTimeoutMs: 5000 };
  const client = new ClusterClient(subject.bootstrap, { dialer, signal, ...limits });
  try {
    return { look: await lookAtCluster(client) };
  } catch (error) {
    ended.throwIfAborted();
    if (signal.aborted) return { reason: `the brokers have not told how they are within ${clusterMs / 1000} s` };
    if (!(error instanceof BrokkrError)) throw error;
    return { reason: error.message };
  } finally {
    client.close();
  }
}

/** Servers first: when the connection stands, the clock is asked with as little around it as may be. */
async function surveyHost(host: SubjectHost): Promise<HostSurvey> {
  try {
    const servers = new Map<ClusterName, ServerLook>();
    for (const member of host.members) servers.set(member.cluster, await lookAtServer(host, member));
    const from = Date.now();
    const frames = await runProgram(host, hostProgram(host));
    return { look: parseHostLook(host, frames, { from, to: Date.now() }), servers };
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    return { reason: error.message, hint: error.hint };
  }
}

async function lookAtServer(host: SubjectHost, member: Member): Promise<ServerLook> {
  return parseLook(member, await runProgram(host, lookProgram(member)));
}

/** The frames of a program by their words. */
export async function runProgram(host: SubjectHost, program: Program): Promise<ReadonlyMap<string, string>> {
  const frames = new Map<string, string>();
  await host.run.host.run(
    host.keeper.become,
    program,
    { frame: (_, { words, payload }) => void frames.set(words.join(' '), payload.toString()) },
    { onBoth: false },
  );
  return frames;
}
