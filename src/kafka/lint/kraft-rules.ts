import type { Finding } from '../../lint/rule.ts';
import { compareVersions } from '../settings/catalogue.ts';
import { type Broker, idOfBroker } from './broker.ts';
import { isWildcard } from './listeners.ts';
import { at, type BrokerRule } from './rule.ts';

const SOURCE = 'KafkaConfig.validateValues; Kafka documentation, KRaft';
const isKraft: BrokerRule['applies'] = (broker) => broker.isKraft;

/** `id@host:port` of each voter; `undefined` when one is none. */
export function readVoters(broker: Broker): readonly { id: number; host: string; port: number }[] | undefined {
  const voters = broker.settings
    .list('controller.quorum.voters')
    .map((each) => /^(\d+)@\[?([^\]]+?)\]?:(\d+)$/.exec(each));
  if (voters.some((each) => each === null)) return undefined;
  return voters.map((each) => ({ id: Number(each?.[1]), host: each?.[2] ?? '', port: Number(each?.[3]) }));
}

const VOTERS = 'controller.quorum.voters';

function isEndpoint(text: string): boolean {
  const port = /^(?:[A-Za-z]+:\/\/)?(?:\[[0-9a-fA-F:.%\w]+\]|[\w.%-]+):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) <= 65535;
}

const incomplete: BrokerRule = {
  id: 'kafka/kraft-incomplete',
  severity: 'error',
  what: 'A setting that KRaft needs is missing',
  why: 'The server does not start.',
  mend: 'Set node.id, controller.listener.names, and controller.quorum.voters or controller.quorum.bootstrap.servers.',
  source: SOURCE,
  applies: isKraft,
  *check(broker) {
    const { settings } = broker;
    if (!settings.isSet('node.id') && !settings.isSet('broker.id'))
      yield at(broker, ['node.id', 'process.roles'], 'process.roles is set without node.id', 'give the server an id');
    const named = ['controller.quorum.voters', 'controller.quorum.bootstrap.servers'];
    if (named.every((key) => !settings.isSet(key) || settings.given(key) === ''))
      yield at(
        broker,
        ['controller.quorum.voters', 'process.roles'],
        'no controllers are named',
        'set controller.quorum.voters to ID@HOST:PORT, several with commas',
      );
    if (!settings.isSet('controller.listener.names') || settings.given('controller.listener.names') === '')
      yield at(
        broker,
        ['controller.listener.names', 'process.roles'],
        'controller.listener.names is not set',
        'name the listener of the controllers',
      );
    if (broker.isController && !settings.isSet('listeners'))
      yield at(
        broker,
        ['listeners', 'process.roles'],
        'a controller needs a line with its listeners',
        'for example CONTROLLER://:9093',
      );
    const bootstrap = settings.list('controller.quorum.bootstrap.servers').find((each) => !isEndpoint(each));
    if (bootstrap !== undefined && (compareVersions(broker.version, '4.0') >= 0 || !settings.isSet(VOTERS)))
      yield at(
        broker,
        'controller.quorum.bootstrap.servers',
        `${bootstrap} is not HOST:PORT`,
        'for example host1:9093,host2:9093; only controller.quorum.voters has ids',
      );
    if (settings.isSet('node.id') && (settings.number('node.id') ?? 0) < 0)
      yield at(broker, 'node.id', 'node.id must be 0 or more');
  },
};

const rolesEmpty: BrokerRule = {
  id: 'kafka/process-roles',
  severity: 'error',
  what: 'The roles are not right',
  why: 'An empty or repeated role is refused; from 4.0 on there is nothing but KRaft, so the roles must be set.',
  mend: 'Set process.roles to broker, controller, or broker,controller.',
  source: SOURCE,
  *check(broker) {
    const roles = broker.settings.list('process.roles');
    if (!broker.isKraft && compareVersions(broker.version, '4.0') >= 0)
      yield at(
        broker,
        'process.roles',
        `Kafka ${broker.version} knows only KRaft, and process.roles is not set`,
        'set it to broker, controller, or both',
      );
    if (broker.isKraft && new Set(roles).size < roles.length)
      yield at(broker, 'process.roles', 'a role is named twice');
    if (broker.settings.given('process.roles') === '' && compareVersions(broker.version, '4.0') < 0)
      yield at(broker, 'process.roles', 'process.roles has no value, which means ZooKeeper', undefined, 'warning');
  },
};

