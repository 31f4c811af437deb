import type { Command } from 'commander';
import type { Io } from './io.ts';
import { readRunOptions } from './run-options.ts';
import { addLockFlag, addSharedFlags } from './shared-flags.ts';

const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** The verb that restarts servers without anybody noticing. */
export function addRestartVerb(program: Command, io: Io, done: (code: number) => void): void {
  addLockFlag(
    addSharedFlags(
      program
        .command('restart <kafka|zookeeper|all>')
        .description('restart kafka, zookeeper or all: one server after the other, each only while it can be missed'),
    ),
  )
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'only show the order, and what the gate says of each server now')
    .option('--if-needed', 'only servers whose files changed since they were started, or whose restart is owed')
    .option('--resume', 'go on with the restart that was not finished')
    .option('--force-after <seconds>', 'kill a server that has not ended by then (default: never)')
    .option(
      '--accept-unavailability <topic>',
      'a topic with a single replica that may be gone meanwhile (may be given again)',
      several,
    )
    .option('--parallel-in-rack', 'brokers of one broker.rack together, where the cluster can do without all of them')
    .option('--samples <number>', 'looks in a row that must be clean before each stop (default: 3)')
    .option('--interval <seconds>', 'between two looks (default: 2 for Kafka, 1 for ZooKeeper)')
    .option('--gate-timeout <seconds>', 'give up when a server cannot be missed by then (default: as for its start)')
    .option('--canary', 'send and read back messages all the while; one lost or repeated makes it fail')
    .option('--no-canary', 'without messages, also where the variable restart_canary asks for them, as in a lab')
    .option('--timeline <file>', 'write a page with the timeline of the restart')
    .option('--canary-rate <number>', 'messages of 1 KiB a second (default: 200)')
    .action(async (what: string, flags: unknown) => {
      const { restart, restartOptions } = await import('./restart.ts');
      done(await restart(io, what, readRunOptions(io, restartOptions, flags)));
    });
}
