import { z } from 'zod';
import { PyFloat } from '../jinja/value.ts';
import { isSymbolicMode, parseOctalMode } from './modes.ts';

/**
 * The types that Ansible's arguments have. Each takes what YAML and templates make of the user's text (a bool written as
 * "yes", a number written as text) as loosely as Ansible does, and says what it wanted otherwise.
 */

/** A type out of a conversion that gives `undefined` for what it does not take. */
function argument<T>(wanted: string, convert: (value: unknown) => T | undefined) {
  return z.unknown().transform((value, context): T => {
    const converted = value === undefined ? undefined : convert(value);
    if (converted !== undefined) return converted;
    const message = value === undefined ? 'it is required' : `${wanted} is wanted, not ${describe(value)}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

export const text = argument('text', toText);

/** Where a server has something. */
export const httpUrl = text.refine((url) => /^https?:\/\//.test(url), {
  message: 'a URL that begins with http:// or https:// is wanted',
});

/** A path on the target or on the control machine. */
export const path = argument('a path', (value) => {
  const name = toText(value);
  return name === '' ? undefined : name;
});

export const flag = argument('a bool (yes/no, true/false)', (value) => {
  const word = toText(value)?.toLowerCase();
  if (word === undefined) return undefined;
  if (['yes', 'on', 'true', 'y', 't', '1', '1.0'].includes(word)) return true;
  if (['no', 'off', 'false', 'n', 'f', '0', '0.0'].includes(word)) return false;
  return undefined;
});

export const integer = argument('an integer', (value) => {
  const word = typeof value === 'boolean' ? undefined : toText(value)?.trim();
  if (word === undefined || !/^[+-]?\d+(\.0+)?$/.test(word)) return undefined;
  const number = Number(word);
  return Number.isSafeInteger(number) ? number : undefined;
});

/** A list of text; text alone is split at its commas. */
export const textList = argument('a list of text', (value) => {
  const alone = toText(value);
  if (alone !== undefined) return alone === '' ? [] : alone.split(',');
  if (!Array.isArray(value)) return undefined;
  const items = value.map(toText).filter((item) => item !== undefined);
  return items.length === value.length ? items : undefined;
});

/** Permission bits: an integer as YAML reads `0644`, octal text, or chmod(1)'s symbolic form. */
export const mode = argument('a mode in octal ("0644") or symbolic form ("u=rw,g=r,o=")', toMode);

/** As `mode`, or `preserve`: the bits of the source file. */
export const modeOrPreserve = argument('a mode in octal ("0644") or symbolic form, or "preserve",', (value) =>
  value === 'preserve' ? 'preserve' : toMode(value),
);

/** One of the given words. */
export function choice<const Word extends string>(words: readonly Word[]) {
  return argument(`one of ${words.join(', ')}`, (value) => {
    const word = toText(value);
    return words.find((candidate) => candidate === word);
  });
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof PyFloat) return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
  return undefined;
}

function toMode(value: unknown): number | string | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= 0o7777 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  return parseOctalMode(value) ?? (isSymbolicMode(value) ? value : undefined);
}

function describe(value: unknown): string {
  const word = toText(value);
  if (word !== undefined) return word.length > 60 ? `"${word.slice(0, 60)}…"` : `"${word}"`;
  if (Array.isArray(value)) return 'a list';
  return value instanceof Map ? 'a dict' : 'this';
}
