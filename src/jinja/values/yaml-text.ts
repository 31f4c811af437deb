import { TemplateError, UndefinedError } from '../error.ts';
import { type Dict, isDict, PyFloat, PyRange, PyTuple, Undefined, type Value } from '../value.ts';
import { compare } from './compare.ts';
import { floatRepr } from './text.ts';
import { isList, sequenceItems, typeName } from './types.ts';
import { YamlWriter } from './yaml-writer.ts';

/** How PyYAML's `dump` writes. */
export interface YamlStyle {
  /** Spaces of one level, 2 to 9. */
  readonly indent: number;
  /** Column behind which lines are broken where they can be. */
  readonly width: number;
  readonly sortKeys: boolean;
  /** True puts all in brackets, false nothing, `undefined` only lists and dicts that hold no others. */
  readonly flow: boolean | undefined;
}

/** YAML text as Ansible's `to_yaml` writes it. Throws `TemplateError` for what has no YAML form. */
export function writeYaml(value: Value, style: YamlStyle): string {
  const writer = new YamlWriter(style.indent, style.width);
  new YamlEmitter(writer, style).node(value, 'root');
  return writer.finish();
}

type Place = 'root' | 'item' | 'value' | 'key';

class YamlEmitter {
  readonly #writer: YamlWriter;
  readonly #style: YamlStyle;

  constructor(writer: YamlWriter, style: YamlStyle) {
    this.#writer = writer;
    this.#style = style;
  }

  node(value: Value, place: Place, inFlow = false): void {
    const items = value instanceof PyRange ? undefined : sequenceItems(value);
    if (items !== undefined) {
      if (inFlow || this.#isFlow(items, items.length)) this.#flowSequence(items);
      else this.#blockSequence(items, place);
    } else if (isDict(value)) {
      const entries = this.#entries(value);
      if (inFlow || this.#isFlow(entries.flat(), entries.length)) this.#flowMapping(entries);
      else this.#blockMapping(entries);
    } else this.#scalar(value, place, inFlow);
  }

  #isFlow(children: readonly Value[], size: number): boolean {
    if (size === 0 || this.#style.flow === true) return true;
    return (
      this.#style.flow === undefined &&
      children.every((child) => !isList(child) && !isDict(child) && !(child instanceof PyTuple))
    );
  }

  #entries(dict: Dict): (readonly [Value, Value])[] {
    const entries = [...dict.entries()];
    if (!this.#style.sortKeys) return entries;
    try {
      return entries.sort(([a], [b]) => compare(a, b));
    } catch (error) {
      if (error instanceof TemplateError) return [...dict.entries()];
      throw error;
    }
  }

  #flowSequence(items: readonly Value[]): void {
    this.#writer.openFlow('[');
    for (const [i, item] of items.entries()) {
      this.#writer.flowItem(i === 0);
      this.node(item, 'item', true);
    }
    this.#writer.closeFlow(']');
  }

  #flowMapping(entries: readonly (readonly [Value, Value])[]): void {
    this.#writer.openFlow('{');
    for (const [i, [key, value]] of entries.entries()) {
      this.#writer.flowItem(i === 0);
      this.node(key, 'key', true);
      this.#writer.indicator(':', { needSpace: false });
      this.node(value, 'value', true);
    }
    this.#writer.closeFlow('}');
  }

  #blockSequence(items: readonly Value[], place: Place): void {
    const previous = this.#writer.indentBlock(place === 'value' && !this.#writer.atIndention);
    for (const item of items) {
      this.#writer.newItem();
      this.#writer.indicator('-', { needSpace: true, indention: true });
      this.node(item, 'item');
    }
    this.#writer.restoreIndent(previous);
  }

  #blockMapping(entries: readonly (readonly [Value, Value])[]): void {
    const previous = this.#writer.indentBlock(false);
    for (const [key, value] of entries) {
      this.#writer.newItem();
      this.node(key, 'key');
      this.#writer.indicator(':', { needSpace: false });
      this.node(value, 'value');
    }
    this.#writer.restoreIndent(previous);
  }

  #scalar(value: Value, place: Place, inFlow: boolean): void {
    if (typeof value === 'string') this.#writer.text(value, { isKey: place === 'key', inFlow });
    else this.#writer.plain(plainScalar(value), false);
  }
}

function plainScalar(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof PyFloat) return yamlFloat(value.value);
  if (value instanceof Undefined) throw new UndefinedError(value.message, { at: value.at, hint: value.hint });
  throw new TemplateError(`a value of type '${typeName(value)}' has no YAML form`);
}

function yamlFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = floatRepr(value);
  // YAML 1.1 reads an exponent only behind a dot.
  return text.includes('.') ? text : text.replace('e', '.0e');
}
