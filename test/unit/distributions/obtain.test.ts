import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packArchive } from '../../../src/distributions/assemble.ts';
import type { HttpGet } from '../../../src/distributions/http-get.ts';
import type { RunMaven } from '../../../src/distributions/maven.ts';
import { type ObtainOptions, obtain, obtainOnce } from '../../../src/distributions/obtain.ts';
import type { Progress } from '../../../src/distributions/progress.ts';
import { SourceFailure } from '../../../src/distributions/source-failure.ts';

const kafka = { product: 'kafka', version: '2.8.1' } as const;
const fileName = 'kafka_2.13-2.8.1.tgz';
const mirror = `https://dlcdn.apache.org/kafka/2.8.1/${fileName}`;
const mirrorSum = `https://downloads.apache.org/kafka/2.8.1/${fileName}.sha512`;
const archive = `https://archive.apache.org/dist/kafka/2.8.1/${fileName}`;
const archiveSum = `${archive}.sha512`;

let root: string;
let cacheFolder: string;
/** An archive that looks like Kafka's, and a line of a checksum file for it. */
let published: Buffer;
let sum: string;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'brokkr-obtain-'));
  cacheFolder = join(root, 'cache');
  published = await pack('kafka_2.13-2.8.1');
  sum = `${sha('sha512', published)}  ${fileName}\n`;
});
afterEach(() => rmSync(root, { recursive: true }));

const sha = (algorithm: string, content: Buffer | string) => createHash(algorithm).update(content).digest('hex');

async function pack(topFolder: string): Promise<Buffer> {
  const target = join(root, `${topFolder}.packed`);
  const content = Buffer.from('#!/bin/sh\n');
  await packArchive([{ path: 'bin/kafka-topics.sh', mode: 0o755, content }], target, { topFolder, mtime: new Date(0) });
  return readFileSync(target);
}

/** A network that has these URLs. A `SourceFailure` is thrown, an URL that is not listed is a failure of the test. */
function network(answers: Readonly<Record<string, Buffer | string | SourceFailure>>) {
  const asked: string[] = [];
  const get: HttpGet = async (url) => {
    asked.push(url);
    const answer = answers[url];
    if (answer === undefined) throw new Error(`nobody was to ask for ${url}`);
    if (answer instanceof SourceFailure) throw answer;
    return { totalBytes: Buffer.byteLength(answer), body: Readable.from([Buffer.from(answer)]) };
  };
  return { get, asked };
}

const noNetwork = network({}).get;
const noMaven: RunMaven = async () => {
  throw new Error('nobody was to run Maven');
};
const failingMaven: RunMaven = async ({ onLine }) => {
  onLine('[ERROR] Unknown host kafka.example.com');
  return { exitCode: 1 };
};
const options = (more: ObtainOptions = {}): ObtainOptions => ({
  cacheFolder,
  get: noNetwork,
  runMaven: noMaven,
  ...more,
});
const gone = new SourceFailure('dlcdn.apache.org answered HTTP 404');