const badVoters: BrokerRule = {
  id: 'kafka/quorum-voters',
  severity: 'error',
  what: 'The controllers do not fit this server',
  why: 'A controller must be among the voters, and a server that is only a broker must not; else it does not start.',
  mend: 'Write ID@HOST:PORT for each controller, the same list on every server.',
  source: SOURCE,
  applies: (broker) => broker.settings.isSet('controller.quorum.voters'),
  check: (broker) => voterFindings(broker),
};

function* voterFindings(broker: Broker): Iterable<Finding> {
  const key = 'controller.quorum.voters';
  if (broker.settings.given(key) === undefined) return;
  const voters = readVoters(broker);
  if (voters === undefined) {
    yield at(
      broker,
      key,
      'a controller is ID@HOST:PORT, several with commas',
      'for example 1@host1:9093,2@host2:9093,3@host3:9093',
    );
    return;
  }
  if (!broker.isKraft) return;
  const id = idOfBroker(broker);
  const ids = voters.map((each) => each.id);
  if (new Set(ids).size < ids.length) yield at(broker, key, 'two controllers have one id');
  const places = voters.map(({ host, port }) => `${host}:${port}`);
  const twice = places.find((each, index) => places.indexOf(each) !== index);
  if (twice !== undefined) yield at(broker, key, `two controllers have the address ${twice}`);
  const wild = voters.find(({ host }) => isWildcard(host));
  if (wild !== undefined)
    yield at(
      broker,
      key,
      `${wild.host} is no address that others can reach`,
      undefined,
      voters.length > 1 ? 'error' : 'warning',
    );
  if (id === undefined || ids.length === 0) return;
  if (broker.isController && !ids.includes(id))
    yield at(broker, key, `this is a controller, and its id ${id} is not among the voters ${ids.join(', ')}`);
  if (!broker.isController && ids.includes(id))
    yield at(
      broker,
      key,
      `this is a broker only, and its id ${id} is among the voters`,
      'give the broker an id of its own',
    );
  if (broker.isController && ids.includes(id)) yield* ownPort(broker, voters.find((each) => each.id === id)?.port);
}

/** The port of a controller in the list must be the one that it binds. */
function* ownPort(broker: Broker, port: number | undefined): Iterable<Finding> {
  const names = broker.settings.list('controller.listener.names').map((each) => each.toUpperCase());
  const bound = broker.listeners.filter(({ name }) => names.includes(name));
  if (bound.length > 0 && port !== undefined && !bound.some((each) => each.port === port))
    yield at(
      broker,
      'controller.quorum.voters',
      `the list gives port ${port} for this controller, which binds ${bound.map((each) => each.port).join(', ')}`,
      undefined,
      'warning',
    );
}

