import type { Event } from '../apply/events.ts';
import type { Redactor } from '../shell/redact.ts';

/** Fields that hold a word of a closed vocabulary: a password that happens to be `changed` must not break the report. */
const vocabulary: ReadonlySet<string> = new Set(['event', 'status', 'kind', 'what', 'verdict']);

/**
 * A copy of an event without secrets. The names of its fields are ours and stay; below `before` and `after` of a state
 * they are the host's, and are redacted, too.
 */
export function redactEvent(event: Event, redactor: Redactor): Event {
  return redactor.isEmpty ? event : redactFields(event, redactor);
}

/** The same for any tree of our own fields, such as a plan's view. */
export function redactFields<T>(value: T, redactor: Redactor): T;
export function redactFields(value: unknown, redactor: Redactor): unknown {
  if (Array.isArray(value)) return value.map((item) => redactFields(item, redactor));
  if (value === null || typeof value !== 'object') return redactor.redactDeep(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (vocabulary.has(key)) return [key, item];
      return [key, key === 'before' || key === 'after' ? redactor.redactDeep(item) : redactFields(item, redactor)];
    }),
  );
}
