import type { Command } from 'commander';
import type { Io } from './io.ts';
import { readRunOptions } from './run-options.ts';
import { addInventoryFlags, addPlaybookDirFlag } from './shared-flags.ts';

type Done = (code: number) => void;

const facts = ['--facts <file>', 'facts of the hosts, kept by: brokkr facts -o FILE'] as const;
const reveal = ['--reveal', 'show secrets, which are redacted otherwise'] as const;

/** The verbs that look at inventory and variables, and touch no host. */
export function addInspectVerbs(program: Command, io: Io, done: Done): void {
  inspecting(program.command('inventory [group]').description('print the inventory as ansible-inventory does'))
    .option('--list', 'every group with its hosts, and the variables of every host, as JSON')
    .option('--graph', 'the groups as a tree, from the given group or from all')
    .option('--host <host>', 'the variables of one host, as JSON')
    .option('--vars', 'with --graph: the variables of groups and hosts too')
    .option('--export', 'with --list: the variables where they are defined, not where they arrive')
    .option(...reveal)
    .action(async (group: string | undefined, flags: unknown) => {
      const { inventory, inventoryOptions } = await import('./inventory.ts');
      done(await inventory(io, group, readRunOptions(io, inventoryOptions, flags)));
    });

  const hosts = inspecting(
    program
      .command('hosts <pattern>')
      .enablePositionalOptions()
      .description('print the hosts that a pattern selects, in play order'),
  ).action(async (pattern: string, flags: unknown) => {
    const { hosts: print } = await import('./hosts.ts');
    const { inspectOptions } = await import('./inspection.ts');
    done(await print(io, pattern, readRunOptions(io, inspectOptions, flags)));
  });
  addTrust(hosts, io, done);

  inspecting(program.command('eval <host> <expression>').description("print an expression's value on a host, as JSON"))
    .option(...facts)
    .option(...reveal)
    .action(async (host: string, expression: string, flags: unknown) => {
      const { evaluate } = await import('./eval.ts');
      const { inspectOptions } = await import('./inspection.ts');
      done(await evaluate(io, host, expression, readRunOptions(io, inspectOptions, flags)));
    });

  inspecting(
    program
      .command('explain <host> [variable]')
      .description('tell where a variable comes from and what it overrode; without a name, all variables by source'),
  )
    .option(...facts)
    .option(...reveal)
    .action(async (host: string, variable: string | undefined, flags: unknown) => {
      const { explain } = await import('./explain.ts');
      const { inspectOptions } = await import('./inspection.ts');
      done(await explain(io, host, variable, readRunOptions(io, inspectOptions, flags)));
    });
}

function inspecting(command: Command): Command {
  return addPlaybookDirFlag(addInventoryFlags(command));
}

/** The one that asks the hosts for something, and changes files of this machine only. */
function addTrust(hosts: Command, io: Io, done: Done): void {
  inspecting(
    hosts
      .command('trust [pattern]')
      .description('show the host keys that are not known yet, all at once, and keep them after a yes'),
  )
    .option('-T, --timeout <seconds>', 'seconds until a connection must stand (default: 10)')
    .option('--yes', 'keep them without a question')
    .action(async (pattern: string | undefined, _flags: unknown, command: Command) => {
      const { hostsTrust } = await import('./hosts-trust.ts');
      const { inspectOptions } = await import('./inspection.ts');
      done(await hostsTrust(io, pattern ?? 'all', readRunOptions(io, inspectOptions, command.optsWithGlobals())));
    });
}
