import { formatEndpoint } from '../modules/dialing.ts';
import { summaryOf } from './check.ts';
import { latenciesOf, percentile } from './proof-checks.ts';
import type { Verified } from './verify-cluster.ts';

/** The whole result as one object: checks first, then what was seen in numbers. */
export function verifyJson({ checks, survey, proof, timeline, startedAt, seconds }: Verified): unknown {
  const summary = summaryOf(checks);
  const { cluster, ensemble } = survey;
  const latencies = latenciesOf(proof);
  return {
    good: summary.fail === 0,
    started_at: startedAt.toISOString(),
    seconds,
    summary,
    checks,
    zookeeper: ensemble.servers.map(({ server, state }) => ({
      id: server.id,
      address: formatEndpoint(server),
      state: state.state,
      version: state.version ?? null,
    })),
    kafka:
      'reason' in cluster
        ? null
        : {
            cluster_id: cluster.look.metadata.clusterId,
            controller: cluster.look.metadata.controllerId,
            brokers: cluster.look.brokers.map(({ id, host, port, silent }) => ({
              id,
              address: formatEndpoint({ host, port }),
              answers: silent === undefined,
            })),
          },
    latency_ms:
      latencies.length === 0
        ? null
        : { median: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), max: percentile(latencies, 1) },
    timeline: timeline.map(({ what, startMs, endMs }) => ({
      what,
      start_ms: Math.round(startMs),
      end_ms: Math.round(endMs),
    })),
  };
}
