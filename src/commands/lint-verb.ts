import type { Command } from 'commander';
import type { Io } from './io.ts';
import { readOptions } from './options.ts';
import { addSharedFlags } from './shared-flags.ts';

const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** The verb that tells what is wrong in files before any host has them. */
export function addLintVerb(program: Command, io: Io, done: (code: number) => void): void {
  addSharedFlags(
    program
      .command('lint [path...]')
      .description('tell what is wrong in files of Kafka and ZooKeeper: the given ones, or those of the playbook'),
  )
    .option('--playbook <file>', 'without a path: the playbook whose files are judged (default: site.yml)')
    .option('--facts <file>', 'without a path: take facts of hosts from a file of facts -o')
    .option(
      '--hosts',
      'ask the hosts, too: memory, disks, limits, clocks, names, ports, Java, certificates, credentials',
    )
    .option('--kafka-version <version>', 'judge as this version does (default: as the files tell, else 2.8.1)')
    .option('--zookeeper-version <version>', 'judge as this version does (default: as the files tell, else 3.7.0)')
    .option('--brokers <number>', 'how many brokers the cluster has, where the files do not tell')
    .option('--cluster', 'all given files are of one cluster: judge them together')
    .option('--format <format>', 'text, json (a line for each file), sarif or github')
    .option('--disable <rule>', 'leave a rule out, as RULE or RULE: REASON (may be given again)', several)
    .option('--rules', 'list all rules')
    .action(async (paths: string[], flags: unknown) => {
      const { lint, lintOptions } = await import('./lint.ts');
      done(await lint(io, paths, readOptions(lintOptions, flags)));
    });
}
