import { within } from '../deadline.ts';
import { BrokkrError, errorText } from '../errors.ts';
import { type Proof, proveCluster, type Timed } from '../kafka/proof.ts';
import { proveZnode } from '../zookeeper/scratch-znode.ts';
import type { Check, Span } from './check.ts';
import { hostChecks } from './host-checks.ts';
import { kafkaChecks } from './kafka-checks.ts';
import { proofChecks } from './proof-checks.ts';
import type { Subject } from './subject.ts';
import { beginSurvey, type Survey } from './survey.ts';
import { isVoting, type ZnodeProof, znodeChecks, zookeeperChecks } from './zookeeper-checks.ts';

export interface VerifyOptions {
  readonly profile: 'quick' | 'full';
  /** Write a scratch znode and a scratch topic; without, nothing is written anywhere. */
  readonly write: boolean;
}

/** What was seen, what it means, and when. */
export interface Verified {
  readonly checks: readonly Check[];
  readonly survey: Survey;
  readonly proof: Proof | undefined;
  readonly timeline: readonly Span[];
  /** When it began. */
  readonly startedAt: Date;
  readonly seconds: number;
}

/** Looks at everything, writes what is to be written, and judges. What is wrong with the cluster is told, never thrown. */
export async function verifyCluster(subject: Subject, options: VerifyOptions): Promise<Verified> {
  const startedAt = new Date();
  const begun = performance.now();
  const timeline: Span[] = [];
  const timed: Timed = async (what, part) => {
    const startMs = performance.now() - begun;
    try {
      return await part();
    } finally {
      timeline.push({ what, startMs, endMs: performance.now() - begun });
    }
  };
  const surveying = beginSurvey(subject, timed);
  const [survey, proved] = await Promise.all([
    surveying.whole,
    options.write ? surveying.cluster.then((cluster) => proofOf(subject, cluster, options, timed)) : undefined,
  ]);
  const znode = options.write ? await timed('scratch znode', () => znodeOf(subject, survey)) : undefined;
  const unwritten = options.write ? 'fewer than two servers serve' : 'nothing is written: --no-write';
  const checks = [
    ...zookeeperChecks(subject, survey),
    ...znodeChecks(subject, znode, unwritten),
    ...kafkaChecks(subject, survey),
    ...proofChecks(
      subject,
      proved !== undefined && 'trips' in proved ? proved : undefined,
      proved !== undefined && 'why' in proved ? proved.why : unwritten,
    ),
    ...hostChecks(subject, survey),
  ];
  const seconds = (performance.now() - begun) / 1000;
  const proof = proved !== undefined && 'trips' in proved ? proved : undefined;
  return { checks, survey, proof, timeline, startedAt, seconds };
}

/** Through the servers that serve; that others do not has been told. */
async function znodeOf({ control }: Subject, { ensemble }: Survey): Promise<ZnodeProof | undefined> {
  const { dialer, signal } = control;
  const serving = ensemble.servers.filter((report) => isVoting(report, ensemble.servers.length === 1));
  const leads = ensemble.leader !== undefined;
  if (!leads || serving.length === 0) return undefined;
  try {
    const found = await proveZnode(
      serving.map(({ server }) => server),
      { dialer, signal, timeoutMs: 5000 },
    );
    return { writer: found.writer.id, readers: found.readers.map(({ id }) => id), moved: found.moved };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof BrokkrError)) throw error;
    return { reason: error.message };
  }
}

async function proofOf(
  subject: Subject,
  cluster: Survey['cluster'],
  { profile }: VerifyOptions,
  timed: Timed,
): Promise<Proof | { readonly why: string }> {
  if ('reason' in cluster) return { why: 'no broker answers: see kafka.brokers' };
  const brokers = cluster.look.brokers.filter(({ silent }) => silent === undefined).map(({ id }) => id);
  if (cluster.look.metadata.controllerId < 0) return { why: 'there is no controller: see kafka.controller' };
  if (!brokers.includes(cluster.look.metadata.controllerId))
    return { why: 'the controller does not answer, and nobody else can make a topic: see the checks of Kafka' };
  if (brokers.length < Math.min(2, subject.brokers.length))
    return { why: 'fewer than two brokers answer: see kafka.brokers' };
  const isFull = profile === 'full';
  const signal = within(isFull ? 60_000 : 20_000, subject.control.signal);
  const wanted = {
    bootstrap: subject.bootstrap,
    brokers,
    messages: isFull ? 100 : 20,
    group: isFull,
    throughputSeconds: isFull ? 2 : 0,
  };
  try {
    return await proveCluster(wanted, { ...subject.control, signal }, timed);
  } catch (error) {
    subject.control.signal.throwIfAborted();
    const reason = signal.aborted ? 'it was not done in time' : errorText(error);
    if (!(error instanceof BrokkrError) && !signal.aborted) throw error;
    return { trips: { reason }, group: undefined, throughput: undefined, notes: [] };
  }
}
