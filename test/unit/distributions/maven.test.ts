import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Distribution } from '../../../src/distributions/distribution.ts';
import { downloadedBytes, fetchJars, type RunMaven } from '../../../src/distributions/maven.ts';
import type { Progress } from '../../../src/distributions/progress.ts';
import { zookeeper370 } from '../../../src/distributions/zookeeper-3.7.0.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'brokkr-maven-')), 'jars');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const sha256 = createHash('sha256').update('jar').digest('hex');
const small: Distribution = {
  ...zookeeper370,
  jars: [
    { group: 'org.example', artifact: 'a', version: '1.0', sha256 },
    { group: 'org.example', artifact: 'b', version: '2.0', sha256 },
  ],
};

/** A Maven that writes these jars, prints these lines and ends with this status. */
const maven =
  (jars: Readonly<Record<string, string>>, lines: readonly string[] = [], exitCode = 0): RunMaven =>
  async ({ cwd, onLine }) => {
    for (const [name, content] of Object.entries(jars)) writeFileSync(join(cwd, name), content);
    for (const line of lines) onLine(line);
    return { exitCode };
  };

test('the jars are asked for exactly, and what they ask for is not', async () => {
  const calls: (readonly string[])[] = [];
  const progress: Progress[] = [];
  const lines = [
    'Downloading from central: https://repo/a-1.0.jar',
    'Downloaded from central: https://repo/a-1.0.jar (5.5 MB at 3.1 MB/s)',
    'Downloaded from central: https://repo/b-2.0.jar (12 kB at 900 B/s)',
  ];
  await fetchJars(small, folder, {
    run: (call) => {
      calls.push(call.args);
      return maven({ 'a-1.0.jar': 'jar', 'b-2.0.jar': 'jar' }, lines)(call);
    },
    onProgress: (step) => progress.push(step),
  });
  expect(calls).toHaveLength(1);
  expect(calls[0]).toEqual(expect.arrayContaining([`-DoutputDirectory=${folder}`, join(folder, 'pom.xml')]));
  const pom = readFileSync(join(folder, 'pom.xml'), 'utf8');
  expect(pom.match(/<dependency>/g)).toHaveLength(2);
  expect(pom.match(/<exclusion><groupId>\*<\/groupId><artifactId>\*<\/artifactId><\/exclusion>/g)).toHaveLength(2);
  expect(pom).toContain('<artifactId>b</artifactId>\n      <version>2.0</version>');
  expect(progress.map((step) => step.receivedBytes)).toEqual([0, 5_500_000, 5_512_000]);
});

test('a jar that is missing or altered is named', async () => {
  await expect(fetchJars(small, folder, { run: maven({ 'a-1.0.jar': 'evil' }) })).rejects.toThrow(
    'Maven delivered a wrong set of jars: a-1.0.jar has other bytes than the published jar, b-2.0.jar is missing',
  );
});

test('what Maven complains of is passed on', async () => {
  const lines = [
    '[INFO] Scanning',
    '[ERROR] ',
    '[ERROR] Could not transfer artifact from central: unknown host',
    '[ERROR] Re-run',
  ];
  await expect(fetchJars(small, folder, { run: maven({}, lines, 1) })).rejects.toMatchObject({
    message: 'mvn ended with status 1: Could not transfer artifact from central: unknown host',
    hint: expect.stringContaining('-Dartifact=org.example:a:1.0'),
  });
});

test('a long complaint keeps its end, where the reason is', async () => {
  const line = `[ERROR] Could not resolve: ${'x'.repeat(900)}: Unknown host kafka.example.com -> [Help 1]`;
  await expect(fetchJars(small, folder, { run: maven({}, [line], 1) })).rejects.toThrow(
    /^mvn ended with status 1: Could not resolve: x+ … x+: Unknown host kafka.example.com$/,
  );
});

test('bytes are read from the lines of a finished download only', () => {
  expect(downloadedBytes('Downloaded from x: http://h/f.pom (512 B at 1.0 kB/s)')).toBe(512);
  expect(downloadedBytes('[INFO] BUILD SUCCESS')).toBeUndefined();
});

test('without mvn on the path that is said', async () => {
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    await expect(fetchJars(small, folder, {})).rejects.toThrow('there is no mvn on this machine');
  } finally {
    process.env.PATH = path;
  }
  expect(existsSync(join(folder, 'pom.xml'))).toBe(true);
});
