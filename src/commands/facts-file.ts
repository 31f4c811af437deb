import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { errorText, InputError } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import { valueOfJson } from '../modules/json-value.ts';
import type { Json } from '../shell/question.ts';

const factsFile = z.record(z.string(), z.record(z.string(), z.json()));

/** The facts that `brokkr facts -o FILE` kept, by host and name. @throws InputError */
export function readFactsFile(file: string): ReadonlyMap<string, ReadonlyMap<string, Value>> {
  const hosts = [...readFactsJson(file)];
  return new Map(
    hosts.map(([host, all]) => [host, new Map([...all].map(([name, value]) => [name, valueOfJson(value)]))]),
  );
}

/** The same as JSON, as a host would answer. @throws InputError */
export function readFactsJson(file: string): ReadonlyMap<string, ReadonlyMap<string, Json>> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason = errorText(error);
    throw new InputError([{ message: `the facts ${file} cannot be read: ${reason}`, hint: 'brokkr facts -o FILE' }]);
  }
  const parsed = factsFile.safeParse(json);
  if (!parsed.success) {
    const hint = 'make it with: brokkr facts -o FILE';
    throw new InputError([{ message: `${file} holds no facts of hosts`, at: { file, line: 1, column: 1 }, hint }]);
  }
  return new Map(Object.entries(parsed.data).map(([host, all]) => [host, new Map(Object.entries(all))]));
}
