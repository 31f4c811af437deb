import { formatEndpoint } from '../modules/dialing.ts';
import { type Check, judged, skipped } from './check.ts';
import type { Contact } from './contacts.ts';
import type { BrokerState } from './kafka-state.ts';
import type { Subject } from './subject.ts';
import type { Survey } from './survey.ts';

const group = 'Kafka';
const hint =
  'clients are told advertised.listeners: its name must resolve and its port be open where they are; look at kafka_listeners, and at firewalls';

/** Whether brokers can be reached where they say that they are: from here, and from each other host. */
export function listenerChecks(subject: Subject, survey: Survey, state: BrokerState): readonly Check[] {
  // What is down cannot be reached, and has been told.
  const contacts = survey.contacts.filter(({ broker }) => !state.down.has(broker));
  const name = ({ broker, listener }: Contact) =>
    `${listener.name} of ${subject.nameOf('kafka', broker)}, ${formatEndpoint(listener)}`;
  const here = contacts.filter(({ from }) => from === undefined);
  const silent = state.unreachable.map(
    ({ id, silent: reason }) =>
      `${subject.nameOf('kafka', id)} cannot be asked where it says that it is: ${reason ?? ''}`,
  );
  const lost = here.flatMap((contact) =>
    'reached' in contact.reach && !contact.reach.reached ? [{ contact, reason: contact.reach.reason }] : [],
  );
  const isLost = ({ broker, listener }: Contact) =>
    lost.some(({ contact: other }) => other.broker === broker && other.listener.name === listener.name);
  const fromHere = judged({
    id: 'kafka.listeners',
    group,
    what: 'every advertised listener is reached from here',
    good: here.map(name),
    bad: [...silent, ...lost.map(({ contact, reason }) => `${name(contact)}: ${reason}`)],
    hint,
  });
  return [fromHere, fromHosts(contacts, isLost, name)];
}

/** What nobody can reach has been told already. */
function fromHosts(
  all: readonly Contact[],
  isLost: (contact: Contact) => boolean,
  name: (contact: Contact) => string,
): Check {
  const check = {
    id: 'kafka.listeners-from-hosts',
    group,
    what: 'every advertised listener is reached from each host',
  } as const;
  const contacts = all.filter((contact) => contact.from !== undefined && !isLost(contact));
  const asked = contacts.filter(({ reach }) => 'reached' in reach);
  const [unasked] = contacts.flatMap(({ from, reach }) => ('unasked' in reach ? [`${from}: ${reach.unasked}`] : []));
  if (asked.length === 0) return skipped(check, unasked ?? 'no host could be asked');
  const bad = asked.flatMap((contact) =>
    'reached' in contact.reach && !contact.reach.reached
      ? [`from ${contact.from}: ${name(contact)}: ${contact.reach.reason}`]
      : [],
  );
  const hosts = new Set(asked.map(({ from }) => from));
  const good = [
    `${asked.length} connections from ${[...hosts].join(', ')}`,
    ...(unasked === undefined ? [] : [`not asked: ${unasked}`]),
  ];
  return judged({ ...check, good, bad, hint });
}
