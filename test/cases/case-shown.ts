import { isDict, PyFloat, type Value } from '../../src/jinja/value.ts';
import { formatMode } from '../../src/modules/modes.ts';
import type { Action } from '../../src/shell/action.ts';

/** An action as cases write it: modes in octal, content as its text, nothing that is not set. */
export function shownAction(action: Action): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(action)) {
    if (value === undefined) continue;
    if (key === 'mode') shown.mode = typeof value === 'number' ? formatMode(value) : value;
    else if (key === 'content' && action.do === 'write') shown.content = contentOf(action.content);
    else shown[key] = value instanceof Map ? Object.fromEntries(value) : value;
  }
  return shown;
}

function contentOf(content: Extract<Action, { do: 'write' }>['content']): string {
  return content.from === 'bytes' ? new TextDecoder().decode(content.bytes) : `file ${content.file}`;
}

/** A value of templates as YAML writes it. */
export function shownValue(value: Value): unknown {
  if (isDict(value)) return Object.fromEntries([...value].map(([key, entry]) => [String(key), shownValue(entry)]));
  if (value instanceof PyFloat) return value.value;
  return Array.isArray(value) ? value.map(shownValue) : value;
}

/** What YAML gave, as templates see it. */
export function toValue(plain: unknown): Value {
  if (plain === null || plain === undefined) return null;
  if (typeof plain === 'number') return Number.isInteger(plain) ? plain : new PyFloat(plain);
  if (typeof plain === 'string' || typeof plain === 'boolean') return plain;
  if (Array.isArray(plain)) return plain.map(toValue);
  if (typeof plain === 'object') return new Map(Object.entries(plain).map(([key, entry]) => [key, toValue(entry)]));
  throw new Error(`a case cannot hold a ${typeof plain}`);
}
