/** Does a text anywhere in what was read of a playbook hold the name: in a handler, or behind a condition that was not met? */
export function holdsWord(value: unknown, name: string, seen: Set<object> = new Set()): boolean {
  if (typeof value === 'string') return value.split(/\W+/).includes(name);
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  seen.add(value);
  const parts: Iterable<unknown> = value instanceof Map || Array.isArray(value) ? value : Object.values(value);
  for (const part of parts) if (holdsWord(part, name, seen)) return true;
  return false;
}
