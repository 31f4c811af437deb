import path from 'node:path';
import { z } from 'zod';
import { isDict, PyFloat, PyTuple, type Value } from '../jinja/value.ts';
import { writeJson } from '../jinja/values/json-text.ts';
import { type HostsSetting, prepareHosts } from '../prepare-hosts.ts';
import type { Redactor } from '../shell/redact.ts';
import { readFactsFile } from './facts-file.ts';
import { inventorySources } from './files.ts';
import type { Io } from './io.ts';
import { sharedOptions } from './options.ts';
import { vaultPasswords } from './vault-passwords.ts';
import { warn } from './warn.ts';

/** The options of verbs that look at hosts and variables. */
export const inspectOptions = sharedOptions.extend({
  playbookDir: z.string().optional(),
  reveal: z.boolean().default(false),
  /** A file of `brokkr facts -o`. */
  facts: z.string().optional(),
});
export type InspectOptions = z.infer<typeof inspectOptions>;

/** Reads inventory and variables for a verb, and tells their warnings. */
export async function openHosts(
  io: Io,
  options: InspectOptions,
  more: { readonly keepVault?: boolean } = {},
): Promise<HostsSetting> {
  const { renderHandlebars } = await import('../templates/render.ts');
  const known = options.facts === undefined ? undefined : readFactsFile(options.facts);
  const setting = await prepareHosts({
    inventory: inventorySources(options.inventory, io.environment),
    extraVars: options.extraVars,
    limit: options.limit,
    forks: options.forks,
    playbookDir: path.resolve(options.playbookDir ?? '.'),
    vaultPasswords: await vaultPasswords(io, options),
    redactor: io.redactor,
    facts: (host, name) => known?.get(host)?.get(name),
    factNames: (host) => known?.get(host)?.keys() ?? [],
    lookups: { allowPipe: options.allowPipe, handlebars: () => renderHandlebars },
    ...more,
  });
  warn(io, setting.warnings);
  return setting;
}

/** Writes a value as JSON of several lines, keys in their order unless they are to be sorted. */
export function jsonText(value: Value, options: { readonly sortKeys?: boolean } = {}): string {
  return writeJson(value, {
    indent: '    ',
    sortKeys: options.sortKeys === true,
    asciiOnly: false,
    itemSeparator: ', ',
    keySeparator: ': ',
  });
}

/** A copy of a value in which every known secret is redacted. */
export function redactValue(value: Value, redactor: Redactor): Value {
  if (redactor.isEmpty) return value;
  if (typeof value === 'string') return redactor.redact(value);
  if (value instanceof PyFloat || value === null || typeof value !== 'object') return value;
  if (value instanceof PyTuple)
    return new PyTuple(
      value.items.map((item) => redactValue(item, redactor)),
      value.names,
    );
  if (isDict(value)) {
    return new Map([...value].map(([key, item]) => [redactValue(key, redactor), redactValue(item, redactor)]));
  }
  return Array.isArray(value) ? value.map((item: Value) => redactValue(item, redactor)) : value;
}
