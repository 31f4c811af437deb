import { z } from 'zod';
import type { VariableScope } from '../config/variables/scope.ts';
import type { Problem } from '../errors.ts';
import { Undefined, type Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import { plainOf } from '../modules/json-value.ts';
import { parseTimeSpan } from '../time-span.ts';

/** The variables of one host that describe its server. */
export interface ServerVariables {
  text(name: string, fallback?: string): string;
  isOn(name: string): boolean;
  /** The number of a server. */
  id(name: string): number;
  /** Seconds that a server may take to end, as its unit or its script understands them. */
  stopTimeout(name: string, isUnit: boolean): number;
  /** Absolute paths: a list, or one text with commas. */
  folders(name: string): readonly string[];
}

const idSchema = z.coerce.number().int().min(0);
/** The scripts count seconds one by one. */
const wholeSeconds = z.coerce.number().int().min(1).max(86_400);

/** Where systemd waits without end, brokkr does for a day: somebody has to be told at last. */
const mostSeconds = 86_400;

/** Reads variables of a host. What is missing goes to `missing`, by the name of the variable, a value that cannot be used to `wrong`. */
export function serverVariables(
  host: string,
  scope: VariableScope,
  { missing, wrong }: { readonly missing: Map<string, Set<string>>; readonly wrong: Problem[] },
): ServerVariables {
  const valueNamed = (name: string): Value | undefined => {
    const value = scope.lookup(name);
    return value === undefined || value === null || value instanceof Undefined ? undefined : value;
  };
  const text = (name: string, fallback?: string): string => {
    const value = valueNamed(name);
    if (value !== undefined) return toText(value);
    if (fallback !== undefined) return fallback;
    missing.set(name, (missing.get(name) ?? new Set()).add(host));
    return '';
  };
  const refuse = (name: string, value: string, hint: string): number => {
    // One that is missing was told as that.
    if (valueNamed(name) !== undefined)
      wrong.push({ message: `the variable ${name} of ${host} is ${JSON.stringify(value)}`, hint });
    return 0;
  };
  return {
    text,
    isOn: (name) => /^(true|yes|on|1)$/i.test(text(name, 'false')),
    id: (name) => {
      const value = text(name).trim();
      const id = value === '' ? undefined : idSchema.safeParse(value).data;
      return id ?? refuse(name, value, 'it is the number of a server: 0, 1, 2, …');
    },
    stopTimeout: (name, isUnit) => {
      const value = text(name, '300');
      const seconds = isUnit ? unitSeconds(value) : wholeSeconds.safeParse(value).data;
      const hint = isUnit ? 'seconds, or a time span of systemd: 300, 5min, infinity' : 'whole seconds, at least 1';
      return seconds ?? refuse(name, value, hint);
    },
    folders: (name) => {
      const value = valueNamed(name);
      const plain = value === undefined ? [] : plainOf(value);
      const list = Array.isArray(plain) ? plain.map(String) : toText(value ?? '').split(',');
      return list.map((each) => each.trim()).filter((each) => each.startsWith('/'));
    },
  };
}

/** As systemd reads `TimeoutStopSec`: both 0 and infinity mean that it never kills. */
function unitSeconds(value: string): number | undefined {
  const seconds = parseTimeSpan(value);
  if (seconds === undefined) return undefined;
  return seconds === 0 ? mostSeconds : Math.min(mostSeconds, Math.ceil(seconds));
}
