import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { contactsOf } from '../../../src/verify/contacts.ts';
import { controlContext } from '../cluster/loopback.ts';

const brokers = Array.from({ length: 30 }, (_, id) => ({
  id,
  listeners: ['INTERNAL', 'EXTERNAL'].map((name, index) => ({ name, host: `s${id}`, port: 9092 + index })),
}));

it('many listeners are tried a few at a time, each with the time of its own', async () => {
  let open = 0;
  let most = 0;
  const spent: boolean[] = [];
  const connect = async (host: string, _port: number, signal: AbortSignal) => {
    most = Math.max(most, ++open);
    spent.push(signal.aborted);
    await new Promise((resolve) => setTimeout(resolve, 2));
    open -= 1;
    if (host === 's7') throw Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    return new Duplex({ read: () => {}, write: () => {} });
  };
  const contacts = await contactsOf(brokers, [], { ...controlContext(), dialer: { connect } });
  expect(most).toBe(8);
  expect(spent).toHaveLength(60);
  expect(spent).not.toContain(true);
  expect(contacts.map(({ broker, listener }) => `${broker} ${listener.name}`)).toEqual(
    brokers.flatMap(({ id, listeners }) => listeners.map(({ name }) => `${id} ${name}`)),
  );
  const refused = contacts.filter(({ reach }) => !('reached' in reach && reach.reached));
  expect(refused.map(({ broker, reach }) => [broker, reach])).toEqual(
    [1, 2].map(() => [7, { reached: false, reason: 'connection refused' }]),
  );
});
