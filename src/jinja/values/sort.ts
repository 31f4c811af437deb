import type { List, Value } from '../value.ts';
import { compare } from './compare.ts';

/** Python's stable `sorted()`; a reversed order keeps equal items in their order too. */
export function sortItems(items: List, reverse: boolean, key: (item: Value) => Value = (item) => item): Value[] {
  const keyed = items.map((item) => ({ item, key: key(item) }));
  keyed.sort((a, b) => (reverse ? compare(b.key, a.key) : compare(a.key, b.key)));
  return keyed.map((entry) => entry.item);
}
