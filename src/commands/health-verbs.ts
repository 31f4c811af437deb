import type { Command } from 'commander';
import type { Io } from './io.ts';
import { readRunOptions } from './run-options.ts';
import { addConnectionFlags, addInventoryFlags, addVerboseFlag } from './shared-flags.ts';

/** The verbs that look at a cluster and change nothing of yours. */
export function addHealthVerbs(program: Command, io: Io, done: (code: number) => void): void {
  addLookFlags(
    program
      .command('verify [playbook]')
      .description('check hosts, ensemble and brokers one by one, and prove the cluster with messages there and back'),
  )
    .option(
      '--profile <name>',
      'quick (about two seconds) or full, with a consumer group and a short run (default: full)',
    )
    .option('--no-write', 'only look: no scratch znode, no scratch topic')
    .option('--junit <file>', 'write the checks as JUnit XML, too')
    .option('--html <file>', 'write a page with pictures, too, which needs no network')
    .action(async (playbook: string | undefined, flags: unknown) => {
      const { verify, verifyOptions } = await import('./verify.ts');
      done(await verify(io, playbook, readRunOptions(io, verifyOptions, flags)));
    });

  addLookFlags(
    program
      .command('diff [playbook]')
      .description(
        'show drift: what would be written, what is on disk, and what is in effect; exit 2 when they differ',
      ),
  )
    .option('--all', 'every key, not only those that differ')
    .action(async (playbook: string | undefined, flags: unknown) => {
      const { diff, diffOptions } = await import('./diff.ts');
      done(await diff(io, playbook, readRunOptions(io, diffOptions, flags)));
    });

  addLookFlags(
    program
      .command('status')
      .description('show hosts and servers on one screen: roles, versions, leader and controller, disks, what is owed'),
  )
    .option('-w, --watch [seconds]', 'again and again, until Ctrl-C (default: every 5 seconds)')
    .action(async (flags: unknown) => {
      const { status, statusOptions } = await import('./status.ts');
      done(await status(io, readRunOptions(io, statusOptions, flags)));
    });
}

/** The flags of verbs that run no tasks. */
function addLookFlags(command: Command): Command {
  return addVerboseFlag(addConnectionFlags(addInventoryFlags(command))).option('--json', 'one JSON object');
}
