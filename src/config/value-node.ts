import type { Position } from '../errors.ts';
import { isDict, PyFloat, type Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import type { ConfigNode } from './node.ts';

/** A value as if it stood in a file; it is never a template unless `isTemplated` says that its text is one. */
export function valueNode(value: Value, at: Position, isTemplated = false): ConfigNode {
  if (Array.isArray(value)) return { kind: 'sequence', at, items: value.map((each) => valueNode(each, at)) };
  if (isDict(value)) {
    const entries = [...value].map(([key, each]) => ({ key: toText(key), keyAt: at, value: valueNode(each, at) }));
    return { kind: 'mapping', at, entries };
  }
  const isPlain = value === null || typeof value !== 'object' || value instanceof PyFloat;
  return { kind: 'scalar', at, value: isPlain ? value : toText(value), unsafe: !isTemplated, vaulted: false };
}
