import { expect, it } from 'vitest';
import { recognise, recogniseGiven } from '../../../src/lint/recognise.ts';

const broker = 'broker.id=1\nzookeeper.connect=h1:2181\n';

it.each([
  ['a broker that sets up its log, too', '/kafka/server.properties', `${broker}log4j.rootLogger=INFO\n`, 'kafka'],
  ['a template of one', '/kafka/server.properties.j2', broker, 'kafka'],
  ['a list of servers', '/zookeeper/zoo.cfg', 'dataDir=/data\nserver.1=h1:2888:3888\n', 'zookeeper'],
  ['the log of Kafka', '/kafka/log4j.properties', 'log4j.rootLogger=INFO\nlog4j.logger.kafka=INFO\n', undefined],
  [
    'a worker of Connect',
    '/kafka/connect.properties',
    'bootstrap.servers=h1:9092\nlisteners=http://:8083\n',
    undefined,
  ],
  [
    'a broker with settings of clients',
    '/kafka/my.properties',
    'broker.id=1\ngroup.id=a\nbootstrap.servers=h1:9092\n',
    'kafka',
  ],
  ['a broker by its name', '/conf/server-1.properties', 'num.partition=1\n', 'kafka'],
  ['a server by its name', '/conf/zk-1.cfg', '', 'zookeeper'],
  ['a consumer', '/kafka/consumer.properties', 'zookeeper.connect=h1:2181\ngroup.id=a\n', undefined],
] as const)('knows %s', (_, path, text, kind) => {
  expect(recognise(path, text)).toBe(kind);
});

it.each([
  ['a file of a few lines', 'my/kafka-01.properties', 'num.partitionss=3\n', 'kafka'],
  ['a file that is empty', 'zoo.cfg', '', 'zookeeper'],
  ['the log', 'log4j.properties', 'log4j.rootLogger=INFO\n', undefined],
] as const)('takes the word of who names %s', (_, path, text, kind) => {
  expect(recogniseGiven(path, text)).toBe(kind);
});
