import { z } from 'zod';
import type { AdHocSetting } from '../ad-hoc.ts';
import { ExitCode } from '../errors.ts';
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
    io.stderr.write(`${io.redactor.redact(`${result.host}: ${result.error.message}`)}\n`);
    return [];
  });
  const text = JSON.stringify(Object.fromEntries(found), undefined, 4);
  if (options.output === undefined) print(io, [text]);
  else writeOutput(output, io.redactor.redact(`${text}\n`), 0o600);
  return found.length === results.length ? ExitCode.done : ExitCode.failed;
}
