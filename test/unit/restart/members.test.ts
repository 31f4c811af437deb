import { describe, expect, it } from 'vitest';
import { InputError, type Problem } from '../../../src/errors.ts';
import { type ClusterName, type Member, membersOf, UndescribedServers } from '../../../src/restart/members.ts';
import { layer, world } from '../config/variables/fixture.ts';

const described: Readonly<Record<ClusterName, string>> = {
  kafka: 'broker_id: 1\nkafka_config_dir: /c\nkafka_home: /h\nkafka_log_dir: /l\nkafka_user: kafka\n',
  zookeeper:
    'zookeeper_id: 1\nzookeeper_config_dir: /c\nzookeeper_home: /h\nzookeeper_log_dir: /l\nzookeeper_user: zookeeper\n',
};

function memberOf(text: string, cluster: ClusterName = 'kafka'): Member {
  const { scope } = world({ hosts: { s1: [layer('s1', described[cluster]), layer('more', text)] } });
  const [member] = membersOf(cluster, ['s1'], scope);
  if (member === undefined) throw new Error('it has no member');
  return member;
}

function refusalOf(text: string): unknown {
  try {
    memberOf(text);
    return undefined;
  } catch (error) {
    return error;
  }
}

function problemsIn(act: () => unknown): readonly Problem[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

describe('a server as its variables describe it', () => {
  it.each([
    ['300', 300],
    ['"90"', 90],
    ['5min', 300],
    ['1min 30s', 90],
    ['1500ms', 2],
    ['infinity', 86_400],
    ['0', 86_400],
  ])('with a unit may take as long to end as systemd understands: %s', (value, seconds) => {
    expect(memberOf(`kafka_stop_timeout: ${value}`).stopTimeout).toBe(seconds);
  });

  it.each(['soon', '-5', '5 apples', '""', '[]'])('refuses %s as a time for its unit', (value) => {
    expect(refusalOf(`kafka_stop_timeout: ${value}`)).toMatchObject({
      problems: [{ message: expect.stringContaining('the variable kafka_stop_timeout of s1 is') }],
    });
  });

  it.each(['5min', 'infinity', '0', '1.5', 'soon'])('with scripts refuses %s: they count whole seconds', (value) => {
    const refused = refusalOf(`service_manager: daemon\nkafka_stop_timeout: ${value}`);
    expect(refused).toBeInstanceOf(InputError);
    expect(refused).toMatchObject({ problems: [{ hint: 'whole seconds, at least 1' }] });
  });

  it.each(['abc', '1.5', '-1', '""', 'true'])('refuses %s as the number of a broker', (value) => {
    const refused = refusalOf(`broker_id: ${value}`);
    expect(refused).toBeInstanceOf(InputError);
    expect(refused).not.toBeInstanceOf(UndescribedServers);
    expect(refused).toMatchObject({
      problems: [{ message: expect.stringContaining('the variable broker_id of s1 is') }],
    });
  });

  it('tells what is missing apart from what is wrong, all at once', () => {
    const { scope } = world({ hosts: { s1: [layer('s1', 'broker_id: abc\nkafka_config_dir: /c')] } });
    expect(() => membersOf('kafka', ['s1'], scope)).toThrow(UndescribedServers);
    expect(() => membersOf('kafka', ['s1'], scope)).toThrow(
      /kafka_home[\s\S]*kafka_log_dir[\s\S]*broker_id of s1 is "abc"/,
    );
  });

  it('names each variable that is missing once, with its hosts, and the page that explains them', () => {
    const { scope } = world({
      hosts: {
        s1: [layer('s1', described.kafka)],
        s2: [layer('s2', 'broker_id: 2')],
        s3: [layer('s3', 'broker_id: 3')],
      },
    });
    const refused = [...problemsIn(() => membersOf('kafka', ['s1', 's2', 's3'], scope))];
    expect(refused.map(({ message }) => message)).toEqual(
      ['kafka_config_dir', 'kafka_user', 'kafka_home', 'kafka_log_dir'].map(
        (name) => `the variable ${name} is not set: it is needed to know the kafka servers of s2, s3`,
      ),
    );
    expect(refused.every(({ hint }) => hint?.includes('docs/your-own-roles.md') === true)).toBe(true);
    expect(new InputError(refused).message.split('your-own-roles.md')).toHaveLength(2);
  });

  it.each([
    ['/a, /b', ['/a', '/b']],
    ['[/a, "/b [old]"]', ['/a', '/b [old]']],
    ["/data/o'neil", ["/data/o'neil"]],
  ])('writes to the folders of %s', (value, folders) => {
    expect(memberOf(`kafka_log_dirs: ${value}`).folders).toEqual([...folders, '/l']);
  });
});

describe('what is owed to a server', () => {
  it.each([
    'Restart Kafka',
    'restart kafka',
    'Restart the Kafka daemon',
    'restart kafka broker',
    'Restart kafka.service',
    'restart-kafka-server',
    'restart_kafka',
    'Restart Apache Kafka',
    'kafka : restart kafka',
    'kafka restart',
  ])('is a handler that restarts it: %s', (name) => {
    expect(memberOf('a: 1').handler.test(name)).toBe(true);
  });

  it.each([
    'Restart Kafka Connect',
    'restart kafka-exporter',
    'restart kafka_connect',
    'Restart kafka rest proxy',
    'restart kafka manager',
    'kafka : restart schema registry',
    'Restart Kafka and Kafka Connect',
    'Restart ZooKeeper',
    'Bounce broker',
  ])('is none of another service, which a restart of it does not pay: %s', (name) => {
    expect(memberOf('a: 1').handler.test(name)).toBe(false);
  });

  it('is the same for ZooKeeper', () => {
    const { handler } = memberOf('a: 1', 'zookeeper');
    const names = ['Restart ZooKeeper', 'Restart the ZooKeeper daemon', 'Restart zookeeper-exporter', 'Restart Kafka'];
    expect(names.map((name) => handler.test(name))).toEqual([true, true, false, false]);
  });
});
