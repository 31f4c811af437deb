import type { Position } from '../../errors.ts';
import { TemplateError } from '../../jinja/error.ts';
import { PyFloat, type Value } from '../../jinja/value.ts';
import { toRepr } from '../../jinja/values/text.ts';

const truths = new Set(['y', 'yes', 'on', 'true', 't', '1']);
const falsehoods = new Set(['n', 'no', 'off', 'false', 'f', '0']);

/** A boolean as Ansible reads one from text and numbers. @throws TemplateError for any other value */
export function toBoolean(value: Value, at: Position): boolean {
  if (typeof value === 'boolean') return value;
  const plain = value instanceof PyFloat ? value.value : value;
  const word = typeof plain === 'string' || typeof plain === 'number' ? String(plain).trim().toLowerCase() : undefined;
  if (word !== undefined && truths.has(word)) return true;
  if (word !== undefined && falsehoods.has(word)) return false;
  throw new TemplateError(`${toRepr(value)} is neither true nor false`, { at, hint: 'write true or false, yes or no' });
}
