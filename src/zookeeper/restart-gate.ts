import { z } from 'zod';
import { BrokkrError } from '../errors.ts';
import { seconds } from '../modules/cluster-arguments.ts';
import { formatEndpoint } from '../modules/dialing.ts';
import type { GateVerdict, RestartGate } from '../modules/gate.ts';
import type { ControlContext } from '../modules/module.ts';
import { gateWaiter, verdictOf } from '../modules/sampling.ts';
import type { Json } from '../shell/question.ts';
import type { EnsembleHealth, ServerReport } from './ensemble.ts';
import { probeEnsemble } from './ensemble-probe.ts';
import { serversSchema } from './server.ts';

const schema = z.object({
  servers: serversSchema,
  samples: z.coerce.number().int().min(1).default(3),
  interval: seconds.default(1),
  timeout: seconds.default(120),
});
type Parameters = z.output<typeof schema>;

/** Milliseconds within which a server that is well answers a four-letter word. */
const answerWithinMs = 2000;

/**
 * Servers of an ensemble restart one by one, followers first and the leader last, and only while all of them are there: of
 * three, one that is down is all that may be.
 */
export class ZookeeperGate implements RestartGate {
  readonly cluster = 'ZooKeeper';
  readonly #parameters: Parameters;
  readonly #serverIdOf: (host: string) => number | undefined;
  readonly #context: ControlContext;
  readonly #waitFor: ReturnType<typeof gateWaiter>;

  constructor(
    parameters: { readonly [key: string]: Json },
    serverIdOf: (host: string) => number | undefined,
    context: ControlContext,
  ) {
    this.#parameters = schema.parse(parameters);
    this.#serverIdOf = serverIdOf;
    this.#context = context;
    this.#waitFor = gateWaiter(this.#parameters, context);
  }

  async isUp(): Promise<boolean> {
    const { servers } = await this.#probe();
    return servers.some(({ state }) => state.state !== 'unreachable');
  }

  async order(hosts: readonly string[]): Promise<readonly string[]> {
    const { servers } = await this.#probe();
    const rank = (host: string): number => {
      const report = servers.find(({ server }) => server.id === this.#serverIdOf(host));
      if (report === undefined) return 1;
      if (!serves(report)) return 0;
      return report.state.state === 'leader' ? 2 : 1;
    };
    return [...hosts].sort((a, b) => rank(a) - rank(b));
  }

  /** Always one: of three servers, one that is down is all that may be. */
  async next(hosts: readonly string[]): Promise<readonly string[]> {
    return (await this.order(hosts)).slice(0, 1);
  }

  async verdict(host: string): Promise<GateVerdict> {
    return verdictOf(async () => {
      const id = this.#idOf(host);
      const health = await this.#probe();
      const verdict = without(id, health);
      const leads = health.servers.some(({ server, state }) => server.id === id && state.state === 'leader');
      return leads ? { ...verdict, notes: ['it is the leader: its turn is the last', ...verdict.notes] } : verdict;
    });
  }

  async before(
    hosts: string | readonly string[],
    isInVain?: (reasons: readonly string[]) => Promise<string | undefined>,
  ): Promise<readonly string[]> {
    const [host, another] = [hosts].flat();
    if (host === undefined || another !== undefined) throw new TypeError('ZooKeeper servers go one at a time');
    const id = this.#idOf(host);
    return this.#waitFor({ look: async () => without(id, await this.#probe()), prefix: `${host}: `, isInVain });
  }

  async after(host: string, isAlive?: () => Promise<string | undefined>): Promise<void> {
    const id = this.#idOf(host);
    const look = async (): Promise<GateVerdict> => {
      const report = (await this.#probe()).servers.find(({ server }) => server.id === id);
      const reasons = report !== undefined && serves(report) ? [] : [notServing(id, report)];
      return { reasons, notes: [], isHopeless: false };
    };
    await this.#waitFor({ look, prefix: `${host}: `, samples: 1, interval: 0.25, isInVain: isAlive });
  }

  async waitUntilWhole(): Promise<void> {
    await this.#waitFor({ look: async () => whole(await this.#probe()), prefix: '' });
  }

  async untilGone(): Promise<void> {}

  async settle(): Promise<readonly string[]> {
    return [];
  }

  #idOf(host: string): number {
    const id = this.#serverIdOf(host);
    if (id === undefined || !this.#parameters.servers.some((server) => server.id === id))
      throw new BrokkrError(`${host} has no zookeeper_id that is one of the ensemble's`);
    return id;
  }

  #probe(): Promise<EnsembleHealth> {
    const { dialer, signal } = this.#context;
    return probeEnsemble(this.#parameters.servers, { dialer, signal, timeoutMs: answerWithinMs });
  }
}

function serves({ state }: ServerReport): boolean {
  return state.state === 'leader' || state.state === 'follower' || state.state === 'standalone';
}

function notServing(id: number, report: ServerReport | undefined): string {
  return `server ${id} is ${report === undefined ? 'unknown' : stateText(report)}`;
}

function stateText({ state }: ServerReport): string {
  return `${state.state}${state.reason === undefined ? '' : ` (${state.reason})`}`;
}

function whole({ reasons, servers }: EnsembleHealth): GateVerdict {
  return { reasons, notes: [], isHopeless: servers.some(tellsNothing) };
}

/** Waiting does not change what its whitelist has. */
function tellsNothing({ state }: ServerReport): boolean {
  return state.blocked.includes('srvr');
}

/** What stopping a server would do. One that is down, or part of no quorum, can only come back: the others must serve. */
function without(id: number, health: EnsembleHealth): GateVerdict {
  const alone = health.servers.length === 1;
  const self = health.servers.find(({ server }) => server.id === id);
  const notes = alone ? ['it is the only server: the ensemble is gone meanwhile'] : [];
  if (self === undefined || serves(self) || tellsNothing(self)) return { ...whole(health), notes };
  const others = health.servers.filter((report) => report !== self && !serves(report));
  const reasons = others.map((report) => `${formatEndpoint(report.server)} is ${stateText(report)} as well`);
  return { reasons, notes, isHopeless: others.some(tellsNothing) };
}
