#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CommanderError, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { processIo, readSource, terminalOf } from './commands/io.ts';
import { makeProgram } from './commands/program.ts';
import { BrokkrError, ExitCode, InputError } from './errors.ts';
import { packageFolder } from './package-folder.ts';

z.config({ jitless: true });
const io = processIo();

/** Runs the verb that the command line names. */
async function main(argv: readonly string[]): Promise<number> {
  let code: number = ExitCode.done;
  const program = makeProgram(io, version(), (result) => {
    code = result;
  });
  await program.parseAsync([...argv]);
  return code;
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
