import { describe, expect, it } from 'vitest';
import { readKeys } from '../../../src/modules/openpgp-keys.ts';

/** A key of RSA, whose packets have the old headers, with lengths of one byte and of two. */
const text = `Whatever stands before it
-----BEGIN PGP PUBLIC KEY BLOCK-----

mI0EawJikAEEAMeYRLgn+XT4WFQ6/fRCalYH2YfSDODCmEoSsQSxd56JjbBYUjKo
aO4IZo3VW05R2vXwdKHNUzhQtp3Za2OUKyyptOWzPbTBf5yNVgqVNyXnAupGHBdK
C2XJKtQYojioWj9jS4J+FEVxdTt7DsFxkDRfU3JInwEYf4UZ1P5pSvfpABEBAAG0
EVIgPHJAZXhhbXBsZS5jb20+iM4EEwEKADgWIQRAsSWB/Oa9oReJptWd31Q3I8F6
AgUCawJikAIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAKCRCd31Q3I8F6Ag6K
A/9CCvGs0pHlpeqd72dgyUrsbI/VcFEmX1z+SfUJeAFtTrsnJ4pl9CFKWQ8N3zwU
WDDD6JHipvHYmFz8ekSO5xZ0h8tIDZW5HMwakfm4vsjjLXBOhqYaGFFw1mg/POpG
QGRUrt3taoDLGnzLLHMN6UBjhXvWiG+RCdMnZCKH2uzwNg==
=bx9d
-----END PGP PUBLIC KEY BLOCK-----
and after it
`;
const fingerprint = '40B12581FCE6BDA11789A6D59DDF543723C17A02';

function bytesOf(content: string | Uint8Array): Uint8Array {
  const read = readKeys(typeof content === 'string' ? Buffer.from(content) : content);
  if ('problem' in read) throw new Error(read.problem);
  return Buffer.concat(read.keys.map(({ bytes }) => bytes));
}

describe('keys of OpenPGP', () => {
  it('reads text, and what the text stands for', () => {
    const expected = { keys: [{ fingerprint, userId: 'R <r@example.com>', subkeys: [] }] };
    expect(readKeys(Buffer.from(text))).toMatchObject(expected);
    expect(readKeys(Buffer.from(text.replaceAll('\n', '\r\n  ')))).toMatchObject(expected);
    expect(readKeys(bytesOf(text))).toMatchObject(expected);
  });

  it('reads a part of a larger array', () => {
    const bytes = bytesOf(text);
    const part = Buffer.concat([Buffer.alloc(7, 0x99), bytes]).subarray(7);
    expect(bytesOf(part)).toEqual(bytes);
  });

  it('reads several keys one after the other, whatever length their headers have', () => {
    const bytes = Buffer.from(bytesOf(text));
    const length = bytes[1] ?? 0;
    const body = bytes.subarray(2, 2 + length);
    const heads = [
      [0xc6, length],
      [0xc6, 255, 0, 0, 0, length],
      [0x99, 0, length],
      [0x9a, 0, 0, 0, length],
    ];
    const user = Buffer.concat([Buffer.from([0xcd, 193, 8]), Buffer.alloc(456, 'u')]);
    const trust = Buffer.from([0xb0, 2, 0, 0]);
    const keys = heads.map((head) => Buffer.concat([Buffer.from(head), body, user, trust]));
    const userId = 'u'.repeat(456);
    const expected = keys.map((key) => ({ fingerprint, subkeys: [], userId, bytes: key }));
    expect(readKeys(Buffer.concat([bytes, ...keys]))).toEqual({ keys: [expect.anything(), ...expected] });
  });

  it('finds no key in nothing', () => {
    expect(readKeys(Buffer.from(''))).toEqual({ keys: [] });
  });

  it.each([
    ['text', Buffer.from('no key'), 'it holds no public key of OpenPGP'],
    ['a part of a key', bytesOf(text).subarray(0, 100), 'or only a part of one'],
    ['a header alone', Buffer.from([0x99, 1]), 'or only a part of one'],
    ['a packet of unknown length', Buffer.from([0xc6, 230, 4]), 'or only a part of one'],
    ['something else in the end', Buffer.concat([bytesOf(text), Buffer.from('\n')]), 'or only a part of one'],
    ['a user without a key', Buffer.from([0xcd, 1, 65]), 'it does not begin with a public key'],
    ['a secret key', Buffer.from([0xc5, 1, 4]), 'it holds a secret key'],
    ['a key of another version', Buffer.from([0xc6, 1, 6]), 'it holds a key of version 6; only version 4 is known'],
    ['a keybox', Buffer.from('\0\0\0 \x01\x01\0\x02KBXf\0'), 'it is a keybox of gpg'],
  ])('refuses %s', (_, content, problem) => {
    expect(readKeys(content)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
