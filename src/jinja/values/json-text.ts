import { TemplateError, UndefinedError } from '../error.ts';
import { jsonKey } from '../json.ts';
import { isDict, PyFloat, PyRange, PyTuple, Undefined, type Value } from '../value.ts';
import { compareText } from './compare.ts';
import { floatRepr } from './text.ts';
import { isList, typeName } from './types.ts';

/** How Python's `json.dumps` writes. */
export interface JsonStyle {
  /** What each level is indented with; everything on one line when unset. */
  readonly indent: string | undefined;
  readonly sortKeys: boolean;
  readonly asciiOnly: boolean;
  readonly itemSeparator: string;
  readonly keySeparator: string;
}

/** JSON text as Python writes it. Throws `TemplateError` for what has no JSON form. */
export function writeJson(value: Value, style: JsonStyle, level = 0): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return jsonString(value, style.asciiOnly);
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof PyFloat) return jsonFloat(value.value);
  if (value instanceof PyTuple || value instanceof PyRange) return writeJson(value.items, style, level);
  if (isList(value))
    return bracket(
      '[',
      ']',
      value.map((item) => writeJson(item, style, level + 1)),
      style,
      level,
    );
  if (isDict(value)) {
    const entries = [...value.entries()];
    if (style.sortKeys) entries.sort(([a], [b]) => compareText(jsonKey(a), jsonKey(b)));
    const lines = entries.map(
      ([key, item]) =>
        `${jsonString(jsonKey(key), style.asciiOnly)}${style.keySeparator}${writeJson(item, style, level + 1)}`,
    );
    return bracket('{', '}', lines, style, level);
  }
  if (value instanceof Undefined) throw new UndefinedError(value.message, { at: value.at, hint: value.hint });
  throw new TemplateError(`a value of type '${typeName(value)}' has no JSON form`);
}

function bracket(open: string, close: string, items: readonly string[], style: JsonStyle, level: number): string {
  if (items.length === 0) return open + close;
  if (style.indent === undefined) return open + items.join(style.itemSeparator) + close;
  const inner = `\n${style.indent.repeat(level + 1)}`;
  return `${open}${inner}${items.join(style.itemSeparator.trimEnd() + inner)}\n${style.indent.repeat(level)}${close}`;
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatRepr(value);
}

function jsonString(text: string, asciiOnly: boolean): string {
  const quoted = JSON.stringify(text);
  if (!asciiOnly) return quoted;
  return quoted.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
