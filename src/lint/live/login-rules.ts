import { isFor, missingUses, namesIn, timeFault } from '../certificate-faults.ts';
import type { Finding } from '../rule.ts';
import type { LiveRule, ShownCertificate } from './subject.ts';

const certificate: LiveRule = {
  id: 'host/certificate',
  severity: 'error',
  what: 'A listener shows a certificate that is not right',
  why: 'Clients end the connection when the certificate is not for the name that they connect to, or outside of its time; so do the other brokers, and replication stops.',
  mend: 'Renew it, with each advertised name among its subject alternative names, and serverAuth and clientAuth among its uses.',
  source: 'a TLS connection to the listener',
  *check({ said }) {
    for (const each of said.certificates) yield* faultsOf(each);
  },
};

function* faultsOf(shown: ShownCertificate): Iterable<Finding> {
  const { key, at, host, port, listener, certificate: own, reason } = shown;
  const tell = (message: string, severity: Finding['severity'] = 'error'): Finding => ({
    key,
    at,
    message: `${listener} at ${host}:${port} ${message}`,
    severity,
  });
  if (reason !== undefined) yield tell(`does not show a certificate: ${reason}`);
  if (own === undefined) return;
  if (shown.checksName && !isFor(own, host)) yield tell(`shows a certificate for ${namesIn(own)}`);
  const time = timeFault(own, Date.now());
  if (time !== undefined) yield tell(`shows a certificate that ${time.message}`, time.severity);
  const missing = missingUses(own, shown.isInterBroker);
  if (missing.length > 0)
    yield tell(
      `shows a certificate whose extended key usage lacks ${missing.join(' and ')}`,
      missing.includes('serverAuth') || shown.isMutual ? 'error' : 'warning',
    );
}

const credentials: LiveRule = {
  id: 'host/scram-credentials',
  severity: 'error',
  what: 'ZooKeeper does not have the credentials of the brokers',
  why: 'The brokers log in to each other with SCRAM, and look for the credentials in ZooKeeper: without them none accepts another.',
  mend: 'kafka-configs.sh --zookeeper ... --alter --add-config SCRAM-SHA-512=[password=...] --entity-type users --entity-name USER, before the first broker starts. Of a cluster with KRaft nothing is asked: only a broker that runs knows.',
  source: 'ScramUtils; /config/users in ZooKeeper',
  *check({ said }) {
    for (const { key, at, user, mechanism, found, reason } of said.credentials) {
      if (found === 'missing') yield { key, at, message: `ZooKeeper has no credentials of ${user} for ${mechanism}` };
      if (found === 'unknown')
        yield {
          key,
          at,
          message: `whether ZooKeeper has the credentials of ${user} could not be told: ${reason ?? ''}`,
          severity: 'warning',
        };
    }
  },
};

const fromHere: LiveRule = {
  id: 'host/unreachable-here',
  severity: 'warning',
  what: 'An advertised listener cannot be reached from here',
  why: 'Clients outside of the cluster, and whatever asks it about its health from this machine, are sent to this address.',
  mend: 'Let the name be known here and the port be open; or set kafka_through_ssh, where clients are elsewhere.',
  source: 'a connection that was tried',
  *check({ said }) {
    for (const { key, at, host, port, reason } of said.unreached)
      yield { key, at, message: `${host}:${port} cannot be reached from here: ${reason}` };
  },
};

/** The rules about what servers say when somebody comes to them. */
export const loginRules: readonly LiveRule[] = [certificate, credentials, fromHere];
