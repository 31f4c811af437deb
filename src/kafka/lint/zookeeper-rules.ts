import { splitConnect } from '../connect-string.ts';
import { compareVersions } from '../settings/catalogue.ts';
import { at, type BrokerRule } from './rule.ts';

const SOURCE = 'Kafka documentation, zookeeper.connect; ConnectStringParser of ZooKeeper';
const withZooKeeper: BrokerRule['applies'] = (broker) => !broker.isKraft && compareVersions(broker.version, '4.0') < 0;

/** What is wrong with a connection string; `undefined` when nothing is. */
function connectProblem(text: string): string | undefined {
  if (/^\w+:\/\//.test(text)) return 'it has no scheme: write host:port';
  if (/[;|]/.test(text) || /\S\s+\S/.test(text.replace(/\s*,\s*/g, ','))) return 'servers are separated by commas';
  const { servers, chroot } = splitConnect(text);
  if (chroot.includes(',')) return 'the path stands once, behind the last server: host1:2181,host2:2181/kafka';
  if (chroot.length > 1 && chroot.endsWith('/')) return 'the path must not end with /';
  if (chroot.includes('//')) return 'the path has an empty part';
  for (const server of servers) {
    // The client passes over what is empty between two commas.
    if (server === '') continue;
    const port = /^(?:\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(.*))?$/.exec(server);
    if (port === null) return `${server} is not host:port`;
    if (port[1] !== undefined && (!/^\d+$/.test(port[1]) || Number(port[1]) < 1 || Number(port[1]) > 65535))
      return `${server} has no valid port`;
  }
  return undefined;
}

const badConnect: BrokerRule = {
  id: 'kafka/zookeeper-connect',
  severity: 'error',
  what: 'The list of ZooKeeper servers cannot be understood',
  why: 'The broker does not find ZooKeeper; a path behind each server but the last is taken as part of a name, or of the path.',
  mend: 'Write host1:2181,host2:2181,host3:2181/path, the path once, at the end.',
  source: SOURCE,
  applies: withZooKeeper,
  *check(broker) {
    const text = broker.settings.given('zookeeper.connect');
    if (!broker.settings.isSet('zookeeper.connect'))
      yield at(
        broker,
        'zookeeper.connect',
        'zookeeper.connect is not set, and has no default',
        'name the ZooKeeper servers, or set process.roles for KRaft',
      );
    const problem = text === undefined || text === '' ? undefined : connectProblem(text);
    if (problem !== undefined)
      yield at(
        broker,
        'zookeeper.connect',
        `zookeeper.connect: ${problem}`,
        'for example zk1:2181,zk2:2181,zk3:2181/kafka',
      );
  },
};

const repeatedServer: BrokerRule = {
  id: 'kafka/zookeeper-repeated',
  severity: 'warning',
  what: 'A ZooKeeper server is named twice',
  why: 'The one that was meant is not in the list, so the broker does not try it when the others are down.',
  mend: 'Name each server once.',
  source: SOURCE,
  applies: withZooKeeper,
  *check(broker) {
    const { servers } = splitConnect(broker.settings.given('zookeeper.connect') ?? '');
    const twice = servers.find((each, index) => each !== '' && servers.indexOf(each) !== index);
    if (twice !== undefined) yield at(broker, 'zookeeper.connect', `${twice} is named twice`);
  },
};

const singleServer: BrokerRule = {
  id: 'kafka/zookeeper-single',
  severity: 'info',
  what: 'A single ZooKeeper server is named',
  why: 'When it is down, the broker has no other one to go to.',
  mend: 'Name all servers of the ensemble.',
  source: SOURCE,
  applies: (broker) => (withZooKeeper?.(broker) ?? true) && broker.size.known && broker.size.brokers > 1,
  *check(broker) {
    const text = broker.settings.given('zookeeper.connect');
    if (text !== undefined && text !== '' && !text.includes(','))
      yield at(broker, 'zookeeper.connect', 'only one ZooKeeper server is named', 'name all servers of the ensemble');
  },
};

const sessionTimeout: BrokerRule = {
  id: 'kafka/zookeeper-session',
  severity: 'warning',
  what: 'The session with ZooKeeper is very short or very long',
  why: 'A pause of the JVM that is longer than the session takes the broker out of the cluster; with a very long one, a dead broker is noticed late. ZooKeeper limits sessions to 2 to 20 ticks, without an error.',
  mend: 'Leave zookeeper.session.timeout.ms at 18000.',
  source: 'Kafka documentation, zookeeper.session.timeout.ms (KIP-537)',
  applies: withZooKeeper,
  *check(broker) {
    const time = broker.settings.number('zookeeper.session.timeout.ms');
    if (!broker.settings.isSet('zookeeper.session.timeout.ms') || time === undefined) return;
    if (time < 6000)
      yield at(
        broker,
        'zookeeper.session.timeout.ms',
        `${time} ms: a pause of the JVM ends the session`,
        'leave it at 18000',
      );
    else if (time > 120_000)
      yield at(
        broker,
        'zookeeper.session.timeout.ms',
        `${time} ms: a dead broker is noticed only then`,
        'leave it at 18000',
      );
  },
};

const brokerId: BrokerRule = {
  id: 'kafka/broker-id',
  severity: 'error',
  what: 'The id of the broker is not allowed',
  why: 'Ids above reserved.broker.max.id (1000) are for those that ZooKeeper makes up; the broker does not start with one.',
  mend: 'Use an id of 0 to 1000, or set broker.id.generation.enable=false.',
  source: 'KafkaConfig.validateValues',
  applies: withZooKeeper,
  *check(broker) {
    const id = broker.settings.number('broker.id');
    const made = broker.settings.flag('broker.id.generation.enable') ?? true;
    const highest = broker.settings.number('reserved.broker.max.id') ?? 1000;
    if (id === undefined) return;
    if (made && id > highest)
      yield at(
        broker,
        'broker.id',
        `broker.id ${id} is above reserved.broker.max.id, ${highest}, while ids are made up`,
        'set broker.id.generation.enable=false',
      );
    else if (id < (made ? -1 : 0))
      yield at(
        broker,
        ['broker.id', 'broker.id.generation.enable'],
        made ? `broker.id ${id} is less than -1` : 'broker.id must be set when ids are not made up',
      );
  },
};

const nodeIdDiffers: BrokerRule = {
  id: 'kafka/node-id-differs',
  severity: 'error',
  what: 'broker.id and node.id differ',
  why: 'They are two names of one setting; the broker does not start when they differ.',
  mend: 'Keep node.id with KRaft, and broker.id with ZooKeeper.',
  source: 'KafkaConfig (KIP-631)',
  *check(broker) {
    const [id, node] = [broker.settings.given('broker.id'), broker.settings.given('node.id')];
    if (
      id !== undefined &&
      node !== undefined &&
      id !== node &&
      (broker.isKraft || compareVersions(broker.version, '3.0') >= 0)
    )
      yield at(broker, 'broker.id', `broker.id is ${id} and node.id ${node}`, 'remove broker.id');
  },
};

export const zookeeperRules: readonly BrokerRule[] = [
  badConnect,
  repeatedServer,
  singleServer,
  sessionTimeout,
  brokerId,
  nodeIdDiffers,
];
