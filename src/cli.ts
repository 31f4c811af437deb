import { CommanderError } from 'commander';
import { z } from 'zod';
import { explainFailure } from './commands/failure.ts';
import { processIo } from './commands/io.ts';
import { makeProgram } from './commands/program.ts';
import { ExitCode, InputError } from './errors.ts';
import { hideTimersOfKafkajs } from './library-warnings.ts';
import { packageVersion } from './package-folder.ts';

z.config({ jitless: true });
hideTimersOfKafkajs(process);
const io = processIo();

/** Runs the verb that the command line names. */
async function main(argv: readonly string[]): Promise<number> {
  let code: number = ExitCode.done;
  const program = makeProgram(io, packageVersion(), (result) => {
    code = result;
  });
  await program.parseAsync([...argv]);
  return code;
}

/** What commander has said on standard error already; with `--json` it is an event as well. */
function commandLineProblem(error: CommanderError): InputError {
  const message = error.message.replace(/^error: /, '');
  const problem = new InputError([{ message, hint: 'brokkr --help lists the verbs' }]);
  if (!process.argv.includes('--json')) io.told.add(problem);
  return problem;
}

void main(process.argv)
  .catch((error: unknown) => {
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.done;
    const failure = error instanceof CommanderError ? commandLineProblem(error) : error;
    return explainFailure(io, failure, process.argv, packageVersion());
  })
  .then((code) => {
    process.exitCode = code;
  });
