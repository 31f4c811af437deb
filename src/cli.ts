#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { addInspectVerbs } from './commands/inspect-verbs.ts';
import { processIo, readSource, terminalOf } from './commands/io.ts';
import { readOptions, sharedOptions } from './commands/options.ts';
import { addSharedFlags } from './commands/shared-flags.ts';
import { addVaultVerbs } from './commands/vault-verbs.ts';
import { BrokkrError, ExitCode, InputError } from './errors.ts';
import { packageFolder } from './package-folder.ts';

z.config({ jitless: true });
const io = processIo();

/** Runs the verb that the command line names; its modules are loaded only then. */
async function main(argv: readonly string[]): Promise<number> {
  let code: number = ExitCode.done;
  const program = new Command('brokkr')
    .description('Provisions Apache Kafka and ZooKeeper over SSH from Ansible-style YAML.')
    .version(version(), '--version')
    .showHelpAfterError('(brokkr --help lists the verbs)')
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride();

  addSharedFlags(
    program.command('provision [playbook]').description('plan, show, ask, apply, and prove what was changed'),
  )
    .option('-y, --yes', 'do not ask')
    .option('-C, --check', 'only show what would change')
    .option('--no-verify', 'do not prove the cluster afterwards')
    .action(async (playbook: string | undefined, flags: unknown) => {
      const { provision } = await import('./commands/provision.ts');
      code = await provision(io, playbook, readOptions(sharedOptions.extend({ verify: z.boolean() }), flags));
    });

  addSharedFlags(
    program.command('plan [playbook]').description('show what would change on which host; exit 2 when something would'),
  )
    .option('-o, --output <file>', 'save the plan, to be applied exactly as it is')
    .action(async (playbook: string | undefined, flags: unknown) => {
      const { plan } = await import('./commands/plan.ts');
      const schema = sharedOptions.extend({ output: z.string().optional() });
      code = await plan(io, playbook, readOptions(schema, flags));
    });

  addSharedFlags(
    program.command('apply <plan>').description('apply a saved plan; refused when a host has moved since'),
  ).action(async (file: string, flags: unknown) => {
    const { apply } = await import('./commands/apply.ts');
    code = await apply(io, file, readOptions(sharedOptions, flags));
  });

  addSharedFlags(
    program.command('render [playbook]').description("write each host's files into a folder, without a connection"),
  )
    .option('-o, --out <folder>', 'the folder', 'rendered')
    .action(async (playbook: string | undefined, flags: unknown) => {
      const { render } = await import('./commands/render.ts');
      code = await render(io, playbook, readOptions(sharedOptions.extend({ out: z.string() }), flags));
    });

  addSharedFlags(
    program
      .command('verify [playbook]')
      .description('prove that the cluster works: ensemble, brokers, messages there and back'),
  ).action(async (playbook: string | undefined, flags: unknown) => {
    const { verify } = await import('./commands/provision.ts');
    const { playbookFile } = await import('./commands/files.ts');
    code = await verify(io, playbookFile(playbook, 'verify.yml'), readOptions(sharedOptions, flags));
  });

  program
    .command('init <folder>')
    .description('make a project of your own: inventory, playbooks and templates')
    .action(async (folder: string) => {
      const { init } = await import('./commands/init.ts');
      code = init(io, folder);
    });

  const done = (result: number): void => {
    code = result;
  };
  addInspectVerbs(program, io, done);
  addVaultVerbs(program, io, done);
  addLab(program, done);

  addSharedFlags(labFlags(program.command('demo').description('lab up, provision from nothing, verify'))).action(
    async (flags: unknown) => {
      const { demo } = await import('./commands/demo.ts');
      code = await demo(
        io,
        readOptions(labOptions, flags),
        readOptions(sharedOptions.extend({ verify: z.boolean().default(true) }), flags),
      );
    },
  );

  await program.parseAsync([...argv]);
  return code;
}

const labOptions = z.object({
  folder: z.string().optional(),
  driver: z.enum(['nspawn', 'loopback']).optional(),
  hosts: z.coerce.number().int().min(1).max(20).optional(),
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

function addLab(program: Command, done: (code: number) => void): void {
  const lab = program
    .command('lab')
    .enablePositionalOptions()
    .description('real hosts on this machine, to try things on');
  labFlags(lab.command('up').description('start the hosts')).action(async (flags: unknown) => {
    const { tellHosts, up } = await import('./commands/lab.ts');
    tellHosts(io, await up(io, readOptions(labOptions, flags)));
  });
  const folder = ['--folder <folder>', 'where the lab lives (default: .brokkr/lab)'] as const;
  lab
    .command('down')
    .description('remove the hosts, and everything of theirs')
    .option(...folder)
    .action(async (flags: { folder?: string }) => {
      const { down } = await import('./commands/lab.ts');
      done(await down(io, flags.folder));
    });
  lab
    .command('status')
    .description('which hosts are up, cut or down')
    .option(...folder)
    .action(async (flags: { folder?: string }) => {
      const { status } = await import('./commands/lab.ts');
      done(await status(io, flags.folder));
    });
  lab
    .command('ssh <host> [command...]')
    .description('a shell on a host, or a command')
    .option(...folder)
    .passThroughOptions()
    .action(async (host: string, command: string[], flags: { folder?: string }) => {
      const { ssh } = await import('./commands/lab.ts');
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
        const { inflict } = await import('./commands/lab.ts');
        done(await inflict(fault, flags.folder, host));
      });
  }
}

function version(): string {
  const manifest = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(path.join(packageFolder(), 'package.json'), 'utf8')));
  return manifest.version;
}

/** Tells what went wrong: the user's input, an expected failure, or a bug of ours. */
async function explain(error: unknown): Promise<number> {
  const { color, columns } = terminalOf(io);
  const write = (lines: readonly string[]): void =>
    void io.stderr.write(lines.map((line) => `${io.redactor.redact(line)}\n`).join(''));
  if (error instanceof CommanderError || error instanceof InvalidArgumentError)
    return error.exitCode === 0 ? ExitCode.done : ExitCode.badInput;
  if (error instanceof InputError) {
    const { problemLines } = await import('./report/problems.ts');
    write(problemLines(error.problems, { color, columns, readSource }));
    return error.exitCode;
  }
  if (error instanceof BrokkrError) {
    write([`${error.message}`, ...(error.hint === undefined ? [] : [`  → ${error.hint}`])]);
    return error.exitCode;
  }
  const { bugLines } = await import('./report/bug-text.ts');
  const verbosity = process.argv.some((argument) => /^-v+$|^--verbose$/.test(argument)) ? 1 : 0;
  write(bugLines(error, { color, verbosity, version: version(), redact: (text) => io.redactor.redact(text) }));
  return ExitCode.failed;
}

process.exitCode = await main(process.argv).catch(explain);
