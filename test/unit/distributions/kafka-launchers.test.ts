import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kafka281 } from '../../../src/distributions/kafka-2.8.1.ts';
import { type Installation, install, isAlive, shells } from './installation.ts';

describe.each(shells)('Kafka launchers under %s', (shell) => {
  let kafka: Installation;
  let properties: string;

  beforeEach(async () => {
    kafka = await install(kafka281, shell, 'kafka_2.13-2.8.1');
    properties = join(kafka.root, 'server.properties');
    writeFileSync(properties, 'broker.id=0\n');
  });
  afterEach(() => kafka.remove());

  test('a broker gets its heap, logs, garbage collector log and arguments', async () => {
    const { status, stderr } = await kafka.run('kafka-server-start.sh', [properties, '--override', 'broker.id=3']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const args = kafka.javaArguments();
    expect(args.slice(0, 2)).toEqual(['-Xmx1G', '-Xms1G']);
    expect(args).toContain(`-Dkafka.logs.dir=${kafka.base}/logs`);
    expect(args).toContain(`-Dlog4j.configuration=file:${kafka.base}/bin/../config/log4j.properties`);
    expect(args).toContain(`-Xlog:gc*:file=${kafka.base}/logs/kafkaServer-gc.log:time,tags:filecount=10,filesize=100M`);
    expect(args.slice(-5)).toEqual([`${kafka.base}/libs/*`, 'kafka.Kafka', properties, '--override', 'broker.id=3']);
    expect(args.filter((arg) => arg.includes('jmxremote') || arg.includes('console.level'))).toEqual([]);
  });

  test('Java 8 gets the flags it understands, Java 7 is refused', async () => {
    await kafka.run('kafka-server-start.sh', [properties], { FAKE_JAVA_VERSION: '1.8.0_402' });
    const args = kafka.javaArguments();
    expect(args).toContain(`-Xloggc:${kafka.base}/logs/kafkaServer-gc.log`);
    expect(args.filter((arg) => arg.startsWith('-Xlog:'))).toEqual([]);
    const refused = await kafka.run('kafka-server-start.sh', [properties], { FAKE_JAVA_VERSION: '1.7.0_80' });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('is Java 7; Kafka 2.8.1 needs Java 8 or newer');
  });

  test('a tool starts its class, leaves JMX_PORT alone and makes no folder', async () => {
    await kafka.run('kafka-topics.sh', ['--list', 'a b', '*'], { JMX_PORT: '9999' });
    const args = kafka.javaArguments();
    expect(args[0]).toBe('-Xmx256M');
    expect(args).toContain(`-Dlog4j.configuration=file:${kafka.base}/config/tools-log4j.properties`);
    expect(args.slice(-4)).toEqual(['kafka.admin.TopicCommand', '--list', 'a b', '*']);
    expect(args.filter((arg) => arg.includes('jmxremote'))).toEqual([]);
    expect(existsSync(join(kafka.base, 'logs'))).toBe(false);
  });

  test('the variables of the environment are heeded', async () => {
    const logs = join(kafka.root, 'elsewhere');
    await kafka.run('kafka-server-start.sh', [properties], {
      KAFKA_HEAP_OPTS: '-Xmx4G',
      KAFKA_OPTS: '-Da=1 -Db=2',
      KAFKA_LOG4J_OPTS: '-Dlog4j.configuration=file:/etc/kafka/log4j.properties',
      KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseParallelGC',
      KAFKA_GC_LOG_OPTS: '-Xlog:disable',
      LOG_DIR: logs,
      CLASSPATH: '/opt/plugin.jar',
    });
    const args = kafka.javaArguments();
    expect(args.slice(0, 3)).toEqual(['-Xmx4G', '-XX:+UseParallelGC', '-Xlog:disable']);
    expect(args).toEqual(expect.arrayContaining(['-Da=1', '-Db=2', `-Dkafka.logs.dir=${logs}`]));
    expect(args).toContain('-Dlog4j.configuration=file:/etc/kafka/log4j.properties');
    expect(args).toContain(`/opt/plugin.jar:${kafka.base}/libs/*`);
    expect(existsSync(logs)).toBe(true);
  });

  test('JMX_PORT opens JMX on loopback only, unless the user says how', async () => {
    await kafka.run('kafka-server-start.sh', [properties], { JMX_PORT: '9999' });
    expect(kafka.javaArguments()).toEqual(
      expect.arrayContaining([
        '-Dcom.sun.management.jmxremote.port=9999',
        '-Dcom.sun.management.jmxremote.rmi.port=9999',
        '-Dcom.sun.management.jmxremote.host=127.0.0.1',
      ]),
    );
    const own = '-Dcom.sun.management.jmxremote.authenticate=true';
    await kafka.run('kafka-server-start.sh', [properties], { JMX_PORT: '9999', KAFKA_JMX_OPTS: own });
    expect(kafka.javaArguments().filter((arg) => arg.includes('jmxremote'))).toEqual([
      own,
      '-Dcom.sun.management.jmxremote.port=9999',
      '-Dcom.sun.management.jmxremote.rmi.port=9999',
    ]);
  });

  test('JAVA_HOME comes first, and a wrong one is told', async () => {
    const right = await kafka.run('kafka-topics.sh', ['--list'], { JAVA_HOME: join(kafka.root, 'jdk') });
    expect(right.status).toBe(0);
    const wrong = await kafka.run('kafka-topics.sh', ['--list'], { JAVA_HOME: '/nowhere' });
    expect(wrong).toMatchObject({
      status: 1,
      stderr: 'JAVA_HOME is /nowhere, but there is no program /nowhere/bin/java.\n',
    });
  });

  test('a launcher works through links to it and to its folder', async () => {
    symlinkSync(kafka.base, join(kafka.root, 'kafka'));
    mkdirSync(join(kafka.root, 'usr'));
    symlinkSync('../kafka/bin/kafka-topics.sh', join(kafka.root, 'usr/kafka-topics.sh'));
    const { status } = await kafka.run('../../usr/kafka-topics.sh', ['--list']);
    expect(status).toBe(0);
    expect(kafka.javaArguments()).toContain(`${kafka.base}/libs/*`);
  });

  test('a configuration that cannot be read, or is missing, stops the start', async () => {
    expect((await kafka.run('kafka-server-start.sh')).stderr).toContain('usage: kafka-server-start.sh');
    const missing = await kafka.run('kafka-server-start.sh', ['/nowhere.properties']);
    expect(missing).toMatchObject({ status: 1 });
    expect(missing.stderr).toContain("cannot read the broker's configuration /nowhere.properties");
  });

  test('what this version has not is said', async () => {
    const { status, stderr } = await kafka.run('kafka-metadata-quorum.sh', ['describe']);
    expect(status).toBe(1);
    expect(stderr).toContain('Kafka 2.8.1 has no tool for the metadata quorum: it came with Kafka 3.3');
  });

  test('a broker in the background is stopped, and only that of this installation', async () => {
    const other = await install(kafka281, shell, 'kafka_2.13-2.8.1');
    const stay = { FAKE_JAVA: 'stay' };
    try {
      expect((await kafka.run('kafka-server-start.sh', ['-daemon', properties], stay)).status).toBe(0);
      expect((await other.run('kafka-server-start.sh', ['-daemon', properties], stay)).status).toBe(0);
      const pid = Number(readFileSync(join(kafka.base, 'logs/kafkaServer.pid'), 'utf8'));
      const otherPid = Number(readFileSync(join(other.base, 'logs/kafkaServer.pid'), 'utf8'));
      expect(isAlive(pid)).toBe(true);
      expect(kafka.javaArguments()).toContain('-Dkafka.console.level=WARN');
      expect(await kafka.run('kafka-server-stop.sh')).toMatchObject({ status: 0, stderr: '' });
      expect([isAlive(pid), isAlive(otherPid)]).toEqual([false, true]);
      expect(readdirSync(join(kafka.base, 'logs')).filter((name) => name.endsWith('.pid'))).toEqual([]);
      const again = await kafka.run('kafka-server-stop.sh');
      expect(again).toMatchObject({ status: 1, stderr: `No broker of ${kafka.base} is running.\n` });
    } finally {
      await other.run('kafka-server-stop.sh');
      other.remove();
    }
  });

  test('a broker that does not end in time is told', async () => {
    await kafka.run('kafka-server-start.sh', ['-daemon', properties], { FAKE_JAVA: 'stubborn' });
    const late = await kafka.run('kafka-server-stop.sh', [], { KAFKA_STOP_TIMEOUT: '1' });
    expect(late.status).toBe(1);
    expect(late.stderr).toContain('did not end within 1 seconds after SIGTERM; still running:');
    expect((await kafka.run('kafka-server-stop.sh', [], { SIGNAL: 'KILL' })).status).toBe(0);
  });

  test('a broker that ends at once is a failure with its last words', async () => {
    const failed = await kafka.run('kafka-server-start.sh', ['-daemon', properties], { FAKE_JAVA: 'fail' });
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('kafkaServer ended with status 3 right after its start');
    expect(failed.stderr).toContain('java cannot do this');
    expect(existsSync(join(kafka.base, 'logs/kafkaServer.pid'))).toBe(false);
  });

  test('an installation whose path has a blank is refused', async () => {
    const blank = await install(kafka281, shell, 'my kafka');
    const { status, stderr } = await blank.run('kafka-topics.sh', ['--list']);
    blank.remove();
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot stand in') });
  });

  test('Connect and the bundled ZooKeeper start their classes', async () => {
    await kafka.run('connect-distributed.sh', [properties]);
    expect(kafka.javaArguments().slice(-2)).toEqual(['org.apache.kafka.connect.cli.ConnectDistributed', properties]);
    await kafka.run('connect-standalone.sh', [properties, 'connector.properties']);
    expect(kafka.javaArguments().at(-3)).toBe('org.apache.kafka.connect.cli.ConnectStandalone');
    await kafka.run('zookeeper-server-start.sh', [properties]);
    expect(kafka.javaArguments().at(-2)).toBe('org.apache.zookeeper.server.quorum.QuorumPeerMain');
    await kafka.run('zookeeper-shell.sh', ['h:2181', 'ls', '/']);
    expect(kafka.javaArguments().slice(-4)).toEqual(['-server', 'h:2181', 'ls', '/']);
  });
});
