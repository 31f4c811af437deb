import type { ClusterLook } from '../kafka/cluster-look.ts';
import { formatEndpoint } from '../modules/dialing.ts';
import type { Span } from './check.ts';
import { escapeMarkup as text } from './markup.ts';
import type { Subject } from './subject.ts';
import type { Survey } from './survey.ts';

/** Servers of one ring: who leads, and who is not there. */
interface Node {
  readonly name: string;
  readonly kind: 'lead' | 'follow' | 'gone';
}

/** Two stars: followers around the leader of the ensemble, brokers around the controller; and a card for each host. */
export function topology(subject: Subject, survey: Survey): string {
  const ensemble = survey.ensemble.servers.map(({ server, state }): Node => {
    const kind =
      state.state === 'leader' || state.state === 'standalone'
        ? 'lead'
        : state.state === 'follower'
          ? 'follow'
          : 'gone';
    return { name: subject.nameOf('zookeeper', server.id), kind };
  });
  const look = 'look' in survey.cluster ? survey.cluster.look : undefined;
  const brokers = subject.brokers.map((id): Node => {
    const found = look?.brokers.find((broker) => broker.id === id);
    const leads = look?.metadata.controllerId === id;
    return {
      name: subject.nameOf('kafka', id),
      kind: found?.silent !== undefined || found === undefined ? 'gone' : leads ? 'lead' : 'follow',
    };
  });
  return `<div class="hosts">${star('ZooKeeper, around its leader', ensemble)}${star('Kafka, around its controller', brokers)}</div><div class="hosts">${cards(subject, survey)}</div>`;
}

const size = { width: 320, height: 120, radius: 72 };

function star(title: string, nodes: readonly Node[]): string {
  const { width, height, radius } = size;
  const [cx, cy] = [width / 2, height / 2 + 8];
  const leader = nodes.find(({ kind }) => kind === 'lead');
  const around = nodes.filter((node) => node !== leader);
  const places = around.map((node, index) => {
    const angle = (2 * Math.PI * index) / Math.max(1, around.length) + Math.PI;
    return {
      node,
      x: Math.round(cx + 1.5 * radius * Math.cos(angle)),
      y: Math.round(cy + 0.45 * radius * Math.sin(angle)),
    };
  });
  const lines =
    leader === undefined
      ? []
      : places
          .filter(({ node }) => node.kind === 'follow')
          .map(({ x, y }) => `<line x1="${cx}" y1="${cy}" x2="${x}" y2="${y}"/>`);
  const mark = (node: Node, x: number, y: number) =>
    `<g class="${node.kind}"><circle cx="${x}" cy="${y}" r="14"/><text x="${x}" y="${y + 28}">${text(node.name)}</text></g>`;
  return [
    `<svg class="links" viewBox="0 0 ${width} ${height}" role="img" aria-label="${text(title)}"><text x="${cx}" y="14">${text(title)}</text>`,
    ...lines,
    ...places.map(({ node, x, y }) => mark(node, x, y)),
    leader === undefined ? '' : mark(leader, cx, cy),
    '</svg>',
  ].join('');
}

function cards(subject: Subject, survey: Survey): string {
  return subject.hosts
    .map(({ name, members }) => {
      const found = survey.hosts.get(name);
      const lines = members.map(({ cluster, id }) => {
        const zookeeper = survey.ensemble.servers.find(({ server }) => cluster === 'zookeeper' && server.id === id);
        const broker =
          'look' in survey.cluster && cluster === 'kafka'
            ? survey.cluster.look.brokers.find((each) => each.id === id)
            : undefined;
        const version = found !== undefined && 'look' in found ? found.look.servers.get(cluster)?.version : undefined;
        const state = zookeeper?.state.state ?? (broker === undefined ? 'not registered' : formatEndpoint(broker));
        return `<p>${cluster === 'kafka' ? 'Kafka' : 'ZooKeeper'} ${text(version ?? '')} id ${id}: ${text(state)}</p>`;
      });
      const lost = found !== undefined && 'reason' in found ? `<p>${text(found.reason)}</p>` : '';
      return `<div class="host"><h3>${text(name)}</h3>${lines.join('')}${lost}</div>`;
    })
    .join('');
}

/** Rows of the map; a cluster may have thousands of partitions. */
const mostRows = 200;

/** A row for each partition, a column for each broker: who leads (●), who follows in step (○), who lags (!). */
export function partitionMap({ metadata }: ClusterLook): string {
  const brokers = [
    ...new Set([
      ...metadata.brokers.map(({ id }) => id),
      ...metadata.topics.flatMap(({ partitions }) => partitions.flatMap(({ replicas }) => replicas)),
    ]),
  ].sort((a, b) => a - b);
  const all = metadata.topics.flatMap(({ name, partitions }) =>
    partitions.map((partition) => ({ name: `${name}-${partition.partition}`, partition })),
  );
  const rows = all.slice(0, mostRows).map(({ name, partition: { leader, replicas, isr } }) => {
    const cells = brokers.map((id) => {
      if (!replicas.includes(id)) return '<td></td>';
      if (leader === id) return '<td class="lead" title="leads">●</td>';
      return isr.includes(id) ? '<td title="in step">○</td>' : '<td class="out" title="not in step">!</td>';
    });
    return `<tr><th>${text(name)}</th>${cells.join('')}</tr>`;
  });
  const rest = all.length - rows.length;
  return [
    `<details${all.length <= 30 ? ' open' : ''}><summary>${all.length} partitions: ● leads, ○ is in step, ! is not</summary>`,
    `<div class="wide"><table><tr><th>partition</th>${brokers.map((id) => `<th>${id}</th>`).join('')}</tr>${rows.join('')}</table></div>`,
    rest > 0 ? `<p>and ${rest} more</p>` : '',
    '</details>',
  ].join('');
}

const bins = 24;

/** How many sends took how long. */
export function histogram(latencies: readonly number[]): string {
  const most = Math.max(...latencies, 1);
  const counts = Array.from({ length: bins }, () => 0);
  for (const each of latencies) {
    const bin = Math.min(bins - 1, Math.floor((each / most) * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const highest = Math.max(...counts);
  const bars = counts.map((count, bin) => {
    const height = Math.round((count / highest) * 100);
    return `<rect x="${bin * 15 + 2}" y="${110 - height}" width="13" height="${height}"><title>${count} sends of ${((bin / bins) * most).toFixed(1)} to ${(((bin + 1) / bins) * most).toFixed(1)} ms</title></rect>`;
  });
  return `<svg viewBox="0 0 364 130" role="img" aria-label="histogram of latencies">${bars.join('')}<text class="axis" x="2" y="124">0 ms</text><text class="axis" x="310" y="124">${most.toFixed(0)} ms</text></svg>`;
}

/** When each part began, and how long it took. */
export function timelinePicture(spans: readonly Span[]): string {
  const end = Math.max(...spans.map(({ endMs }) => endMs), 1);
  return spans
    .toSorted((a, b) => a.startMs - b.startMs)
    .map(({ what, startMs, endMs }) => {
      const left = ((100 * startMs) / end).toFixed(1);
      const width = ((100 * (endMs - startMs)) / end).toFixed(1);
      return `<div class="span"><span>${text(what)}, ${Math.round(endMs - startMs)} ms</span><span class="track"><i style="left:${left}%;width:${width}%"></i></span></div>`;
    })
    .join('');
}