const controllerListener: BrokerRule = {
  id: 'kafka/controller-listener',
  severity: 'error',
  what: 'The listeners do not fit the roles',
  why: 'A controller binds the listeners in controller.listener.names, and one that is not a broker binds no others; a broker that is no controller must not bind them.',
  mend: "Keep the controllers' listeners in listeners of controllers, and nowhere else.",
  source: SOURCE,
  applies: (broker) =>
    broker.isKraft &&
    broker.settings.given('listeners') !== undefined &&
    broker.settings.given('controller.listener.names') !== undefined,
  *check(broker) {
    // Names of listeners are made large when they are read; those of controller.listener.names are not.
    const names = broker.settings.list('controller.listener.names');
    const bound = broker.listeners.map(({ name }) => name);
    const shared = bound.filter((name) => names.includes(name));
    const others = bound.filter((name) => !names.includes(name));
    if (names.length === 0 || bound.length === 0) return;
    const unbound = names.filter((name) => !bound.includes(name));
    if (broker.isController && unbound.length > 0)
      yield at(
        broker,
        'controller.listener.names',
        `${unbound.join(', ')} ${unbound.length === 1 ? 'is' : 'are'} not in listeners, which a controller must bind`,
        unbound.some((name) => bound.includes(name.toUpperCase())) ? 'write it in capital letters' : undefined,
      );
    if (!broker.isController && shared.length > 0)
      yield at(
        broker,
        'listeners',
        `${shared.join(', ')} is a listener of the controllers, and this is a broker only`,
        'remove it from listeners',
      );
    if (!broker.isBroker && others.length > 0)
      yield at(
        broker,
        'listeners',
        `${others.join(', ')} is no listener of the controllers, and this is a controller only`,
        'remove it from listeners',
      );
    const advertised = broker.advertised.filter(({ name }) => !names.includes(name));
    const told = broker.advertised.find(({ name }) => names.includes(name));
    if (
      told !== undefined &&
      broker.isBroker &&
      broker.settings.given('advertised.listeners') !== undefined &&
      compareVersions(broker.version, '3.9') < 0
    )
      yield at(
        broker,
        'advertised.listeners',
        `${told.name} is a listener of the controllers, which Kafka ${broker.version} does not advertise`,
        'remove it from advertised.listeners',
      );
    if (broker.isBroker && others.length === 0)
      yield at(broker, 'listeners', 'a broker needs a listener of its own beside that of the controllers');
    else if (broker.isBroker && advertised.length === 0 && broker.settings.given('advertised.listeners') !== undefined)
      yield at(
        broker,
        'advertised.listeners',
        'only listeners of the controllers are advertised, and none of the broker',
      );
  },
};

const zookeeperBeside: BrokerRule = {
  id: 'kafka/zookeeper-with-kraft',
  severity: 'warning',
  what: 'Settings of ZooKeeper stand beside those of KRaft',
  why: 'Without a migration they are ignored, and the reader of the file does not know which mode runs; control.plane.listener.name stops the start.',
  mend: 'Remove them, or set zookeeper.metadata.migration.enable=true while migrating.',
  source: SOURCE,
  applies: (broker) => broker.isKraft && broker.settings.flag('zookeeper.metadata.migration.enable') !== true,
  *check(broker) {
    for (const { key } of broker.settings.entries()) {
      if (key === 'control.plane.listener.name' && broker.isKnown(key))
        yield at(broker, key, `${key} is not allowed with KRaft`, 'remove it', 'error');
      else if (
        key.startsWith('zookeeper.') ||
        key === 'inter.broker.protocol.version' ||
        key.startsWith('broker.id.generation.')
      )
        yield at(broker, key, `${key} is ignored with KRaft`, 'remove it');
    }
  },
};

const fewControllers: BrokerRule = {
  id: 'kafka/even-controllers',
  severity: 'warning',
  what: 'An even number of controllers',
  why: 'Of two controllers none may fail; four tolerate no more than three do.',
  mend: 'Run one (for trials), three or five controllers.',
  source: 'Kafka documentation, KRaft, Deploying Considerations',
  applies: isKraft,
  *check(broker) {
    const voters = readVoters(broker) ?? [];
    if (voters.length > 0 && voters.length % 2 === 0)
      yield at(
        broker,
        'controller.quorum.voters',
        `${voters.length} controllers tolerate no more failures than ${voters.length - 1}`,
        'use an odd number',
      );
  },
};

export const kraftRules: readonly BrokerRule[] = [
  incomplete,
  rolesEmpty,
  badVoters,
  controllerListener,
  zookeeperBeside,
  fewControllers,
];
