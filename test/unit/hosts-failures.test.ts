import { expect, it } from 'vitest';
import { tellFailures } from '../../src/hosts-failures.ts';

it('tells hosts that failed alike together', () => {
  const failures = ['s1', 's2', 's3'].map((host) => ({
    host,
    message: `nothing to log in to ${host} with`,
    hint: 'set a key',
  }));
  expect(tellFailures([...failures, { host: 's4', message: 'nothing to log in to s4 with' }])).toEqual([
    { message: 'nothing to log in to s1, s2, s3 with', hint: 'set a key' },
    { message: 'nothing to log in to s4 with' },
  ]);
});

it('names a host once', () => {
  expect(
    tellFailures([
      { host: 's1', message: 's1 (10.0.0.1 port 22) cannot be reached' },
      { host: 's2', message: 's2 (10.0.0.2 port 22) cannot be reached' },
      { host: 's3', message: 'no exit status' },
      { host: 'a', message: 'a-b.example has not answered' },
    ]).map(({ message }) => message),
  ).toEqual([
    's1 (10.0.0.1 port 22) cannot be reached',
    's2 (10.0.0.2 port 22) cannot be reached',
    's3: no exit status',
    'a: a-b.example has not answered',
  ]);
});
