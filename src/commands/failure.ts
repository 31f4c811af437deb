import { BrokkrError, ExitCode, InputError, problemsOf } from '../errors.ts';
import { type Io, readSource, reportFor, terminalOf } from './io.ts';

/**
 * Tells what went wrong: the user's input, an expected failure, or a bug of ours. With `--json` it is told as events, also
 * when it came before there was a report.
 * @returns the exit status
 */
export async function explainFailure(
  io: Io,
  failure: unknown,
  argv: readonly string[],
  version: string,
): Promise<ExitCode> {
  if (failure instanceof BrokkrError && io.told.has(failure)) return failure.exitCode;
  const { color, columns } = terminalOf(io);
  const write = (lines: readonly string[]): void =>
    void io.stderr.write(lines.map((line) => `${io.redactor.redact(line)}\n`).join(''));
  if (failure instanceof BrokkrError && argv.includes('--json')) {
    const report = await reportFor(io, { json: true, verbose: 0, diff: false });
    for (const problem of problemsOf(failure)) report.emit({ event: 'problem', problem });
    await report.end();
    return failure.exitCode;
  }
  if (failure instanceof InputError) {
    const { problemLines } = await import('../report/problems.ts');
    const { missingDefaults } = await import('./missing-defaults.ts');
    const advice = missingDefaults(failure.problems);
    write(problemLines(failure.problems, { color, columns, readSource, asked: failure.asked, advice }));
    return failure.exitCode;
  }
  if (failure instanceof BrokkrError) {
    write([`${failure.message}`, ...(failure.hint === undefined ? [] : [`  → ${failure.hint}`])]);
    return failure.exitCode;
  }
  const { bugLines } = await import('../report/bug-text.ts');
  const verbosity = argv.some((argument) => /^-v+$|^--verbose$/.test(argument)) ? 1 : 0;
  write(bugLines(failure, { color, verbosity, version, redact: (text) => io.redactor.redact(text) }));
  return ExitCode.failed;
}
