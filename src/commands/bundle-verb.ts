import type { Command } from 'commander';
import type { Io } from './io.ts';
import { readOptions } from './options.ts';

const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** The verb for control machines without a network. */
export function addBundleVerb(program: Command, io: Io, done: (code: number) => void): void {
  const bundle = program
    .command('bundle')
    .enablePositionalOptions()
    .description('all that a control machine without a network needs, in one file');
  bundle
    .command('create')
    .description('put the archives, brokkr itself and the project of this folder into one file, with checksums')
    .option('-o, --output <file>', 'the file (default: brokkr-bundle.tar)')
    .option('--archives <path>', 'a file or folder with archives of Kafka and ZooKeeper (may be given again)', several)
    .action(async (flags: unknown) => {
      const { bundleOptions, createBundle } = await import('./bundle.ts');
      done(await createBundle(io, readOptions(bundleOptions, flags)));
    });
}
