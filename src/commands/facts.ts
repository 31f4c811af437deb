import { z } from 'zod';
import type { AdHocSetting } from '../ad-hoc.ts';
import { ExitCode, formatProblem } from '../errors.ts';
import { tellFailures } from '../hosts-failures.ts';
import { FACTS_SCRIPT, parseFacts } from '../shell/facts.ts';
import { onHosts } from './exec.ts';
import { inspectOptions } from './inspection.ts';
import { type Io, print } from './io.ts';
import { checkWritable, writeOutput } from './output-file.ts';

export const factsOptions = inspectOptions.extend({ output: z.string().optional() });
export type FactsOptions = z.infer<typeof factsOptions>;

/** Asks hosts for their facts and prints or keeps them as JSON: an object of facts for each host. */
export async function facts(
  io: Io,
  pattern: string,
  options: FactsOptions,
  connect?: AdHocSetting['connect'],
): Promise<ExitCode> {
  const output = { what: 'the facts', file: options.output };
  checkWritable(output);
  const results = await onHosts(io, pattern, FACTS_SCRIPT, options, connect);
  const found = results.flatMap((result) => {
    if ('output' in result) return [[result.host, Object.fromEntries(parseFacts(result.output.stdout))] as const];
    return [];
  });
  const failures = results.flatMap((result) =>
    'error' in result ? [{ host: result.host, message: result.error.message, hint: result.error.hint }] : [],
  );
  for (const failure of tellFailures(failures)) io.stderr.write(`${io.redactor.redact(formatProblem(failure))}\n`);
  const text = JSON.stringify(Object.fromEntries(found), undefined, 4);
  if (options.output === undefined) print(io, [text]);
  else writeOutput(output, io.redactor.redact(`${text}\n`), 0o600);
  return found.length === results.length ? ExitCode.done : ExitCode.failed;
}
