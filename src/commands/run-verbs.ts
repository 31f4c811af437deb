import type { Command } from 'commander';
import { z } from 'zod';
import type { Io } from './io.ts';
import { isListing, listingOptions, sharedOptions } from './options.ts';
import { readRunOptions } from './run-options.ts';
import { addListingFlags, addLockFlag, addSharedFlags } from './shared-flags.ts';

/** The verbs that read a playbook and look at hosts, and the one that makes a project for them. */
export function addRunVerbs(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('init <folder>')
    .description('make a project of your own: inventory, playbooks and templates')
    .action(async (folder: string) => {
      const { init } = await import('./init.ts');
      done(init(io, folder));
    });

  addListingFlags(
    addLockFlag(
      addSharedFlags(
        program.command('provision [playbook]').description('plan, show, ask, apply, and prove what was changed'),
      ),
    ),
  )
    .option('-y, --yes', 'do not ask')
    .option('-C, --check', 'only show what would change')
    .option('--no-verify', 'do not prove the cluster afterwards')
    .action(async (playbook: string | undefined, flags: unknown) => {
      const schema = sharedOptions.extend({ verify: z.boolean(), ...listingOptions.shape });
      const options = readRunOptions(io, schema, flags);
      if (isListing(options)) {
        const { listPlaybook } = await import('./list-playbook.ts');
        done(await listPlaybook(io, playbook, options));
        return;
      }
      const { provision } = await import('./provision.ts');
      done(await provision(io, playbook, options));
    });

  addListingFlags(
    addSharedFlags(
      program
        .command('plan [playbook]')
        .description('show what would change on which host; exit 2 when something would'),
    ),
  )
    .option('-o, --output <file>', 'save the plan, to be applied exactly as it is')
    .action(async (playbook: string | undefined, flags: unknown) => {
      const schema = sharedOptions.extend({ output: z.string().optional(), ...listingOptions.shape });
      const options = readRunOptions(io, schema, flags);
      if (isListing(options)) {
        const { listPlaybook } = await import('./list-playbook.ts');
        done(await listPlaybook(io, playbook, options));
        return;
      }
      const { plan } = await import('./plan.ts');
      done(await plan(io, playbook, options));
    });

  addLockFlag(
    addSharedFlags(
      program.command('apply <plan>').description('apply a saved plan; refused when a host has moved since'),
    ),
  ).action(async (file: string, flags: unknown) => {
    const { apply } = await import('./apply.ts');
    done(await apply(io, file, readRunOptions(io, sharedOptions, flags)));
  });

  addSharedFlags(
    program.command('render [playbook]').description("write each host's files into a folder, without a connection"),
  )
    .option('-o, --out <folder>', 'the folder', 'rendered')
    .option('--host <name>', 'only the files of this host; those of the others stay')
    .option('-C, --check', 'write nothing; exit 2 when the folder is not what would be written')
    .option(
      '--against <tree>',
      'write nothing; show the differences to another folder, or to a git revision of this one',
    )
    .option('--facts <file>', 'take facts of hosts from a file of facts -o')
    .option('--reveal', 'write secrets as they are, into files that only you can read')
    .action(async (playbook: string | undefined, flags: unknown) => {
      const { render, renderOptions } = await import('./render.ts');
      done(await render(io, playbook, readRunOptions(io, renderOptions, flags)));
    });
}
