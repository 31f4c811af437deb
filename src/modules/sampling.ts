import { BrokkrError } from '../errors.ts';
import { type Clock, systemClock } from '../poll.ts';
import type { GateLooks, GateVerdict } from './gate.ts';

export interface Sampling extends GateLooks {
  look(): Promise<GateVerdict>;
  /** Hears each change of what is waited for. */
  tell(text: string): void;
  /** Is asked after each look but the last: why waiting is in vain. */
  readonly isInVain?: (() => Promise<string | undefined>) | undefined;
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
    const vain = verdict.isHopeless ? text : await sampling.isInVain?.();
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
    if (!(error instanceof BrokkrError)) throw error;
    return { reasons: [`it could not be looked at: ${error.message}`], notes: [], isHopeless: false };
  }
}
