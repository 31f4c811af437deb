import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseChecksum, readChecksumFile, readWantedChecksum } from '../../../src/distributions/checksum.ts';

const name = 'kafka_2.13-2.8.1.tgz';
const hex = createHash('sha512').update('content').digest('hex');
const groups = hex.toUpperCase().match(/.{8}/g) ?? [];
const otherHex = createHash('sha512').update('other').digest('hex');

/** As gpg prints it: the name, then groups of eight digits, going on in lines that are indented as far. */
const printMd = `${name}: ${groups.slice(0, 4).join(' ')}  ${groups.slice(4, 8).join(' ')}\n${' '.repeat(22)}${groups.slice(8).join(' ')}\n`;

describe('a checksum file', () => {
  test.each([
    ['sha512sum', `${hex}  ${name}\n`],
    ['sha512sum, binary, with a folder', `${hex.toUpperCase()} *build/${name}\r\n`],
    ['sha512sum of several files', `${otherHex}  other.tgz\n${hex}  ${name}\n`],
    ['gpg --print-md', printMd],
    ['gpg --print-md after another file', `other.tgz: ${otherHex}\n${printMd}`],
    ['gpg --print-md before another file', `${printMd}other.tgz: ${otherHex}\n`],
    ['gpg --print-md with the name of the hash', `${name}: SHA512 = ${groups.join(' ')}\n`],
    ['BSD', `SHA512 (${name}) = ${hex}\n`],
    ['the digits alone', `${hex}\n`],
  ])('in the style of %s is read', (_, text) => {
    expect(readChecksumFile(text, name, 'sha512')).toBe(hex);
  });

  test.each([
    ['nothing', ''],
    ['a page of an error', '<html>404 Not Found</html>'],
    ['another file', `${hex}  kafka_2.13-2.8.1.tgz.asc\n`],
    ['a name that only ends so', `${hex}  my-${name}\nmy-${name}: ${hex}\n`],
    ['too few digits', `${hex.slice(2)}  ${name}\n`],
    ['the digits of another hash', `${hex.slice(0, 64)}  ${name}\n`],
  ])('with %s has no checksum', (_, text) => {
    expect(readChecksumFile(text, name, 'sha512')).toBeUndefined();
  });
});

describe('a checksum in a playbook', () => {
  test('is told by its name or its length', () => {
    expect(parseChecksum(`SHA512:${hex.toUpperCase()}`)).toEqual({ algorithm: 'sha512', hex });
    expect(parseChecksum(hex)).toEqual({ algorithm: 'sha512', hex });
    expect(parseChecksum(`sha512:${groups.join(' ')}\n`)).toEqual({ algorithm: 'sha512', hex });
    expect(parseChecksum(` ${groups.slice(0, 8).join(' ')}\n${groups.slice(8).join(' ')}`)?.hex).toBe(hex);
    expect(parseChecksum('md5:d41d8cd98f00b204e9800998ecf8427e')?.algorithm).toBe('md5');
  });

  test('may stand in a file that a URL names', () => {
    const url = 'https://example.com/x.sha512';
    expect(readWantedChecksum(` SHA512:${url}\n`)).toEqual({ algorithm: 'sha512', url });
    expect(readWantedChecksum(hex)).toEqual({ algorithm: 'sha512', hex });
    expect(readWantedChecksum(`crc32:${url}`)).toBeUndefined();
  });

  test.each(['', 'sha256:', `sha256:${hex}`, 'crc32:00000000', 'abcd', 'sha512:https://example.com/x'])(
    '%j is none',
    (text) => {
      expect(parseChecksum(text)).toBeUndefined();
    },
  );
});
