import { describe, expect, test } from 'vitest';
import {
  catalogue,
  distributionOfFileName,
  fileNameOfUrl,
  findDistribution,
  publishedAt,
} from '../../../src/distributions/catalogue.ts';
import { jarFileName, readJars } from '../../../src/distributions/distribution.ts';

describe('the catalogue', () => {
  test.each(catalogue)('$product $version is whole', (entry) => {
    expect(entry.mirrorPath.endsWith(`/${entry.fileName}`)).toBe(true);
    expect(entry.fileName.startsWith(entry.topFolder)).toBe(true);
    expect(entry.java.oldest).toBeLessThanOrEqual(entry.java.newest);
    expect(Number.isNaN(Date.parse(entry.released))).toBe(false);
    expect(new Set(entry.jars.map(jarFileName)).size).toBe(entry.jars.length);
    expect(new Set(entry.tools.map((tool) => tool.name)).size).toBe(entry.tools.length);
    for (const tool of entry.tools) expect(tool.mainClass === undefined).toBe(tool.absent !== undefined);
  });

  test('a version is found, an unknown one is told with those that are known', () => {
    expect(findDistribution('kafka', '2.8.1').fileName).toBe('kafka_2.13-2.8.1.tgz');
    expect(() => findDistribution('kafka', '2.8.0')).toThrow(
      'kafka 2.8.0 is not in the catalogue\n  → did you mean 2.8.1? known: 2.8.1;',
    );
  });

  test.each([
    ['https://archive.apache.org/dist/zookeeper/zookeeper-3.7.0/apache-zookeeper-3.7.0-bin.tar.gz', 'zookeeper'],
    ['http://mirror.example.com/kafka_2.13-2.8.1.tgz?token=1#x', 'kafka'],
    ['https://www.apache.org/dyn/closer.lua?path=kafka/2.8.1/kafka_2.13-2.8.1.tgz&action=download', 'kafka'],
    ['https://archive.apache.org/dist/kafka/2.8.1/kafka_2.12-2.8.1.tgz', undefined],
    ['https://archive.apache.org/dist/zookeeper/zookeeper-3.7.0/apache-zookeeper-3.7.0.tar.gz', undefined],
    ['https://example.com/', undefined],
  ])('%s is %s', (url, product) => {
    expect(distributionOfFileName(fileNameOfUrl(url))?.product).toBe(product);
  });

  test('the file name of a URL is decoded where it can be', () => {
    expect(fileNameOfUrl('https://example.com/a/b%20c.tgz')).toBe('b c.tgz');
    expect(fileNameOfUrl('https://example.com/a/b%zz')).toBe('b%zz');
  });

  test('the mirror comes before the archive, and a mirror never vouches for itself', () => {
    expect(publishedAt(findDistribution('kafka', '2.8.1')).map(({ url, checksumUrl }) => [url, checksumUrl])).toEqual([
      [
        'https://dlcdn.apache.org/kafka/2.8.1/kafka_2.13-2.8.1.tgz',
        'https://downloads.apache.org/kafka/2.8.1/kafka_2.13-2.8.1.tgz.sha512',
      ],
      [
        'https://archive.apache.org/dist/kafka/2.8.1/kafka_2.13-2.8.1.tgz',
        'https://archive.apache.org/dist/kafka/2.8.1/kafka_2.13-2.8.1.tgz.sha512',
      ],
    ]);
  });

  test('a line that is no jar is a bug', () => {
    expect(() => readJars('abc org.example:thing:1.0')).toThrow('not a jar');
  });
});
