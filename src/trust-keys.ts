import { UnreachableError } from './errors.ts';
import type { Reaching } from './reach-hosts.ts';
import type { ConnectOptions } from './transport/connection.ts';
import { JumpHosts } from './transport/jump-hosts.ts';
import { askForKey, type ShownKey } from './transport/shown-key.ts';
import type { Target } from './transport/target.ts';

/** A host, or a host in between, and the key that it shows, or why it shows none. */
export interface AskedHost {
  readonly name: string;
  /** `address:port`. */
  readonly place: string;
  readonly answer:
    | ShownKey
    | { readonly verdict: 'unreachable'; readonly message: string; readonly hint: string | undefined };
}

/**
 * Asks all hosts for their keys: those in between first, since whoever is behind them can be asked only when they are trusted.
 * @param onAsked is given each round, and keeps what is to be trusted
 */
export async function trustKeys(
  { targets, shared }: Reaching,
  signal: AbortSignal,
  onAsked: (asked: readonly AskedHost[]) => Promise<void>,
): Promise<void> {
  const jumps = shared.jumps ?? new JumpHosts();
  const options: ConnectOptions = { ...shared, signal };
  const me = {};
  jumps.enter(me);
  try {
    for (const round of roundsOf([...targets.values()]))
      await onAsked(await Promise.all(round.map((target) => askOne(target, jumps, options))));
  } finally {
    await jumps.leave(me);
  }
}

/** Hosts that nothing stands before, then those behind one host, and so on; each place once. */
function roundsOf(targets: readonly Target[]): Target[][] {
  const rounds: Target[][] = [];
  const seen = new Set<string>();
  const add = (target: Target): number => {
    const round = target.jump === undefined ? 0 : add(target.jump) + 1;
    const key = `${round} ${target.hostKeyAlias ?? ''} ${target.address} ${target.port} ${target.proxyCommand ?? ''}`;
    if (seen.has(key)) return round;
    seen.add(key);
    rounds[round] ??= [];
    rounds[round].push(target);
    return round;
  };
  for (const target of targets) if (target.connection === 'ssh') add(target);
  return rounds;
}

async function askOne(target: Target, jumps: JumpHosts, options: ConnectOptions): Promise<AskedHost> {
  const { name, address, port } = target;
  const place = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  try {
    const answer = await askForKey(target, (jump) => jumps.connection(jump, options), options);
    return { name, place, answer };
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    return { name, place, answer: { verdict: 'unreachable', message: error.message, hint: error.hint } };
  }
}
