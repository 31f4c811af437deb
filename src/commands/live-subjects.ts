import type { Broker } from '../kafka/lint/broker.ts';
import { assignmentsOf, unitsOf } from '../lint/host-subject.ts';
import { type LiveFacts, readLiveFacts } from '../lint/live/facts.ts';
import type { BoundPort, Endpoint, LiveSubject, NamedFolder, ServerAnswers } from '../lint/live/subject.ts';
import type { LintHost } from '../lint/subject.ts';
import { type Inspection, inspectedBlocks } from '../shell/inspect-script.ts';
import type { ZooKeeperServer } from '../zookeeper/lint/server.ts';
import { type LintSetting, readHost } from './lint-hosts.ts';

/** A host with its servers, before it is asked. */
export interface ReadHost {
  readonly name: string;
  readonly host: LintHost;
  readonly brokers: readonly Broker[];
  readonly servers: readonly ZooKeeperServer[];
}

export function readHosts(hosts: readonly LintHost[], setting: LintSetting): ReadHost[] {
  return hosts.flatMap((host) =>
    host.name === undefined ? [] : [{ name: host.name, host, ...readHost(host, setting) }],
  );
}

/** What all hosts are asked: the same of each, so that one program serves them all. */
export function inspectionOf(hosts: readonly ReadHost[]): Inspection {
  const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();
  const endpoints = hosts.flatMap((each) => endpointsOf(each, hosts));
  return {
    folders: unique(hosts.flatMap((each) => foldersOf(each).map(({ path }) => path))),
    units: unique(hosts.flatMap((each) => [...unitNames(each).values()])),
    names: unique(endpoints.map(({ host }) => host)),
    javaHomes: unique(hosts.flatMap(({ host }) => host.files.flatMap((file) => javaHome(file.text) ?? []))),
    endpoints: unique(endpoints.map(({ host, port }) => `${host}:${port}`)),
  };
}

/** The subjects of the rules. `outputs`: host → what its program printed; hosts without one are left out. */
export function liveSubjects(
  hosts: readonly ReadHost[],
  outputs: ReadonlyMap<string, string>,
  asked: LiveSubject['asked'],
  said: ServerAnswers = { unreached: [], certificates: [], credentials: [] },
): LiveSubject[] {
  const inspection = inspectionOf(hosts);
  const facts = new Map<string, LiveFacts>();
  for (const [name, output] of outputs) facts.set(name, readLiveFacts(inspectedBlocks(output), inspection));
  const all = hosts.flatMap((each) => endpointsOf(each, hosts));
  return hosts.flatMap((each) => {
    const own = facts.get(each.name);
    if (own === undefined) return [];
    const peers = hosts.filter((other) => other !== each && clusterOf(other) === clusterOf(each));
    return {
      ...each,
      facts: own,
      folders: foldersOf(each),
      ports: portsOf(each),
      all: all.filter(({ owner }) => owner === each.name || hosts.length > 1),
      units: unitNames(each),
      asked,
      said: {
        unreached: said.unreached.filter(({ owner }) => owner === each.name),
        certificates: said.certificates.filter(({ owner }) => owner === each.name),
        credentials: said.credentials.filter(({ owner }) => owner === each.name),
      },
      listeningOn: (host) => facts.get(host)?.listening ?? new Set(),
      clusterIds: new Map(peers.flatMap(({ name }) => clusterIdsOf(name, facts.get(name)))),
    };
  });
}

function clusterIdsOf(name: string, facts: LiveFacts | undefined): [string, string][] {
  return [...(facts?.folders.values() ?? [])].flatMap(({ meta }) => {
    const id = meta.get('cluster.id');
    return id === undefined ? [] : [[name, id] as [string, string]];
  });
}

function clusterOf({ brokers: [broker] }: ReadHost): string | undefined {
  return broker?.settings.given(broker.isKraft ? 'controller.quorum.voters' : 'zookeeper.connect');
}

function javaHome(text: string): string | undefined {
  return assignmentsOf(text).get('JAVA_HOME')?.value;
}

function unitNames({ host, brokers, servers }: ReadHost): Map<'kafka' | 'zookeeper', string> {
  const found = new Map<'kafka' | 'zookeeper', string>();
  for (const service of ['kafka', 'zookeeper'] as const) {
    const [unit] = unitsOf({ host, brokers, servers }, service);
    if (unit !== undefined) found.set(service, unit.path.replace(/^.*\//, ''));
  }
  return found;
}

function foldersOf({ brokers, servers }: ReadHost): NamedFolder[] {
  const named = (
    service: NamedFolder['service'],
    { settings }: Broker | ZooKeeperServer,
    keys: readonly string[],
  ): NamedFolder[] =>
    keys.flatMap((key) =>
      (settings.isSet(key) ? settings.list(key) : [])
        .filter((path) => path.startsWith('/'))
        .map((path) => ({ service, key, path, at: settings.at(key) })),
    );
  const all = [
    ...brokers.flatMap((each) => named('kafka', each, ['log.dirs', 'log.dir', 'metadata.log.dir'])),
    ...servers.flatMap((each) => named('zookeeper', each, ['dataDir', 'dataLogDir'])),
  ];
  // The transaction log stands with the snapshots unless a device of its own is given.
  return all.filter((each, index) => !all.slice(0, index).some((other) => other.path === each.path));
}

function portsOf({ brokers, servers }: ReadHost): BoundPort[] {
  return [
    ...brokers.flatMap(({ listeners, settings }) =>
      listeners.map(({ port }) => ({
        service: 'kafka' as const,
        key: 'listeners',
        port,
        at: settings.at('listeners'),
      })),
    ),
    ...servers.flatMap(({ settings }) =>
      [
        'clientPort',
        'secureClientPort',
        ...(settings.flag('admin.enableServer') === false ? [] : ['admin.serverPort']),
      ].flatMap((key) => {
        const port = settings.number(key);
        return port === undefined || port === 0
          ? []
          : [{ service: 'zookeeper' as const, key, port, at: settings.at(key) }];
      }),
    ),
  ];
}

/** The places under which others reach a host's servers. */
function endpointsOf({ name, host, brokers, servers }: ReadHost, hosts: readonly ReadHost[]): Endpoint[] {
  const ofBrokers = brokers.flatMap(({ advertised, settings, isKraft, isBroker }) =>
    (isKraft && !isBroker ? [] : advertised)
      .filter((each) => each.host !== '' && each.port > 0)
      .map((each) => ({
        host: each.host,
        port: each.port,
        key: 'advertised.listeners',
        at: settings.at('advertised.listeners', 'listeners'),
        owner: name,
      })),
  );
  const myid = host.files.find(({ kind }) => kind === 'myid')?.text.trim();
  const ofServers = servers.flatMap(({ members, settings }) =>
    members
      .filter((member) => hosts.length > 1 && (String(member.id) === myid || member.host === name))
      .flatMap((member) =>
        [settings.number('clientPort'), member.electionPort].flatMap((port) =>
          port === undefined
            ? []
            : [{ host: member.host, port, key: member.key, at: settings.at(member.key), owner: name }],
        ),
      ),
  );
  return [...ofBrokers, ...ofServers].filter((each) => each.host !== '0.0.0.0');
}
