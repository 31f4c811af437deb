import { type LiveRule, type LiveSubject, ofHost } from './subject.ts';

const isLoopback = (address: string): boolean => /^127\.|^::1$/.test(address);

const names: LiveRule = {
  id: 'host/name',
  severity: 'error',
  what: 'A name does not lead to its host',
  why: 'Brokers and servers find each other by the names in their files. One that a host cannot resolve, or that leads back to itself (Debian writes 127.0.1.1 for its own name), keeps them apart.',
  mend: 'Correct DNS or /etc/hosts; a line 127.0.1.1 for the own name must go when services bind that name.',
  source: 'Debian Reference, 5.1.1; Kafka documentation, advertised.listeners',
  *check(subject) {
    const told = new Set<string>();
    for (const { host, owner, key, at } of subject.all) {
      const addresses = subject.facts.names.get(host);
      if (addresses === undefined || told.has(host) || host === 'localhost') continue;
      told.add(host);
      if (addresses.length === 0)
        yield {
          ...ofHost(subject, key, `${host}, by which ${owner} is reached, cannot be resolved here`),
          ...(owner === subject.name ? { at } : {}),
        };
      else if (addresses.every(isLoopback) && !isLoopback(host))
        yield owner === subject.name
          ? { key, at, message: `${host} is ${addresses[0]} on this host itself, so what binds it is closed to others` }
          : ofHost(subject, key, `${host} is ${addresses[0]} here, and not ${owner}`);
    }
  },
};

const ports: LiveRule = {
  id: 'host/port-taken',
  severity: 'error',
  what: 'A port is taken by something else',
  why: 'The service cannot bind it, and does not start.',
  mend: 'Stop what has the port, or choose another one.',
  source: '/proc/net/tcp',
  *check(subject) {
    for (const { service, key, port, at } of subject.ports) {
      if (!subject.facts.listening.has(port) || runs(subject, service) !== false) continue;
      yield {
        key,
        at,
        message: `something listens on ${port}, and ${subject.units.get(service)} does not run`,
        hint: `ss -lptn sport = :${port}`,
      };
    }
  },
};

/** Whether the unit of a service is active; `undefined` when no unit is known. */
function runs(subject: LiveSubject, service: 'kafka' | 'zookeeper'): boolean | undefined {
  const unit = subject.units.get(service);
  return unit === undefined ? undefined : subject.facts.units.get(unit)?.isActive;
}

const reach: LiveRule = {
  id: 'host/unreachable',
  severity: 'error',
  what: 'A server that runs cannot be reached',
  why: 'A firewall that drops what goes to the port, or a service that is bound to another address, keeps followers from their leaders and clients from their data.',
  mend: 'Open the port between the hosts, or bind the address that is advertised.',
  source: 'a connection that was tried',
  *check(subject) {
    for (const { host, port, key, owner, isListening } of reachable(subject)) {
      const found = subject.facts.endpoints.get(`${host}:${port}`);
      if (found === 'timeout')
        yield ofHost(subject, key, `${host}:${port} of ${owner} does not answer: a firewall drops it`);
      else if (found === 'closed' && isListening)
        yield ofHost(subject, key, `${host}:${port} of ${owner} is refused, although the server runs`);
    }
  },
};

function reachable(subject: LiveSubject) {
  return subject.all.map((each) => ({ ...each, isListening: subject.listeningOn(each.owner).has(each.port) }));
}

/** The rules about names, ports and the way between hosts. */
export const networkRules: readonly LiveRule[] = [names, ports, reach];
