import type { Value } from '../jinja/value.ts';
import type { Json } from '../shell/question.ts';
import { valueOfJson } from './json-value.ts';

/** A server's JSON as templates see it; `undefined` when it is none. */
export function parseJsonText(text: string): Value | undefined {
  try {
    const parsed: Json = JSON.parse(text);
    return valueOfJson(parsed);
  } catch {
    return undefined;
  }
}
