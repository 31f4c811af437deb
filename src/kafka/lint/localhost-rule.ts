import { isLoopback } from './listeners.ts';
import { at, type BrokerRule } from './rule.ts';

/** Several hosts are known to be there, and a broker tells the others to connect to themselves: that is an error. */
export const advertisedLocalhost: BrokerRule = {
  id: 'kafka/advertised-localhost',
  severity: 'info',
  what: 'Clients are sent to themselves',
  why: 'An advertised localhost is the host of whoever reads it: clients and brokers on other hosts connect to themselves.',
  mend: 'Advertise the name or address under which others reach this host.',
  source: 'Kafka documentation, advertised.listeners',
  applies: (broker) => broker.isBroker,
  *check(broker) {
    if (!broker.settings.isSet('advertised.listeners')) return;
    const wrong = broker.advertised.filter(({ host }) => isLoopback(host));
    const own = broker.interBroker?.toUpperCase();
    if (wrong.length === 0) return;
    const between =
      wrong.some(({ name }) => name === own) &&
      broker.host !== undefined &&
      broker.size.known &&
      broker.size.brokers > 1;
    yield at(
      broker,
      'advertised.listeners',
      `${wrong.map(({ name }) => name).join(', ')}: ${between ? 'the other brokers' : 'clients on other hosts'} are sent to ${wrong[0]?.host}`,
      'advertise the name of this host',
      between ? 'error' : 'info',
    );
  },
};
