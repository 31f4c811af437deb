import { splitConnect } from '../connect-string.ts';
import type { Broker } from './broker.ts';
import { readVoters } from './kraft-rules.ts';

/** Brokers and controllers that belong together. */
export interface KafkaCluster {
  readonly brokers: readonly Broker[];
}

/** The places by which a broker knows its cluster; localhost is a place of its own on each host. */
function places(broker: Broker): string[] {
  const own = (place: string): string => (/^(?:localhost|127\.)/.test(place) ? `${broker.host} ${place}` : place);
  const { servers } = splitConnect(broker.settings.given('zookeeper.connect') ?? '');
  const voters = (readVoters(broker) ?? []).map(({ host, port }) => `${host}:${port}`);
  const bootstrap = broker.settings.list('controller.quorum.bootstrap.servers');
  return [...(broker.isKraft ? [...voters, ...bootstrap] : servers)].filter((each) => each !== '').map(own);
}

/** Groups those that share a ZooKeeper server or a controller; each broker then knows how many there are. */
export function groupBrokers(
  brokers: readonly Broker[],
  options: { readonly allTogether: boolean; readonly isPart: boolean },
): KafkaCluster[] {
  const groups: { places: Set<string>; brokers: Broker[] }[] = [];
  for (const broker of brokers) {
    const mine = new Set(places(broker));
    const joined = groups.filter((group) => options.allTogether || [...mine].some((place) => group.places.has(place)));
    const group = { places: mine, brokers: [...joined.flatMap((each) => each.brokers), broker] };
    for (const each of joined) for (const place of each.places) group.places.add(place);
    for (const each of joined) groups.splice(groups.indexOf(each), 1);
    groups.push(group);
  }
  return groups.map(({ brokers: members }) => ({
    brokers: members.map((each) => sized(each, members, options.isPart)),
  }));
}

/** A single broker that names several servers is taken for a part of a cluster. */
function sized(broker: Broker, members: readonly Broker[], isPart: boolean): Broker {
  const count = members.filter((each) => each.isBroker).length;
  if (broker.size.known) return broker;
  if (isPart || broker.host === undefined || (count <= 1 && broker.size.brokers > 1))
    return { ...broker, size: { brokers: Math.max(count, broker.size.brokers), known: false } };
  return { ...broker, size: { brokers: count, known: true } };
}
