/** What came in the place of a setting that is deprecated or removed, or is often misremembered. */
export const REPLACEMENTS: Readonly<Record<string, string>> = {
  port: 'listeners',
  'host.name': 'listeners',
  'advertised.host.name': 'advertised.listeners',
  'advertised.port': 'advertised.listeners',
  'compression.codec': 'compression.type',
  'delegation.token.master.key': 'delegation.token.secret.key',
  'log.message.timestamp.difference.max.ms':
    'log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms',
  'inter.broker.protocol.version': 'kafka-features.sh with metadata.version',
  'quota.producer.default': 'kafka-configs.sh with the quota producer_byte_rate',
  'quota.consumer.default': 'kafka-configs.sh with the quota consumer_byte_rate',
  'log.retention.mins': 'log.retention.minutes',
  'log.retention.days': 'log.retention.hours',
  'default.replication.factors': 'default.replication.factor',
  'log.cleanup.interval.mins': 'log.retention.check.interval.ms',
  'log.default.flush.interval.ms': 'log.flush.interval.ms',
  'log.flush.interval': 'log.flush.interval.messages',
  'log.file.size': 'log.segment.bytes',
  'retention.ms': 'log.retention.ms',
  'retention.bytes': 'log.retention.bytes',
  'segment.bytes': 'log.segment.bytes',
  'segment.ms': 'log.roll.ms',
  'cleanup.policy': 'log.cleanup.policy',
  'replication.factor': 'default.replication.factor',
  'max.message.bytes': 'message.max.bytes',
  'flush.messages': 'log.flush.interval.messages',
  'flush.ms': 'log.flush.interval.ms',
  brokerid: 'broker.id',
  hostname: 'listeners',
  'topic.metadata.refresh.interval.ms': 'metadata.max.age.ms in the clients',
  'num.replica.partitions': 'num.partitions',
};

/** Settings of producers, consumers, Connect and Streams that are found in brokers' files; names that brokers share are not here. */
export const CLIENT_SETTINGS: ReadonlySet<string> = new Set(
  `acks auto.commit.enable auto.commit.interval.ms auto.offset.reset batch.size block.on.buffer.full bootstrap.servers buffer.memory
  check.crcs client.dns.lookup client.id client.rack consumer.id consumer.timeout.ms default.api.timeout.ms delivery.timeout.ms
  enable.auto.commit enable.idempotence exclude.internal.topics fetch.max.wait.ms fetch.message.max.bytes
  fetch.min.bytes fetch.wait.max.ms group.id group.instance.id heartbeat.interval.ms interceptor.classes internal.topic isolation.level
  key.deserializer key.serializer key.converter linger.ms max.block.ms max.in.flight.requests.per.connection max.partition.fetch.bytes
  max.poll.interval.ms max.poll.records max.request.size message.send.max.retries metadata.broker.list metadata.max.age.ms
  metadata.max.idle.ms offset.storage.file.filename offsets.storage dual.commit.enabled partition.assignment.strategy partitioner.class
  plugin.path producer.type queue.buffering.max.messages queue.buffering.max.ms queue.enqueue.timeout.ms batch.num.messages rebalance.backoff.ms
  rebalance.max.retries receive.buffer.bytes reconnect.backoff.max.ms reconnect.backoff.ms request.required.acks retries retry.backoff.ms
  send.buffer.bytes serializer.class key.serializer.class session.timeout.ms socket.buffersize timeout.ms transaction.timeout.ms
  transactional.id value.converter value.deserializer value.serializer compressed.topics offset.flush.interval.ms application.id
  bootstrap.controllers group.protocol group.remote.assignor enable.metrics.push`.split(/\s+/),
);

/** Settings of parts that plug into a broker and read its file, or that Kafka reads outside of its definition. */
const FOREIGN: readonly RegExp[] = [
  /^(?:super\.users|allow\.everyone\.if\.no\.acl\.found)$/,
  /^authorizer\./,
  /^(?:kafka\.(?:metrics|ganglia|timeline)\.|kafka\.csv\.metrics\.|external\.kafka\.|metrics\.jmx\.|metrics\.|metric\.reporters\.)/,
  /^(?:confluent\.|cruise\.control\.|ksql\.|kafka\.rest\.|schema\.registry\.|kafkastore\.|rsm\.config\.|rlmm\.config\.|remote\.log\.)/,
  /^(?:config\.providers|security\.providers)(?:\.|$)/,
  /^(?:ranger|xasecure|strimzi|oauth|opa|ldap|auto\.topic|client\.quota\.callback|principal\.builder|create\.topic\.policy|alter\.config\.policy)\./,
  /^listener\.name\.[^.]+\..*(?:plugin|oauth|opa|callback|jaas|ssl\.|sasl\.|strimzi|connections\.|max\.)/,
  /^(?:sasl\.jaas\.config|log4j\.|java\.)/,
  /^(?:sasl\.server\.authn|num\.network\.threads\.)/,
  /^unstable\./,
];

export function isForeign(key: string): boolean {
  return FOREIGN.some((pattern) => pattern.test(key));
}
