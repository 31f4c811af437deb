import type { Outcome, Proof } from '../kafka/proof.ts';
import { type Check, judged, skipped } from './check.ts';
import type { Subject } from './subject.ts';

const group = 'Proof';
const roundTrip = {
  id: 'proof.messages',
  group,
  what: 'messages written through every broker with acks=all come back',
} as const;
const groupCheck = { id: 'proof.group', group, what: 'a consumer group commits, and goes on where it ended' } as const;
const throughputCheck = { id: 'proof.throughput', group, what: 'a short run of messages goes through' } as const;

/** The middle, and what all but one in a hundred stay below. Milliseconds with one decimal. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return Math.round(value * 10) / 10;
}

/** Milliseconds of each send that was measured: of the short run where there was one, otherwise of the round trip. */
export function latenciesOf(proof: Proof | undefined): readonly number[] {
  if (proof?.throughput !== undefined && 'value' in proof.throughput) return proof.throughput.value.latencies;
  return proof !== undefined && 'value' in proof.trips ? proof.trips.value.flatMap(({ latencies }) => latencies) : [];
}

/**
 * @param proof `undefined`: it was not made
 * @param why for that
 */
export function proofChecks(subject: Subject, proof: Proof | undefined, why: string): readonly Check[] {
  const skippedAll = [roundTrip, groupCheck, throughputCheck].map((check) => skipped(check, why));
  if (proof === undefined) return skippedAll;
  const quick = 'not in the profile quick';
  const hint = 'a topic that takes no messages: see the checks of Kafka, and server.log of the leader';
  const part = <T>(
    check: Pick<Check, 'id' | 'group' | 'what'>,
    outcome: Outcome<T> | undefined,
    tell: (value: T) => string,
  ): Check => {
    if (outcome === undefined)
      return skipped(check, 'reason' in proof.trips ? 'messages do not come back: see proof.messages' : quick);
    return judged({
      ...check,
      good: 'value' in outcome ? [tell(outcome.value)] : [],
      bad: 'reason' in outcome ? [outcome.reason] : [],
      hint,
    });
  };
  const trips = part(roundTrip, proof.trips, (found) => {
    const messages = found.reduce((sum, trip) => sum + trip.messages, 0);
    const latencies = found.flatMap((trip) => trip.latencies);
    const leaders = found.map(({ leader }) => subject.nameOf('kafka', leader));
    const times = `median ${percentile(latencies, 0.5)} ms, max ${percentile(latencies, 1)} ms`;
    return `${messages} messages, acks=all: all read back through ${leaders.join(', ')}; ${times}`;
  });
  return [
    proof.notes.length > 0 && trips.verdict === 'pass'
      ? { ...trips, verdict: 'warn', evidence: [...trips.evidence, ...proof.notes] }
      : trips,
    part(
      groupCheck,
      proof.group,
      ({ messages, resumed }) =>
        `${messages} messages read and committed; a new member read the ${resumed} that came after`,
    ),
    part(throughputCheck, proof.throughput, ({ messages, bytes, seconds, latencies }) => {
      const rate = `${Math.round(messages / seconds)} messages of 1 KiB a second (${(bytes / seconds / 1e6).toFixed(1)} MB/s)`;
      return `${rate} for ${seconds.toFixed(1)} s, acks=all; a send took ${percentile(latencies, 0.5)} ms, 99 % below ${percentile(latencies, 0.99)} ms`;
    }),
  ];
}
