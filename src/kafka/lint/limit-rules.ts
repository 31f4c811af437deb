import { aboveLimit } from './limit.ts';
import { at, type BrokerRule } from './rule.ts';

const SOURCE = 'KafkaConfig.validateValues';

const fetchWait: BrokerRule = {
  id: 'kafka/replica-fetch-wait',
  severity: 'error',
  what: 'A follower waits longer than it may',
  why: 'The broker does not start: a follower that waits longer than the limits would fall out of sync, or its connection would end.',
  mend: 'Keep replica.fetch.wait.max.ms at its default of 500.',
  source: SOURCE,
  *check(broker) {
    for (const high of ['replica.lag.time.max.ms', 'replica.socket.timeout.ms'])
      yield* aboveLimit(broker, { low: 'replica.fetch.wait.max.ms', high, text: 'the wait must not be longer' });
  },
};

const requestSize: BrokerRule = {
  id: 'kafka/request-size',
  severity: 'error',
  what: 'A request may not hold the largest message',
  why: 'A message that topics allow is refused at the socket, or the memory for requests is smaller than one request, with which the broker does not start.',
  mend: 'Set socket.request.max.bytes well above message.max.bytes, and queued.max.request.bytes above both.',
  source: SOURCE,
  *check(broker) {
    yield* aboveLimit(broker, {
      low: 'message.max.bytes',
      high: 'socket.request.max.bytes',
      text: 'the largest message does not fit into a request',
    });
    const queue = broker.settings.number('queued.max.request.bytes') ?? -1;
    const request = broker.settings.number('socket.request.max.bytes');
    if (queue > 0 && request !== undefined && queue < request)
      yield at(
        broker,
        'queued.max.request.bytes',
        `queued.max.request.bytes is ${queue}, less than one request of socket.request.max.bytes, ${request}`,
      );
  },
};

const replicaFetch: BrokerRule = {
  id: 'kafka/replica-fetch-size',
  severity: 'warning',
  what: 'Followers fetch less than one message at a time',
  why: 'Replication of large messages goes one by one, or stalls on old versions.',
  mend: 'Set replica.fetch.max.bytes to at least message.max.bytes.',
  source: 'Kafka documentation, replica.fetch.max.bytes',
  *check(broker) {
    const { settings } = broker;
    const [fetch, message] = [settings.number('replica.fetch.max.bytes'), settings.number('message.max.bytes')];
    // The defaults differ by the overhead of a batch.
    if (fetch === undefined || message === undefined || fetch + 1024 >= message) return;
    if (settings.isSet('replica.fetch.max.bytes') || settings.isSet('message.max.bytes'))
      yield at(
        broker,
        ['replica.fetch.max.bytes', 'message.max.bytes'],
        `replica.fetch.max.bytes is ${fetch}, less than message.max.bytes, ${message}`,
        `set it to ${message}`,
      );
  },
};

const cleanerBuffer: BrokerRule = {
  id: 'kafka/cleaner-buffer',
  severity: 'error',
  what: 'The cleaner has too little memory',
  why: 'Each thread needs more than 1 MiB of log.cleaner.dedupe.buffer.size; with less the broker does not start.',
  mend: 'Use fewer log.cleaner.threads, or a larger buffer.',
  source: SOURCE,
  *check(broker) {
    const { settings } = broker;
    const [size, threads] = [settings.number('log.cleaner.dedupe.buffer.size'), settings.number('log.cleaner.threads')];
    if (size !== undefined && threads !== undefined && threads > 0 && Math.floor(size / threads) <= 1024 * 1024)
      yield at(
        broker,
        settings.isSet('log.cleaner.dedupe.buffer.size') ? 'log.cleaner.dedupe.buffer.size' : 'log.cleaner.threads',
        `${Math.floor(size / threads)} bytes for each of ${threads} threads: more than 1048576 are needed`,
      );
  },
};

const idleConnections: BrokerRule = {
  id: 'kafka/idle-connections',
  severity: 'error',
  what: 'Idle connections end before a failed authentication is answered',
  why: 'The broker does not start.',
  mend: 'Set connections.max.idle.ms above connection.failed.authentication.delay.ms.',
  source: SOURCE,
  *check(broker) {
    const { settings } = broker;
    const [idle, delay] = [
      settings.number('connections.max.idle.ms'),
      settings.number('connection.failed.authentication.delay.ms'),
    ];
    if (idle === undefined || delay === undefined || idle < 0 || delay < idle) return;
    const key = settings.isSet('connections.max.idle.ms')
      ? 'connections.max.idle.ms'
      : 'connection.failed.authentication.delay.ms';
    yield at(
      broker,
      key,
      `connections.max.idle.ms is ${idle}, and must be more than connection.failed.authentication.delay.ms, ${delay}`,
    );
  },
};

const zeroRetention: BrokerRule = {
  id: 'kafka/zero-time',
  severity: 'error',
  what: 'A time must be -1 or more than 0',
  why: 'The broker does not start with a retention of 0.',
  mend: 'Give -1 for no limit, or a time of at least 1.',
  source: SOURCE,
  *check(broker) {
    const key = ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'].find((each) =>
      broker.settings.isSet(each),
    );
    if (key !== undefined && broker.settings.number(key) === 0)
      yield at(broker, key, `${key} must be -1, for no limit, or at least 1`);
  },
};

const connectionsPerIp: BrokerRule = {
  id: 'kafka/connections-per-ip',
  severity: 'error',
  what: 'No address may connect',
  why: 'With a limit of 0 for each address and no exceptions nobody could connect, so the broker does not start; an exception is address:number.',
  mend: 'Give max.connections.per.ip a number, or exceptions in max.connections.per.ip.overrides.',
  source: SOURCE,
  *check(broker) {
    const overrides = broker.settings.text('max.connections.per.ip.overrides') ?? '';
    if (broker.settings.number('max.connections.per.ip') === 0 && overrides === '')
      yield at(
        broker,
        'max.connections.per.ip',
        'max.connections.per.ip is 0 without exceptions: the broker does not start',
      );
    const wrong = broker.settings
      .list('max.connections.per.ip.overrides')
      .find((each) => !/^[^\s]+:\s*\d+$/.test(each));
    if (wrong !== undefined) yield at(broker, 'max.connections.per.ip.overrides', `${wrong} is not address:number`);
  },
};

const segmentTooSmall: BrokerRule = {
  id: 'kafka/small-segments',
  severity: 'warning',
  what: 'Segments are very small',
  why: 'Each segment costs open files and memory maps: a broker with small segments runs out of both.',
  mend: 'Leave log.segment.bytes at 1 GiB.',
  source: 'Kafka documentation, log.segment.bytes and vm.max_map_count',
  *check(broker) {
    const bytes = broker.settings.number('log.segment.bytes');
    if (broker.settings.isSet('log.segment.bytes') && bytes !== undefined && bytes >= 14 && bytes < 1024 * 1024)
      yield at(
        broker,
        'log.segment.bytes',
        `segments of ${bytes} bytes: a broker runs out of files and memory maps`,
        'leave it at 1073741824',
      );
  },
};

export const limitRules: readonly BrokerRule[] = [
  fetchWait,
  requestSize,
  replicaFetch,
  cleanerBuffer,
  idleConnections,
  zeroRetention,
  connectionsPerIp,
  segmentTooSmall,
];
