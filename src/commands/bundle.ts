import { readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type BundledFile, writeBundle } from '../distributions/bundle.ts';
import { catalogue } from '../distributions/catalogue.ts';
import { obtain } from '../distributions/obtain.ts';
import { ExitCode } from '../errors.ts';
import { packageFolder, packageVersion } from '../package-folder.ts';
import { type Io, print } from './io.ts';
import { filesBelow, modeOf, packageFiles } from './package-files.ts';

export const bundleOptions = z.object({
  output: z.string().default('brokkr-bundle.tar'),
  archives: z.array(z.string()).default([]),
});
export type BundleOptions = z.infer<typeof bundleOptions>;

/** What a project is made of, beside the YAML files in its folder; the lab's inventory belongs to this machine, and is left out. */
const PROJECT = 'inventory hosts playbooks templates schemas roles group_vars host_vars files vars ansible.cfg'.split(
  ' ',
);

/** Puts all that a control machine without a network needs into one file: archives, brokkr itself, and the project. */
export async function createBundle(io: Io, options: BundleOptions): Promise<ExitCode> {
  const archives: BundledFile[] = [];
  for (const { product, version, fileName } of catalogue) {
    const { file } = await obtain({ product, version }, { given: options.archives });
    archives.push({ name: `archives/${fileName}`, file, mode: 0o644 });
  }
  const playbooks = readdirSync('.').filter((name) => /\.ya?ml$/.test(name));
  const project = [...PROJECT, ...playbooks]
    .flatMap((name) => filesBelow(path.resolve(name)))
    .filter((file) => path.basename(file) !== 'lab.yml')
    .map((file) => ({
      name: path.posix.join('project', path.relative(process.cwd(), file)),
      file,
      mode: modeOf(file),
    }));
  const files = [...archives, ...packageFiles(packageFolder()), ...project];
  const sha256 = await writeBundle(options.output, packageVersion(), files);
  print(io, [
    `${options.output}: ${archives.map(({ name }) => path.basename(name)).join(', ')}, brokkr ${packageVersion()}, ${project.length} files of this project`,
    `SHA-256 ${sha256}`,
    '',
    'on a machine with Node and without a network:',
    `  sha256sum ${path.basename(options.output)}`,
    `  mkdir bundle && tar xf ${path.basename(options.output)} -C bundle`,
    ...(project.length > 0
      ? [
          '  cd bundle/project && node ../package/dist/cli.js provision --bundle ..',
          '',
          'it holds the inventory and the YAML files of this folder as they are: secrets that are in no vault can be read in it',
        ]
      : ['  node bundle/package/dist/cli.js provision --bundle bundle -i INVENTORY']),
  ]);
  return ExitCode.done;
}
