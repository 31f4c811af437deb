import { type Check, summaryOf } from './check.ts';
import { histogram, partitionMap, timelinePicture, topology } from './html-pictures.ts';
import { styleSheet } from './html-style.ts';
import { escapeMarkup as text } from './markup.ts';
import { latenciesOf, percentile } from './proof-checks.ts';
import type { Subject } from './subject.ts';
import type { Verified } from './verify-cluster.ts';

const words = { pass: 'passed', warn: 'to look at', fail: 'failed', skipped: 'skipped' } as const;

/**
 * A page that holds all that it shows: no script, nothing that is fetched, readable on a narrow screen and in the dark.
 * Whatever came from hosts is escaped.
 */
export function htmlPage(subject: Subject, verified: Verified): string {
  const { checks, survey, proof, timeline, startedAt, seconds } = verified;
  const summary = summaryOf(checks);
  const good = summary.fail === 0;
  const clusterId = 'look' in survey.cluster ? survey.cluster.look.metadata.clusterId : null;
  const counts = (['pass', 'warn', 'fail', 'skipped'] as const)
    .filter((verdict) => summary[verdict] > 0)
    .map((verdict) => `<span class="tag ${verdict}">${summary[verdict]} ${words[verdict]}</span>`);
  const latencies = latenciesOf(proof);
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${good ? 'Proven' : 'Not well'}: Kafka cluster ${text(clusterId ?? '')}</title>`,
    '<link rel="icon" href="data:,">',
    `<style>${styleSheet}</style></head><body><main>`,
    `<h1 class="${good ? 'pass' : 'fail'}">${good ? 'A cluster that works' : 'A cluster that is not well'}</h1>`,
    `<p>Kafka cluster <code>${text(clusterId ?? 'unknown')}</code>, checked at <time>${startedAt.toISOString()}</time> within ${seconds.toFixed(1)} s</p>`,
    `<p>${counts.join(' ')}</p>`,
    section('Topology', topology(subject, survey)),
    'look' in survey.cluster ? section('Partitions and their leaders', partitionMap(survey.cluster.look)) : '',
    latencies.length > 0
      ? section(
          'Latency of sends, acks=all',
          `<p>${latencies.length} sends: median ${percentile(latencies, 0.5)} ms, 99 % below ${percentile(latencies, 0.99)} ms</p>${histogram(latencies)}`,
        )
      : '',
    section('Timeline', timelinePicture(timeline)),
    ...[...new Set(checks.map(({ group }) => group))].map((group) =>
      section(
        group,
        checks
          .filter((check) => check.group === group)
          .map(checkPart)
          .join('\n'),
      ),
    ),
    '</main></body></html>',
    '',
  ].join('\n');
}

function section(title: string, body: string): string {
  return `<section><h2>${text(title)}</h2>\n${body}\n</section>`;
}

function checkPart({ id, what, verdict, evidence, hint }: Check): string {
  const seen = evidence.map((line) => `<li>${text(line)}</li>`).join('');
  return [
    `<article class="check ${verdict}"><h3><span class="tag ${verdict}">${words[verdict]}</span> ${text(what)}</h3>`,
    `<p class="id">${text(id)}</p><ul>${seen}</ul>`,
    `${hint === undefined ? '' : `<p class="hint">→ ${text(hint)}</p>`}</article>`,
  ].join('');
}
