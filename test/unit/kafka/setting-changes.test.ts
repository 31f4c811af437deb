import { describe, expect, it } from 'vitest';
import type { BrokerConfig } from '../../../src/kafka/broker-configs.ts';
import { settingChanges, settingChangeText, uncomparable } from '../../../src/kafka/setting-changes.ts';

const config = (name: string, value: string | null, rest: Partial<BrokerConfig> = {}): BrokerConfig => ({
  name,
  value,
  source: 'static',
  sensitive: false,
  readOnly: false,
  ...rest,
});
const changes = (file: Record<string, string>, inEffect: readonly BrokerConfig[]) =>
  settingChanges(new Map(Object.entries(file)), inEffect);

describe('what a changed setting takes', () => {
  it.each([
    ['num.io.threads', '8', '16', false, 'live'],
    ['log.cleaner.dedupe.buffer.size', '1', '2', false, 'live'],
    ['background.threads', '10', '12', true, 'restart'],
    ['advertised.listeners', 'PLAINTEXT://a:1', 'PLAINTEXT://b:1', false, 'restart'],
    ['ssl.keystore.location', '/a', '/b', false, 'restart'],
    ['inter.broker.protocol.version', '2.8', '3.9', true, 'all'],
    ['broker.id', '1', '4', true, 'forbidden'],
    ['zookeeper.connect', 's1:2181/a', 's1:2181/b', true, 'forbidden'],
    ['zookeeper.connect', 's1:2181,s2:2181/a', 's3:2181/a', true, 'forbidden'],
    ['zookeeper.connect', 's1:2181/a', 's1:2181, s2:2181/a/', true, 'restart'],
    ['log.dirs', '/a,/b', '/a', true, 'forbidden'],
    ['log.dirs', '/a,/b', '/a, /b, /c', true, 'restart'],
  ])('%s from %s to %s', (name, from, to, readOnly, reach) => {
    expect(changes({ [name]: to }, [config(name, from, { readOnly })])).toMatchObject([{ name, from, to, reach }]);
  });

  it('takes one that left the file for a return to the default, which needs a restart', () => {
    const found = changes({}, [
      config('num.io.threads', '16'),
      config('background.threads', '10', { source: 'default' }),
    ]);
    expect(found.map(settingChangeText)).toEqual(['num.io.threads: 16 → (default): restart of this broker']);
  });

  it('finds no difference in how a value is written', () => {
    const inEffect = [config('a', 'x,y'), config('b', '1.0'), config('c', 'true'), config('d', null)];
    expect(changes({ a: ' x , y ', b: '1', c: 'TRUE', d: '' }, inEffect)).toEqual([]);
  });

  it('knows what outranks the file, and of what nothing can be told', () => {
    const inEffect = [
      config('num.io.threads', '12', { source: 'dynamic broker' }),
      config('ssl.key.password', null, { sensitive: true }),
    ];
    const file = { 'num.io.threads': '8', 'ssl.key.password': 'x', 'plugin.setting': '1' };
    expect(changes(file, inEffect)).toMatchObject([{ name: 'num.io.threads', overridden: true, reach: 'live' }]);
    expect(uncomparable(new Map(Object.entries(file)), inEffect)).toEqual(['plugin.setting', 'ssl.key.password']);
  });
});
