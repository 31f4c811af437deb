import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError, type Problem } from '../errors.ts';
import { recognise, recogniseGiven } from '../lint/recognise.ts';
import type { LintFile, LintHost } from '../lint/subject.ts';

/** The largest file that can be a configuration. */
const LARGEST = 1024 * 1024;

/**
 * The hosts of what was named: a tree that render wrote, or one like it, has a folder for each host; every other file
 * stands for itself, unless `together` says that all are of one cluster.
 * @throws InputError for what is not there, or is nothing that can be linted
 */
export function readLintHosts(given: readonly string[], together: boolean): LintHost[] {
  const problems: Problem[] = [];
  const hosts = given.flatMap((each): LintHost[] => {
    const before = problems.length;
    const stat = reading(each, problems, () => statSync(each, { throwIfNoEntry: false }));
    if (stat === undefined) {
      if (problems.length === before) problems.push({ message: `there is no ${each}`, hint: 'check the path' });
      return [];
    }
    if (stat.isDirectory()) {
      const found = readFolder(each, problems);
      if (problems.length > before) return [];
      if (found.length === 0)
        problems.push({
          message: `${each} has no file of Kafka or ZooKeeper`,
          hint: 'name a server.properties, a zoo.cfg, or a folder with some',
        });
      return found;
    }
    if (/\.ya?ml$/i.test(each)) {
      problems.push({
        message: `${each} is YAML: lint judges what is written from it`,
        hint: 'brokkr lint, without a path, judges the files of the playbook; or name a rendered file or folder',
      });
      return [];
    }
    const text = readText(each, problems);
    if (text === undefined) return [];
    const kind = recogniseGiven(each, text);
    if (kind !== undefined)
      return [{ name: undefined, files: [{ kind, file: each, path: each, text }], contentOf: contentAt }];
    problems.push({
      message: `${each} is no file of Kafka or ZooKeeper that brokkr knows`,
      hint: 'name a server.properties, a zoo.cfg, or a folder with some',
    });
    return [];
  });
  if (problems.length > 0) throw new InputError(problems);
  return together
    ? hosts.map((host) => ({ ...host, name: host.name ?? path.basename(host.files[0]?.file ?? '') }))
    : hosts;
}

/** What is in a file; `undefined` when it cannot be read, which is one of the problems then. */
function readText(file: string, problems: Problem[]): string | undefined {
  return reading(file, problems, () => {
    // The pipe of a shell has no size.
    if (statSync(file).size <= LARGEST) return readFileSync(file, 'utf8');
    problems.push({ message: `${file} is larger than 1 MiB, and no configuration`, hint: 'check the path' });
    return undefined;
  });
}

function reading<T>(place: string, problems: Problem[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const why = error.code === 'EACCES' ? 'permission denied' : error.message;
    problems.push({ message: `${place} cannot be read: ${why}`, hint: 'check its owner and mode' });
    return undefined;
  }
}

function readFolder(folder: string, problems: Problem[]): LintHost[] {
  const files = filesBelow(folder, problems).map((relative) => ({ relative, file: path.join(folder, relative) }));
  const known = files.flatMap(({ relative, file }): (LintFile & { relative: string })[] => {
    if (statSync(file).size > LARGEST) return [];
    // A file that only its owner reads, such as a key, matters only where its name says that it is to be judged.
    const text = readText(file, recognise(`/${relative}`, '') === undefined ? [] : problems);
    const kind = text === undefined ? undefined : recognise(`/${relative}`, text);
    return text === undefined || kind === undefined ? [] : [{ kind, file, path: `/${relative}`, text, relative }];
  });
  if (!isTree(folder, known))
    return known
      .filter(({ kind }) => kind === 'kafka' || kind === 'zookeeper')
      .map(({ relative: _, ...file }) => ({ name: undefined, files: [file], contentOf: contentAt }));
  const byHost = new Map<string, LintFile[]>();
  for (const { relative, ...file } of known) {
    const [host = ''] = relative.split('/');
    byHost.set(host, [...(byHost.get(host) ?? []), { ...file, path: relative.slice(host.length) }]);
  }
  return [...byHost].map(([name, ofHost]) => ({
    name,
    files: ofHost,
    contentOf: (place) => contentHere(path.join(folder, name, path.posix.join('/', place))),
  }));
}

/** A bare file names the files of its host, which may be this machine. */
function contentAt(place: string): Uint8Array | undefined {
  return path.isAbsolute(place) ? contentHere(place) : undefined;
}

/** What is in a file of this machine; `undefined` when it cannot be read. */
function contentHere(place: string): Uint8Array | undefined {
  try {
    const found = statSync(place);
    return found.isFile() && found.size <= LARGEST ? readFileSync(place) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether each folder in this one is a host: the tree is of render, or the same file stands in several of them. */
function isTree(folder: string, files: readonly { readonly relative: string }[]): boolean {
  if (existsSync(path.join(folder, 'manifest.json'))) return true;
  const within = files
    .filter(({ relative }) => relative.includes('/'))
    .map(({ relative }) => relative.replace(/^[^/]+\//, ''));
  return within.length === files.length && new Set(within).size < within.length;
}

function filesBelow(folder: string, problems: Problem[], prefix = ''): string[] {
  const place = path.join(folder, prefix);
  const entries = reading(place, problems, () => readdirSync(place, { withFileTypes: true })) ?? [];
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const relative = path.posix.join(prefix, entry.name);
      if (entry.isDirectory())
        return entry.name === '.git' || entry.name === 'node_modules' ? [] : filesBelow(folder, problems, relative);
      return entry.isFile() ? [relative] : [];
    });
}
