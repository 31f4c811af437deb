import { LazyDict, PyFloat, PyTuple } from '../jinja/value.ts';

/** JSON as Python's `json.dumps` prints it, or `undefined` for what is neither a dict nor a list nor within one. */
export function jsonText(value: unknown): string | undefined {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return asciiJson(value);
  if (value instanceof PyFloat) return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
  if (value instanceof PyTuple) return jsonText(value.items);
  if (Array.isArray(value)) {
    const items = value.map(jsonText);
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
  }
  if (!(value instanceof Map || value instanceof LazyDict)) return undefined;
  const pairs: string[] = [];
  for (const [key, entry] of value) {
    const text = jsonText(entry);
    if (text === undefined) return undefined;
    pairs.push(`${asciiJson(typeof key === 'string' ? key : (jsonText(key) ?? String(key)))}: ${text}`);
  }
  return `{${pairs.join(', ')}}`;
}

/** Python escapes everything beyond ASCII. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
