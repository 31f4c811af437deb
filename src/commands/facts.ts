import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { AdHocSetting } from '../ad-hoc.ts';
import { ExitCode, InputError } from '../errors.ts';
import { FACTS_SCRIPT, parseFacts } from '../shell/facts.ts';
import { onHosts } from './exec.ts';
import { inspectOptions } from './inspection.ts';
import { type Io, print } from './io.ts';

export const factsOptions = inspectOptions.extend({ output: z.string().optional() });
export type FactsOptions = z.infer<typeof factsOptions>;

/** Asks hosts for their facts and prints or keeps them as JSON: an object of facts for each host. */
export async function facts(
  io: Io,
  pattern: string,
  options: FactsOptions,
  connect?: AdHocSetting['connect'],
): Promise<ExitCode> {
  const results = await onHosts(io, pattern, FACTS_SCRIPT, options, connect);
  const found = results.flatMap((result) => {
    if ('output' in result) return [[result.host, Object.fromEntries(parseFacts(result.output.stdout))] as const];
    io.stderr.write(`${io.redactor.redact(`${result.host}: ${result.error.message}`)}\n`);
    return [];
  });
  const text = JSON.stringify(Object.fromEntries(found), undefined, 4);
  if (options.output === undefined) print(io, [text]);
  else keep(options.output, io.redactor.redact(text));
  return found.length === results.length ? ExitCode.done : ExitCode.failed;
}

function keep(file: string, text: string): void {
  try {
    writeFileSync(file, `${text}\n`, { mode: 0o600 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError([{ message: `${file} cannot be written: ${reason}`, hint: 'check its folder' }]);
  }
}
