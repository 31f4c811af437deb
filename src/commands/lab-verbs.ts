import type { Command } from 'commander';
import { z } from 'zod';
import { commandWords } from './command-words.ts';
import type { Io } from './io.ts';
import { readOptions, sharedOptions, wholeNumber } from './options.ts';
import { addSharedFlags } from './shared-flags.ts';

const labOptions = z.object({
  folder: z.string().optional(),
  driver: z.enum(['nspawn', 'loopback']).optional(),
  hosts: wholeNumber(1, 20).optional(),
  busybox: z.boolean().optional(),
  withoutSystemd: z.boolean().optional(),
  withPython: z.boolean().optional(),
  inventoryPath: z.string().optional(),
});

function labFlags(command: Command): Command {
  return command
    .option('--folder <folder>', 'where the lab lives (default: .brokkr/lab)')
    .option('--driver <driver>', 'nspawn (Linux, root) or loopback (anywhere)')
    .option('--hosts <number>', 'how many hosts (default: 3)')
    .option('--busybox', 'one more host whose shell and tools are BusyBox')
    .option('--without-systemd', 'one more host without systemd')
    .option('--with-python', 'hosts that Ansible can manage, too')
    .option('--inventory-path <file>', 'where its inventory is written (default: inventory/lab.yml)');
}

/** The lab, and the main job on it. */
export function addLabVerbs(program: Command, io: Io, done: (code: number) => void): void {
  addSharedFlags(labFlags(program.command('demo').description('lab up, provision from nothing, verify'))).action(
    async (flags: unknown) => {
      const { demo } = await import('./demo.ts');
      done(
        await demo(
          io,
          readOptions(labOptions, flags),
          readOptions(sharedOptions.extend({ verify: z.boolean().default(true) }), flags),
        ),
      );
    },
  );

  const lab = program
    .command('lab')
    .enablePositionalOptions()
    .description('real hosts on this machine, to try things on');
  labFlags(lab.command('up').description('start the hosts')).action(async (flags: unknown) => {
    const { tellHosts, tellInventory, up } = await import('./lab.ts');
    const hosts = await up(io, readOptions(labOptions, flags));
    tellHosts(io, hosts);
    tellInventory(io, hosts);
  });
  const folder = ['--folder <folder>', 'where the lab lives (default: .brokkr/lab)'] as const;
  lab
    .command('down')
    .description('remove the hosts, and everything of theirs')
    .option(...folder)
    .action(async (flags: { folder?: string }) => {
      const { down } = await import('./lab.ts');
      done(await down(io, flags.folder));
    });
  lab
    .command('status')
    .description('which hosts are up, cut or down')
    .option(...folder)
    .action(async (flags: { folder?: string }) => {
      const { status } = await import('./lab.ts');
      done(await status(io, flags.folder));
    });
  lab
    .command('ssh <host> [command...]')
    .description('a shell on a host, or a command')
    .option(...folder)
    .passThroughOptions()
    .action(async (host: string, words: string[], flags: { folder?: string }) => {
      const instead = `brokkr lab ssh ${words.slice(0, 2).join(' ')} ${host} …`;
      const command = commandWords(words, { what: 'host', name: host, instead });
      const { ssh } = await import('./lab.ts');
      done(await ssh(flags.folder, host, command));
    });
  for (const [fault, text] of [
    ['cut', 'take its network away'],
    ['mend', 'give it back'],
    ['kill', 'end a host as a power cut would'],
    ['start', 'boot a killed host'],
  ] as const) {
    lab
      .command(`${fault} <host>`)
      .description(text)
      .option(...folder)
      .action(async (host: string, flags: { folder?: string }) => {
        const { inflict } = await import('./lab.ts');
        done(await inflict(io, fault, flags.folder, host));
      });
  }
}
