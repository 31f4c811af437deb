import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';
import { z } from 'zod';
import { BrokkrError, errorText, InputError } from '../errors.ts';
import { hashFile } from './checksum.ts';

/** The first entry of a bundle: what else is in it. */
const manifestName = 'bundle.json';

const manifestSchema = z.strictObject({
  brokkr: z.string(),
  files: z.array(
    z.strictObject({
      /** Relative, with `/`, and never out of the bundle. */
      name: z.string().regex(/^(?!\/)(?!(.*\/)?\.\.(\/|$))[^\0\n]+$/),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      bytes: z.int().nonnegative(),
    }),
  ),
});
type Manifest = z.infer<typeof manifestSchema>;

export interface BundledFile {
  /** Its path in the bundle. */
  readonly name: string;
  /** Where it stands now. */
  readonly file: string;
  readonly mode: number;
}

/**
 * Writes files into one tar, with their SHA-256 before them. It is not compressed: archives are already.
 * @returns the SHA-256 of the whole
 * @throws BrokkrError when a file cannot be read or the bundle cannot be written
 */
export async function writeBundle(target: string, version: string, files: readonly BundledFile[]): Promise<string> {
  const temporary = `${target}.part`;
  try {
    const listed = await Promise.all(
      files.map(async ({ name, file }) => ({
        name,
        sha256: await hashFile(file, 'sha256'),
        bytes: (await stat(file)).size,
      })),
    );
    const manifest: Manifest = { brokkr: version, files: listed };
    const tar = pack();
    const fill = async (): Promise<void> => {
      tar.entry({ name: manifestName, mode: 0o644 }, `${JSON.stringify(manifest, undefined, 1)}\n`);
      for (const [index, { name, file, mode }] of files.entries()) {
        const entry = tar.entry({ name, mode, size: listed[index]?.bytes ?? 0 });
        await pipeline(createReadStream(file), entry);
      }
      tar.finalize();
    };
    await rm(temporary, { force: true });
    // The inventory in it may hold secrets.
    await Promise.all([pipeline(tar, createWriteStream(temporary, { mode: 0o600 })), fill()]);
    await rename(temporary, target);
    return await hashFile(target, 'sha256');
  } catch (error) {
    await rm(temporary, { force: true });
    throw new BrokkrError(`the bundle ${target} cannot be written: ${errorText(error)}`, { cause: error });
  }
}

/**
 * The folder with the archives of a bundle: a tar, or the folder that it was unpacked to. Every file of it is compared with
 * its SHA-256 before anything is used. What is unpacked stays in the cache until the bundle is another one.
 * @throws InputError when it is not there, is no bundle, or a file of it is not what it was
 */
export async function openBundle(bundle: string, cache: string): Promise<string> {
  const found = await stat(bundle).catch(() => undefined);
  if (found === undefined)
    throw new InputError([{ message: `there is no bundle ${bundle}`, hint: 'make one: brokkr bundle create' }]);
  if (found.isDirectory()) {
    const { files, ...rest } = await readManifest(bundle);
    // The project is the user's to change.
    await verify(bundle, { ...rest, files: files.filter(({ name }) => !name.startsWith('project/')) });
    return path.join(bundle, 'archives');
  }
  const folder = path.join(cache, 'bundles', await hashFile(bundle, 'sha256'));
  if ((await stat(folder).catch(() => undefined)) === undefined) await unpack(bundle, folder);
  const { files, ...rest } = await readManifest(folder);
  await verify(folder, { ...rest, files: files.filter(({ name }) => name.startsWith('archives/')) });
  return path.join(folder, 'archives');
}

async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, manifestName);
  try {
    return manifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    throw new InputError([
      {
        message: `${folder} is no bundle: ${manifestName} is missing or damaged`,
        hint: 'make one: brokkr bundle create',
      },
    ]);
  }
}

async function verify(folder: string, { files }: Manifest): Promise<void> {
  for (const { name, sha256 } of files) {
    const found = await hashFile(path.join(folder, name), 'sha256').catch(() => undefined);
    if (found === sha256) continue;
    const what = found === undefined ? 'cannot be read' : `has the SHA-256 ${found}, and should have ${sha256}`;
    throw new InputError([
      {
        message: `${name} of the bundle ${what}`,
        hint: `copy the bundle again; what was unpacked of it is in ${folder}`,
      },
    ]);
  }
}

/** Only the archives: the package and the project are for `tar xf`. */
async function unpack(bundle: string, folder: string): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true });
  const temporary = await mkdtemp(`${folder}-`);
  const tar = extract();
  const read = async (): Promise<void> => {
    for await (const entry of tar) {
      const { name, type } = entry.header;
      const isWanted = name === manifestName || /^archives\/[^/]+$/.test(name);
      if (!isWanted || type !== 'file') {
        entry.resume();
        continue;
      }
      const file = path.join(temporary, name);
      await mkdir(path.dirname(file), { recursive: true });
      await pipeline(entry, createWriteStream(file, { mode: 0o644 }));
    }
  };
  try {
    await Promise.all([pipeline(createReadStream(bundle), tar), read()]);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw new InputError([{ message: `the bundle ${bundle} cannot be read: ${errorText(error)}` }]);
  }
}
