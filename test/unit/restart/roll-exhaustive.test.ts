import { describe, expect, it, vi } from 'vitest';
import { perform } from '../../../src/restart/drive.ts';
import { afterCommand, beginRoll, nextCommand, type RollState, requestStop } from '../../../src/restart/roll-state.ts';
import { type Fault, SimulatedCluster, type SimulatedPartition } from './simulated-cluster.ts';

vi.setConfig({ testTimeout: 60_000 });

const brokers = [1, 2, 3];
const hosts = ['s1', 's2', 's3'];

/** Whatever may happen while one command is done: how it ends, and what a broker does by itself. */
const happenings: readonly (readonly Fault[])[] = [
  [],
  ['fails'],
  ['fails-after'],
  ['fails', 'not-seen'],
  ['fails-after', 'not-seen'],
].flatMap((kinds) =>
  [undefined, 'broker-dies', 'broker-returns'].flatMap((kind) =>
    (kind === undefined ? [0] : brokers).map((broker) =>
      [...kinds, ...(kind === undefined ? [] : [kind])].map((each) => ({ at: 1, kind: each, broker }) as Fault),
    ),
  ),
);

const replicas = [1, 2, 3];
const layouts: readonly (readonly [string, boolean, readonly SimulatedPartition[]])[] = [
  ['three replicas, two must be in step', false, [{ replicas, minIsr: 2, isr: replicas }]],
  ['one replica that is accepted', true, [{ replicas: [2], minIsr: 1, isr: [2] }]],
  ['as many must be in step as there are', false, [{ replicas, minIsr: 3, isr: replicas }]],
];

interface Point {
  readonly state: RollState;
  readonly cluster: SimulatedCluster;
  readonly depth: number;
}

/** What does not hold at a point, or of an end. */
function wrongAt({ state: { ending, done }, cluster, depth }: Point): readonly string[] {
  const { up, downByUs, stops, broken } = cluster;
  const wrong = [...broken];
  if (downByUs.size > 1) wrong.push(`down by us: ${[...downByUs].join()}`);
  if ([...stops.values()].some((count) => count > 1)) wrong.push('stopped more than once');
  // Next, gate, stop, start and return of each, and the finish.
  if (depth > 16) wrong.push('it goes on for ever');
  if (ending === undefined) return wrong;
  for (const id of downByUs) {
    const left = ending.left?.[`s${id}`];
    if (ending.result !== 'failed' || left === undefined || left === 'untouched') wrong.push(`${id} is left untold`);
    if (!up.has(id) && left !== 'down' && left !== 'unknown') wrong.push(`${id} is down and said to be ${left}`);
  }
  if (ending.result === 'finished' && done.length < hosts.length) wrong.push('finished without all');
  return wrong;
}

describe('every roll of three brokers', () => {
  it.each(layouts)('%s: whatever happens at each command, in every order', async (_, accepted, partitions) => {
    const first: Point = {
      state: beginRoll(hosts, []),
      cluster: new SimulatedCluster(brokers, structuredClone([...partitions]), [], accepted),
      depth: 0,
    };
    const seen = new Set<string>();
    const open = [first];
    const wrong: string[] = [];
    let ends = 0;
    for (let point = open.pop(); point !== undefined && wrong.length === 0; point = open.pop()) {
      for (const state of point.state.stopRequested ? [point.state] : [point.state, requestStop(point.state)]) {
        const command = nextCommand(state);
        if (command === undefined) continue;
        for (const faults of happenings) {
          const cluster = point.cluster.clone(faults);
          cluster.begin(command);
          const happened = await perform(command, cluster);
          const next: Point = { state: afterCommand(state, command, happened), cluster, depth: point.depth + 1 };
          const key = JSON.stringify(next.state) + cluster.key;
          if (seen.has(key)) continue;
          seen.add(key);
          wrong.push(...wrongAt(next));
          if (next.state.ending === undefined) open.push(next);
          else ends += 1;
        }
      }
    }
    expect({ wrong: [...new Set(wrong)], isLarge: ends > 5000 }).toEqual({ wrong: [], isLarge: true });
  });
});
