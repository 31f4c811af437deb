import { describe, expect, it } from 'vitest';
import { LazyDict, PyFloat, PyTuple } from '../../../src/jinja/value.ts';
import {
  bootstrapServers,
  brokerIds,
  dataDirs,
  logFile,
  logPath,
  seconds,
} from '../../../src/modules/cluster-arguments.ts';
import { formatEndpoint, parseEndpoint } from '../../../src/modules/dialing.ts';
import { plainOf, resultOfJson } from '../../../src/modules/json-value.ts';

describe('values of templates as plain data', () => {
  it('are converted all the way down', () => {
    const lazy = new LazyDict({ names: () => ['a'], has: (key) => key === 'a', compute: () => new PyFloat(1.5) });
    const value = new Map<string, unknown>([
      ['list', [new PyTuple([1, 'two']), 3n]],
      ['dict', lazy],
    ]);
    expect(plainOf(value)).toEqual({ list: [[1, 'two'], 3], dict: { a: 1.5 } });
  });

  it('come back as dicts, and fractions as floats', () => {
    const result = resultOfJson({ ms: { median: 1.5, max: 2 }, message: 'for people', ids: [1] }, 'fine');
    expect(result.get('ms')).toEqual(
      new Map<string, unknown>([
        ['median', new PyFloat(1.5)],
        ['max', 2],
      ]),
    );
    expect([...result.keys()]).toEqual(['ms', 'ids', 'msg']);
    expect(result.get('msg')).toBe('fine');
  });
});

describe('addresses', () => {
  it.each([
    ['s1:9092', { host: 's1', port: 9092 }],
    ['10.0.0.1:2181', { host: '10.0.0.1', port: 2181 }],
    ['[fd00::1]:9092', { host: 'fd00::1', port: 9092 }],
  ])('%s is read and written', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
    expect(formatEndpoint(endpoint)).toBe(text);
  });

  it.each(['s1', 's1:', ':9092', 's1:0', 's1:65536', 's1:9092/kafka', 'fd00::1:9092', 'a b:1', 'PLAINTEXT://s1:9092'])(
    '%s is none',
    (text) => {
      expect(parseEndpoint(text)).toBeUndefined();
    },
  );
});

describe('arguments of cluster modules', () => {
  it('take what YAML and templates make of them', () => {
    expect(seconds.parse('2.5')).toBe(2.5);
    expect(seconds.parse(new PyFloat(0.5))).toBe(0.5);
    expect(brokerIds.parse('1, 2')).toEqual([1, 2]);
    expect(brokerIds.parse(['0', 3])).toEqual([0, 3]);
    expect(dataDirs.parse('/a/,/b')).toEqual(['/a', '/b']);
    expect(dataDirs.parse(['/'])).toEqual(['/']);
    expect(bootstrapServers.parse('s1:1, s2:2')).toEqual([
      { host: 's1', port: 1 },
      { host: 's2', port: 2 },
    ]);
    expect(logPath(logFile.parse(new Map([['s1', '/a.log']])), 's1')).toBe('/a.log');
    expect(logPath(logFile.parse('/b.log'), 's2')).toBe('/b.log');
    expect(logPath(undefined, 's1')).toBeUndefined();
  });

  it.each([
    [seconds, -1],
    [seconds, true],
    [seconds, '1e9'],
    [brokerIds, [-1]],
    [brokerIds, [1.5]],
    [brokerIds, []],
    [dataDirs, ['data']],
    [logFile, ['/a']],
  ])('refuse what is none', (schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});
