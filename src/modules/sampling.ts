import { BrokkrError } from '../errors.ts';
import { type Clock, systemClock } from '../poll.ts';
import type { GateLooks, GateVerdict } from './gate.ts';
import type { ControlContext } from './module.ts';

export interface Sampling extends GateLooks {
  look(): Promise<GateVerdict>;
  /** Hears each change of what is waited for. */
  tell(text: string): void;
  /** Is asked after each look but the last, with what it found: why waiting is in vain. */
  readonly isInVain?: ((reasons: readonly string[]) => Promise<string | undefined>) | undefined;
  readonly signal: AbortSignal;
  readonly clock?: Clock | undefined;
}

/**
 * Looks until so many looks in a row were clean: one good look proves little, since a server that has just come back may
 * fall out again. What a look throws as a BrokkrError counts as a look that was not clean.
 * @returns the notes of the last look
 * @throws BrokkrError with the reasons of the last look
 */
export async function waitForCleanSamples(sampling: Sampling): Promise<readonly string[]> {
  const { samples, interval, timeout, signal, clock = systemClock } = sampling;
  const deadline = clock.now() + timeout * 1000;
  let clean = 0;
  let told = '';
  for (;;) {
    signal.throwIfAborted();
    const verdict = await lookOnce(sampling);
    clean = verdict.reasons.length === 0 ? clean + 1 : 0;
    if (clean >= samples) return verdict.notes;
    const text = verdict.reasons.join('; ');
    if (clean === 0 && text !== told) sampling.tell(text);
    const vain = verdict.isHopeless ? text : await sampling.isInVain?.(verdict.reasons);
    if (vain !== undefined) throw new BrokkrError(vain);
    if (clean === 0 && clock.now() >= deadline) throw new BrokkrError(`after ${timeout} s still: ${text}`);
    told = text;
    await clock.sleep(interval * 1000, signal);
  }
}

async function lookOnce(sampling: Sampling): Promise<GateVerdict> {
  try {
    return await sampling.look();
  } catch (error) {
    sampling.signal.throwIfAborted();
    return failedLook(error, 'it could not be looked at: ');
  }
}

/** What one look says; a BrokkrError that it throws is a reason. */
export async function verdictOf(look: () => Promise<GateVerdict>): Promise<GateVerdict> {
  try {
    return await look();
  } catch (error) {
    return failedLook(error, '');
  }
}

function failedLook(error: unknown, prefix: string): GateVerdict {
  if (!(error instanceof BrokkrError)) throw error;
  return { reasons: [`${prefix}${error.message}`], notes: [], isHopeless: false };
}

/** One wait of a gate: what it looks at, and how often, where that is not as its parameters have it. */
interface GateWait extends Partial<Pick<GateLooks, 'samples' | 'interval'>>, Pick<Sampling, 'look' | 'isInVain'> {
  /** Goes before what is told: whom it is about. */
  readonly prefix: string;
}

/** Waits for clean samples as a gate's parameters have it, and tells of it as progress. */
export function gateWaiter(
  { samples, interval, timeout }: GateLooks,
  { signal, progress }: ControlContext,
): (wait: GateWait) => Promise<readonly string[]> {
  return ({ prefix, ...wait }) => {
    const tell = (text: string) => progress(`${prefix}${text}`);
    return waitForCleanSamples({ samples, interval, timeout, ...wait, tell, signal });
  };
}
