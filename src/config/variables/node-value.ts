import { TemplateError } from '../../jinja/error.ts';
import { isDict, LazyDict, Omit, Undefined, type Value } from '../../jinja/value.ts';
import { undefinedError } from '../../jinja/values/text.ts';
import type { ConfigNode, MappingNode } from '../node.ts';
import { isTemplateNode, type TemplateNode } from '../template-node.ts';
import { literalValue } from './literal.ts';

/**
 * The value of a node for a template that names it. A mapping is lazy, so that one entry may use another of the same
 * mapping and a broken entry only breaks what asks for it; a list is not.
 * @param evaluate templates one text
 */
export function lazyValue(
  node: ConfigNode,
  evaluate: (text: TemplateNode, path: string) => Value,
  path: string,
): Value {
  const literal = literalValue(node);
  if (literal !== undefined) return literal;
  if (isTemplateNode(node)) return evaluate(node, path);
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map((item, index) => lazyValue(item, evaluate, `${path}[${index}]`));
  const entries = entriesOf(node);
  return new LazyDict({
    names: () => entries.keys(),
    has: (key) => typeof key === 'string' && entries.has(key),
    compute(key) {
      const entry = typeof key === 'string' ? entries.get(key) : undefined;
      if (entry === undefined) throw new TypeError(`no entry ${String(key)}`);
      return lazyValue(entry, evaluate, `${path}.${String(key)}`);
    },
  });
}

function entriesOf(node: MappingNode): ReadonlyMap<string, ConfigNode> {
  return new Map(node.entries.map(({ key, value }) => [key, value]));
}

/**
 * The value of a node, every text in it templated now; entries and items that come out as `omit` are left out.
 * @param evaluate templates one text; must not give back what is undefined
 */
export function wholeValue(node: ConfigNode, evaluate: (text: TemplateNode) => Value): Value {
  const literal = literalValue(node);
  if (literal !== undefined) return literal;
  if (isTemplateNode(node)) return located(node, () => resolved(evaluate(node)));
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') {
    return node.items.map((item) => wholeValue(item, evaluate)).filter((item) => !(item instanceof Omit));
  }
  const result = new Map<Value, Value>();
  for (const { key, value } of node.entries) {
    const entry = wholeValue(value, evaluate);
    if (!(entry instanceof Omit)) result.set(key, entry);
  }
  return result;
}

/**
 * A value with everything lazy in it computed and everything omitted left out.
 * @throws UndefinedError, and TemplateError for a dict that holds itself
 */
export function resolved(value: Value, around: readonly Value[] = []): Value {
  if (value instanceof Undefined) throw undefinedError(value);
  if (Array.isArray(value)) {
    return value.filter((item) => !(item instanceof Omit)).map((item: Value) => resolved(item, around));
  }
  if (!isDict(value)) return value;
  if (around.includes(value)) throw new TemplateError('the value holds itself, so it has no end');
  const result = new Map<Value, Value>();
  for (const [key, item] of value.entries()) {
    if (!(item instanceof Omit)) result.set(key, resolved(item, [...around, value]));
  }
  return result;
}

function located(node: TemplateNode, body: () => Value): Value {
  try {
    return body();
  } catch (error) {
    if (error instanceof TemplateError) error.locate(node.at);
    throw error;
  }
}
