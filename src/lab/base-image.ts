import { createHash } from 'node:crypto';
import { access, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { furnishBase } from './base-root.ts';
import { exclusively } from './exclusive.ts';
import { findProgram, runLocal, tryLocal } from './local.ts';
import { removeTree } from './mounts.ts';

const suite = 'bookworm';

/** Raised whenever what `furnishBase` does to an image changes, so that images made before are not used. */
const recipe = 1;

/** The Debian packages of a host. Python is among them only when asked for: managing a host must not need it. */
export function basePackages(withPython: boolean): string[] {
  const packages = [
    'systemd',
    'systemd-sysv',
    'dbus',
    'openssh-server',
    'iproute2',
    'procps',
    'sudo',
    'busybox-static',
  ];
  return [...packages, 'openjdk-17-jre-headless', ...(withPython ? ['python3'] : [])];
}

/** The folder name of the image with these packages; a change of packages or recipe is another image. */
export function baseImageName(packages: readonly string[], architecture: string): string {
  const key = createHash('sha256')
    .update(JSON.stringify([recipe, suite, architecture, packages]))
    .digest('hex');
  return `base-${suite}-${key.slice(0, 12)}`;
}

export interface BaseImageOptions {
  readonly cacheFolder: string;
  readonly withPython: boolean;
  readonly onProgress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The root folder of the base image, built with debootstrap the first time (about a minute). The folder appears under
 * its name only when it is complete, and two builders at once are one builder and one who waits.
 */
export async function ensureBaseImage(options: BaseImageOptions): Promise<string> {
  const packages = basePackages(options.withPython);
  const name = baseImageName(packages, process.arch);
  const path = join(options.cacheFolder, name);
  if (await exists(path)) return path;
  await mkdir(options.cacheFolder, { recursive: true });
  const onWait = () => options.onProgress('waiting for another lab to build the base image');
  return await exclusively(path, () => build(name, packages, options), { onWait, signal: options.signal });
}

async function build(name: string, packages: readonly string[], options: BaseImageOptions): Promise<string> {
  const path = join(options.cacheFolder, name);
  if (await exists(path)) return path;
  const isLeftover = (entry: string) => entry.startsWith(`${name}.building-`);
  for (const leftover of (await readdir(options.cacheFolder)).filter(isLeftover)) {
    await removeTree(join(options.cacheFolder, leftover));
  }
  const unfinished = join(options.cacheFolder, `${name}.building-${process.pid}`);
  options.onProgress('building the base image with debootstrap (once, about a minute)');
  try {
    const mirror = await debianMirror();
    const include = `--include=${packages.join(',')}`;
    await runLocal('debootstrap', ['--variant=minbase', include, suite, unfinished, ...mirror], {
      env: await proxyEnvironment(),
      signal: options.signal,
      onLine: progressOf(options.onProgress),
    });
    await furnishBase(unfinished);
    options.signal?.throwIfAborted();
    await rename(unfinished, path);
    return path;
  } catch (error) {
    await removeTree(unfinished);
    throw error;
  }
}

/** Of debootstrap's hundreds of lines the first of each step. */
function progressOf(onProgress: (text: string) => void): (line: string) => void {
  const seen = new Set<string>();
  return (line) => {
    const step = /^I: (Retrieving|Extracting|Unpacking|Configuring)\b/.exec(line)?.[1];
    if (step === undefined || seen.has(step)) return;
    seen.add(step);
    onProgress(`base image: ${step.toLowerCase()} packages`);
  };
}

/** The mirror that this machine's own apt uses for the suite; none when it uses none, and then debootstrap takes its own. */
async function debianMirror(): Promise<readonly string[]> {
  if ((await findProgram('apt-get')) === undefined) return [];
  const format = '$(CODENAME) $(COMPONENT) $(REPO_URI)';
  const { stdout } = await tryLocal('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const line = stdout.split('\n').find((each) => each.startsWith(`${suite} main `));
  return line?.split(' ').slice(2, 3) ?? [];
}

/** apt's proxy, for debootstrap's downloads. */
async function proxyEnvironment(): Promise<Record<string, string>> {
  if ((await findProgram('apt-config')) === undefined) return {};
  const { stdout } = await tryLocal('apt-config', ['dump', '--format', '%v', 'Acquire::http::Proxy']);
  return stdout.trim() === '' ? {} : { http_proxy: stdout.trim() };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
