import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { BundledFile } from '../distributions/bundle.ts';
import { BrokkrError } from '../errors.ts';

const packageSchema = z.looseObject({
  version: z.string(),
  files: z.array(z.string()).default([]),
  dependencies: z.record(z.string(), z.string()).default({}),
});

/** The packages of which the build leaves something beside dist/: what was compiled for a machine, and what is loaded file by file. */
const BESIDE = ['ssh2', 'kafkajs'];

/** All that a package needs to run, as files below `package/`: what it ships, and the packages that it depends on. */
export function packageFiles(folder: string): BundledFile[] {
  const own = readPackage(folder);
  const shipped = own.files
    .filter((pattern) => !pattern.startsWith('!'))
    .flatMap((name) => filesBelow(path.join(folder, name)));
  const wanted = [path.join(folder, 'package.json'), ...shipped].filter(
    (file) => !file.endsWith('.map') && path.basename(file) !== 'lab.yml',
  );
  if (!existsSync(path.join(folder, 'dist', 'cli.js')))
    throw new BrokkrError('there is no dist/cli.js beside the package', { hint: 'build it first: npm run build' });
  return [
    ...wanted.map((file) => bundled(file, path.relative(folder, file))),
    ...dependenciesOf(folder).flatMap(({ name, from }) =>
      filesBelow(from)
        .filter((file) => !/\.(map|d\.[cm]?ts)$/.test(file))
        .map((file) => bundled(file, path.join('node_modules', name, path.relative(from, file)))),
    ),
  ];
}

/** Each needed package once, where Node would find it. One of which two versions are needed stays beside its user. */
function dependenciesOf(folder: string): { name: string; from: string }[] {
  const found = new Map<string, string>();
  const visit = (from: string, prefix: string): void => {
    for (const name of prefix === '' ? BESIDE : Object.keys(readPackage(from).dependencies)) {
      const place = findPackage(name, from);
      if (place === undefined) continue;
      const known = found.get(name);
      const at = known === undefined || known === place ? name : `${prefix}${name}`;
      if (found.get(at) === place) continue;
      found.set(at, place);
      visit(place, `${at}/node_modules/`);
    }
  };
  visit(folder, '');
  return [...found].map(([name, from]) => ({ name, from }));
}

function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const place = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(place, 'package.json'))) return place;
    if (path.dirname(folder) === folder) return undefined;
  }
}

function readPackage(folder: string): z.infer<typeof packageSchema> {
  return packageSchema.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
}

/** Regular files at and below a place, in a fixed order; those of nested packages are not among them. */
export function filesBelow(place: string): string[] {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isFile()) return [place];
  if (!found.isDirectory() || ['node_modules', '.git', '.brokkr'].includes(path.basename(place))) return [];
  return readdirSync(place)
    .sort()
    .flatMap((name) => filesBelow(path.join(place, name)));
}

function bundled(file: string, name: string): BundledFile {
  return { name: path.posix.join('package', name), file, mode: modeOf(file) };
}

/** Programs stay programs: an inventory may be one. */
export function modeOf(file: string): number {
  return (statSync(file).mode & 0o111) === 0 ? 0o644 : 0o755;
}