describe('a known version', () => {
  test('is taken from the mirror, compared, and then from the cache', async () => {
    const { get, asked } = network({ [mirror]: published, [mirrorSum]: sum });
    const progress: Progress[] = [];
    const first = await obtain(kafka, options({ get, onProgress: (step) => progress.push(step) }));
    expect(asked).toEqual([mirrorSum, mirror]);
    expect(first).toMatchObject({ fileName, format: 'tar.gz', topFolder: 'kafka_2.13-2.8.1', source: mirror });
    expect(first).toMatchObject({ sha256: sha('sha256', published), bytes: published.length });
    expect((await first.entries()).map((entry) => entry.path).at(-1)).toBe('kafka_2.13-2.8.1/bin/kafka-topics.sh');
    expect(progress.at(-1)).toEqual({ what: fileName, receivedBytes: published.length, totalBytes: published.length });
    const second = await obtain(kafka, options());
    expect({ ...second, entries: undefined }).toEqual({ ...first, entries: undefined });
    expect(await second.entries()).toEqual(await first.entries());
  });

  test('is taken from the archive when the mirror has it no more', async () => {
    const { get } = network({ [mirrorSum]: gone, [archive]: published, [archiveSum]: sum });
    expect((await obtain(kafka, options({ get }))).source).toBe(archive);
  });

  test('with other bytes than published is not taken', async () => {
    const altered = await pack('altered');
    const { get } = network({ [mirror]: altered, [mirrorSum]: sum, [archive]: published, [archiveSum]: sum });
    expect((await obtain(kafka, options({ get }))).source).toBe(archive);
  });

  test('that nobody has is told with every source, its reason and what to do', async () => {
    const altered = await pack('altered');
    const { get } = network({ [mirrorSum]: gone, [archive]: altered, [archiveSum]: sum });
    const failure = await obtain(kafka, options({ get, runMaven: failingMaven })).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      message: [
        `${fileName} could not be obtained; tried in this order:`,
        `  files and folders given: ${fileName} is not in ${cacheFolder}`,
        `  Apache mirror, ${mirror}: dlcdn.apache.org answered HTTP 404`,
        `  Apache archive, ${archive}: its sha512 is ${sha('sha512', altered).slice(0, 16)}…, but ${sum.slice(0, 16)}… was expected`,
        `    → somebody on the way altered it, or the checksum belongs to another file; look at ${archive}`,
        '  Maven: mvn ended with status 1: Unknown host kafka.example.com',
        '    → let Maven reach its repository (a <mirror> in ~/.m2/settings.xml), then try: mvn dependency:get -Dtransitive=false -Dartifact=com.fasterxml.jackson.core:jackson-annotations:2.10.5',
      ].join('\n'),
      hint: expect.stringContaining(`cp ${fileName} ${join(cacheFolder, fileName)}`),
    });
    expect(readdirSync(join(cacheFolder, 'archives'))).toEqual([]);
  });

  test('that breaks off leaves nothing', async () => {
    const get: HttpGet = async (url) => {
      if (url === mirrorSum) return { totalBytes: undefined, body: Readable.from([Buffer.from(sum)]) };
      if (url !== mirror) throw new SourceFailure('not here');
      const half = async function* () {
        yield published.subarray(0, 100);
        throw new Error('aborted');
      };
      return { totalBytes: published.length, body: Readable.from(half()) };
    };
    const failure = obtain(kafka, options({ get, runMaven: failingMaven }));
    await expect(failure).rejects.toThrow(`the download was cut off after 100 of ${published.length} bytes: aborted`);
    expect(readdirSync(join(cacheFolder, 'archives'))).toEqual([]);
  });

  test('that is shorter than announced is not taken', async () => {
    const get: HttpGet = async (url) => {
      if (url === mirrorSum) return { totalBytes: undefined, body: Readable.from([Buffer.from(sum)]) };
      if (url !== mirror) throw new SourceFailure('not here');
      return { totalBytes: 1_000_000, body: Readable.from([published]) };
    };
    await expect(obtain(kafka, options({ get, runMaven: failingMaven }))).rejects.toThrow('of 1000000 bytes');
  });
});

describe('what the user gives', () => {
  test('comes before everything else: a file, a folder that has it, or the cache folder', async () => {
    const folder = join(root, 'given');
    mkdirSync(folder);
    mkdirSync(cacheFolder, { recursive: true });
    for (const place of [folder, cacheFolder]) writeFileSync(join(place, fileName), published);
    for (const given of [[join(folder, fileName)], [folder]]) {
      expect((await obtain(kafka, options({ given }))).file).toBe(join(folder, fileName));
    }
    expect((await obtain(kafka, options())).file).toBe(join(cacheFolder, fileName));
  });

  test('may be the distribution unpacked, which is packed the same each time', async () => {
    const folder = join(root, 'kafka_2.13-2.8.1');
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'bin/kafka-topics.sh'), '#!/bin/sh\n', { mode: 0o755 });
    const first = await obtain(kafka, options({ given: [root] }));
    expect(first.topFolder).toBe('kafka_2.13-2.8.1');
    const elsewhere = join(root, 'other');
    cpSync(folder, join(elsewhere, 'kafka_2.13-2.8.1'), { recursive: true, preserveTimestamps: true });
    const second = await obtain(kafka, options({ given: [join(elsewhere, 'kafka_2.13-2.8.1')] }));
    expect([second.sha256 === first.sha256, second.file === first.file]).toEqual([true, false]);
    writeFileSync(join(folder, 'bin/new.sh'), '');
    expect((await obtain(kafka, options({ given: [root] }))).sha256).not.toBe(first.sha256);
  });

  test('must exist, and be what its name says', async () => {
    await expect(obtain(kafka, options({ given: ['/nowhere'] }))).rejects.toThrow('/nowhere was given');
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(join(cacheFolder, fileName), await pack('kafka_2.13-2.8.0'));
    await expect(obtain(kafka, options())).rejects.toThrow(
      'is not kafka_2.13-2.8.1: its top folder is kafka_2.13-2.8.0',
    );
    writeFileSync(join(cacheFolder, fileName), 'an error page');
    await expect(obtain(kafka, options())).rejects.toThrow('is not kafka_2.13-2.8.1: it is no archive');
  });

  test('can be asked for by its path: a file or a folder', async () => {
    writeFileSync(join(root, 'notes.txt'), 'not an archive');
    const file = await obtain({ path: join(root, 'notes.txt') }, options());
    expect(file).toMatchObject({ format: undefined, topFolder: undefined, bytes: 14 });
    expect(await file.entries()).toEqual([]);
    mkdirSync(join(root, 'plugin/lib'), { recursive: true });
    writeFileSync(join(root, 'plugin/lib/a.jar'), 'a');
    const packed = await obtain({ path: join(root, 'plugin') }, options());
    expect(packed).toMatchObject({ fileName: 'plugin.tar.gz', topFolder: 'plugin' });
    await expect(obtain({ path: '/nowhere' }, options())).rejects.toThrow('there is no file or folder /nowhere');
  });
});

