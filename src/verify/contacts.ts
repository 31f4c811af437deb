import { fewAtOnce } from '../few-at-once.ts';
import type { Listener } from '../kafka/broker-configs.ts';
import { dial, dialFailure } from '../modules/dialing.ts';
import type { ControlContext } from '../modules/module.ts';
import { type Reach, reachFrom } from '../transport/reach.ts';
import type { SubjectHost } from './subject.ts';

/** One try to reach a listener. */
export interface Contact {
  readonly broker: number;
  readonly listener: Listener;
  /** A host's name; `undefined`: this machine. */
  readonly from: string | undefined;
  readonly reach: Reach;
}

/** A broker with the listeners that it tells of. */
interface Listening {
  readonly id: number;
  readonly listeners: readonly Listener[];
}

/** Milliseconds within which a listener must be reached, from when it is dialled. */
const answerMs = 2000;

/**
 * Tries that go at the same time from one place: each may be a process of ssh on this machine, and a host opens only so many
 * channels at once. More would only wait for one another until they are out of time.
 */
const atOnce = 8;

/** Tries to reach each listener from here and from each host. */
export async function contactsOf(
  brokers: readonly Listening[],
  hosts: readonly SubjectHost[],
  control: ControlContext,
): Promise<readonly Contact[]> {
  const wanted = brokers.flatMap(({ id, listeners }) => listeners.map((listener) => ({ broker: id, listener })));
  const ways = [
    { from: undefined, reach: (listener: Listener) => reachFromHere(listener, control) },
    ...hosts.map((host) => ({
      from: host.name,
      reach: (listener: Listener) => reachFrom(host.run.host, listener, answerMs),
    })),
  ];
  const found = await Promise.all(
    ways.map(({ from, reach }) =>
      fewAtOnce(
        wanted,
        atOnce,
        async (each): Promise<Contact> => ({ ...each, from, reach: await reach(each.listener) }),
      ),
    ),
  );
  return found.flat();
}

async function reachFromHere(listener: Listener, control: ControlContext): Promise<Reach> {
  try {
    const socket = await dial(control.dialer, listener, answerMs, control.signal);
    socket.destroy();
    return { reached: true };
  } catch (error) {
    control.signal.throwIfAborted();
    return { reached: false, reason: dialFailure(error) };
  }
}
