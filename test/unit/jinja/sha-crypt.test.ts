import { describe, expect, it } from 'vitest';
import { shaCrypt, shaCryptKind } from '../../../src/jinja/values/sha-crypt.ts';

// What crypt(3) of glibc answers.
describe('shaCrypt', () => {
  it.each([
    [
      'sha512',
      'pw',
      'salt',
      5000,
      '$6$salt$AkOOBO38SQQ8T8Q46KuCONe.8zg41nvCDKDq7pVQd2n2hy8sf8aR3G89VY.57up0eSIa/69odCCcLT4hx7FpW/',
    ],
    ['sha256', 'pw', 'salt', 1000, '$5$rounds=1000$salt$gdEupGonUIiJCMc1vfHpiFjFhRA3Jf3USQ7IYKjZitD'],
    [
      'sha512_crypt',
      '',
      '',
      1000,
      '$6$rounds=1000$$NPMepfN3/Cv.LPoa7suAzCVH3BhfhhB2wHuwY51WjZgqg.e601K6RWCJ7AHYXHZcp4ilHQ0xlpG1yRxSYX3TP/',
    ],
    [
      'sha256_crypt',
      '日本x'.repeat(30),
      'abcdefghijklmnop',
      1001,
      '$5$rounds=1001$abcdefghijklmnop$JqagNb0AJpAJbBEYLemUQcY52VksbLhTe5sSccPR.E1',
    ],
  ] as const)('%s of %s', (kind, password, salt, rounds, expected) => {
    expect(shaCrypt(shaCryptKind(kind), password, salt, rounds)).toBe(expected);
  });

  it.each([
    ['a b', 1000, /characters other than/],
    ['12345678901234567', 1000, /17 characters/],
    ['salt', 999, /999 rounds/],
  ] as const)('refuses the salt %s with %d rounds', (salt, rounds, message) => {
    expect(() => shaCrypt(shaCryptKind('sha512'), 'pw', salt, rounds)).toThrow(message);
  });

  it('knows what it cannot make', () => {
    expect(() => shaCryptKind('md5_crypt')).toThrow(/not made here/);
  });
});