describe('a URL of a playbook', () => {
  test('of a known archive is served by its sources; a checksum of its makers asks for nothing more', async () => {
    const { get, asked } = network({ [mirrorSum]: gone, [archive]: published, [archiveSum]: sum });
    const obtained = await obtain({ url: archive, checksum: `sha512:${archiveSum}` }, options({ get }));
    expect([obtained.source, asked]).toEqual([archive, [mirrorSum, archiveSum, archive]]);
  });

  test('of a known archive elsewhere is tried itself first', async () => {
    const own = `https://kafka.example.com/${fileName}`;
    expect((await obtain({ url: own }, options({ get: network({ [own]: published }).get }))).source).toBe(own);
  });

  test('that is not known is downloaded as it is, once', async () => {
    const url = 'https://example.com/agent.jar';
    const { get, asked } = network({ [url]: 'a jar' });
    const checksum = `sha256:${sha('sha256', 'a jar')}`;
    const obtained = await obtain({ url, checksum }, options({ get }));
    expect(obtained).toMatchObject({ fileName: 'agent.jar', bytes: 5, format: undefined });
    await obtain({ url, checksum }, options());
    expect(asked).toEqual([url]);
  });

  test('with another checksum is not taken, whatever is in the cache', async () => {
    const url = 'https://example.com/agent.jar';
    const { get } = network({ [url]: 'a jar' });
    await obtain({ url }, options({ get }));
    const wrong = obtain({ url, checksum: `sha256:${'0'.repeat(64)}` }, options({ get }));
    await expect(wrong).rejects.toThrow('but 0000000000000000… was expected');
  });

  test('with a checksum holds for what the user gives, too', async () => {
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(join(cacheFolder, fileName), published);
    const wrong = { url: archive, checksum: '0'.repeat(128) };
    const { get } = network({ [mirror]: gone, [archive]: gone });
    const failure = obtain(wrong, options({ get, runMaven: failingMaven }));
    await expect(failure).rejects.toThrow(
      `${join(cacheFolder, fileName)}: its sha512 is not the one that was asked for`,
    );
    const right = { url: archive, checksum: sha('sha512', published) };
    expect((await obtain(right, options())).file).toBe(join(cacheFolder, fileName));
  });

  test('with the checksum in a file reads that file', async () => {
    const url = 'https://example.com/agent.jar';
    const answers = { [url]: 'a jar', 'https://example.com/sums': `${sha('sha256', 'a jar')}  agent.jar\n` };
    const request = { url, checksum: 'sha256:https://example.com/sums' };
    expect((await obtain(request, options({ get: network(answers).get }))).bytes).toBe(5);
    const none = network({ 'https://example.com/sums': 'nothing' });
    await expect(obtain(request, options({ get: none.get }))).rejects.toThrow('has no sha256 for agent.jar');
  });

  test.each([
    [{ url: 'archive.tgz' }, '"archive.tgz" is not a URL'],
    [{ url: 'file:///etc/passwd' }, 'is not a URL'],
    [{ url: archive, checksum: 'sha256:abc' }, '"sha256:abc" is not a checksum'],
    [{ product: 'kafka', version: '9.9.9' } as const, 'kafka 9.9.9 is not in the catalogue'],
  ])('that is malformed is bad input: %j', async (request, message) => {
    await expect(obtain(request, options())).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining(message),
    });
  });
});

test('a failure of the disk is not taken for one of the source', async () => {
  writeFileSync(cacheFolder, 'a file where the folder is to be');
  await expect(obtain(kafka, options())).rejects.toThrow(`the cache folder ${cacheFolder} cannot be made`);
});

test('an archive that is only passed on tells why it cannot be read when somebody reads it', async () => {
  const url = 'https://example.com/broken.tgz';
  const broken = await obtain({ url }, options({ get: network({ [url]: published.subarray(0, 700) }).get }));
  expect(broken.format).toBeUndefined();
  await expect(broken.entries()).rejects.toThrow('cannot be read as an archive');
});

test('equal requests at the same time are one, and a failure can be tried again', async () => {
  const { get, asked } = network({ [mirror]: published, [mirrorSum]: sum });
  const once = obtainOnce(options({ get }));
  const [first, second] = await Promise.all([once(kafka), once(kafka)]);
  expect([first === second, asked.length]).toEqual([true, 2]);
  await expect(once({ path: join(root, 'later') })).rejects.toThrow('there is no file');
  writeFileSync(join(root, 'later'), 'x');
  expect((await once({ path: join(root, 'later') })).bytes).toBe(1);
  writeFileSync(join(root, 'later'), 'xyz');
  expect((await once({ path: join(root, 'later') })).bytes).toBe(3);
});
