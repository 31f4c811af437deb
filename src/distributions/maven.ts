import { spawn } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from './checksum.ts';
import { type Distribution, type Jar, jarFileName } from './distribution.ts';
import type { OnProgress } from './progress.ts';
import { SourceFailure } from './source-failure.ts';

/** How `mvn` is run; a test puts its own in place. */
export type RunMaven = (call: {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}) => Promise<{ readonly exitCode: number }>;

const program = 'mvn';

/** Pinned, so that what is run does not change by itself. */
const copyGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';

/**
 * Fetches the jars of a distribution into `folder` with the user's own Maven: its settings, mirrors, credentials and
 * local repository apply. Every jar is then compared with its pinned SHA-256.
 *
 * @throws SourceFailure when Maven is missing or fails, or a jar is not the one that was published
 */
export async function fetchJars(
  distribution: Distribution,
  folder: string,
  options: { run?: RunMaven | undefined; onProgress?: OnProgress | undefined; signal?: AbortSignal | undefined },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const pom = join(folder, 'pom.xml');
  await writeFile(pom, pomOf(distribution));
  const complaints: string[] = [];
  let receivedBytes = 0;
  const what = `jars of ${distribution.fileName} (Maven)`;
  options.onProgress?.({ what, receivedBytes, totalBytes: undefined });
  const { exitCode } = await (options.run ?? runMaven)({
    args: [
      '-B',
      '-U',
      '-Dstyle.color=never',
      '-Daether.connector.connectTimeout=5000',
      '-Daether.connector.requestTimeout=60000',
      '-f',
      pom,
      copyGoal,
      `-DoutputDirectory=${folder}`,
    ],
    cwd: folder,
    signal: options.signal,
    onLine: (line) => {
      const bytes = downloadedBytes(line);
      if (bytes !== undefined) {
        receivedBytes += bytes;
        options.onProgress?.({ what, receivedBytes, totalBytes: undefined });
      } else if (line.startsWith('[ERROR]')) complaints.push(line.slice('[ERROR]'.length).trim());
    },
  });
  if (exitCode !== 0) {
    const reason = complaints.find((line) => line !== '') ?? 'no error line was printed';
    throw new SourceFailure(`mvn ended with status ${exitCode}: ${shorten(reason)}`, {
      hint: `let Maven reach its repository (a <mirror> in ~/.m2/settings.xml), then try: mvn dependency:get -Dtransitive=false -Dartifact=${coordinates(distribution.jars[0])}`,
    });
  }
  await checkJars(distribution.jars, folder);
}

async function checkJars(jars: readonly Jar[], folder: string): Promise<void> {
  const present = new Set(await readdir(folder));
  const problems: string[] = [];
  for (const jar of jars) {
    const name = jarFileName(jar);
    if (!present.has(name)) problems.push(`${name} is missing`);
    else if ((await hashFile(join(folder, name), 'sha256')) !== jar.sha256) {
      problems.push(`${name} has other bytes than the published jar`);
    }
  }
  if (problems.length === 0) return;
  throw new SourceFailure(`Maven delivered a wrong set of jars: ${problems.join(', ')}`, {
    hint: 'remove these jars from ~/.m2/repository and from the mirror that altered them, then run again',
  });
}

/** A project whose dependencies are exactly these jars: what they ask for themselves is excluded. */
function pomOf(distribution: Distribution): string {
  const dependencies = distribution.jars.map((jar) =>
    [
      '    <dependency>',
      `      <groupId>${jar.group}</groupId>`,
      `      <artifactId>${jar.artifact}</artifactId>`,
      `      <version>${jar.version}</version>`,
      '      <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>',
      '    </dependency>',
    ].join('\n'),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>brokkr</groupId>
  <artifactId>${distribution.product}</artifactId>
  <version>${distribution.version}</version>
  <packaging>pom</packaging>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
}

/** Bytes of a line such as `Downloaded from central: https://… (5.5 MB at 3.1 MB/s)`; Maven rounds them. */
export function downloadedBytes(line: string): number | undefined {
  const match = /Downloaded from .*\(([\d.]+) ([kMG]?)B at /.exec(line);
  if (match === null) return undefined;
  const factor = { '': 1, k: 1e3, M: 1e6, G: 1e9 }[match[2] ?? ''] ?? 1;
  return Math.round(Number(match[1]) * factor);
}

function coordinates(jar: Jar | undefined): string {
  return jar === undefined ? 'GROUP:ARTIFACT:VERSION' : `${jar.group}:${jar.artifact}:${jar.version}`;
}

/** Maven's reason stands at the end of a long line, after what it was doing. */
function shorten(line: string): string {
  const text = line.replace(/ -> \[Help \d+\]$/, '');
  return text.length <= 400 ? text : `${text.slice(0, 150)} … ${text.slice(-250)}`;
}

const runMaven: RunMaven = ({ args, cwd, onLine, signal }) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], signal });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line.trimEnd());
      });
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') reject(error);
      else
        reject(new SourceFailure('there is no mvn on this machine', { hint: 'install Maven: apt-get install maven' }));
    });
    child.on('close', (code) => resolve({ exitCode: code ?? 1 }));
  });
