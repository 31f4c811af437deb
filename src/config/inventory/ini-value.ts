import type { Position } from '../../errors.ts';
import { PyFloat } from '../../jinja/value.ts';
import type { ConfigNode, MappingEntry } from '../node.ts';
import { entryKey } from '../yaml-mapping.ts';
import { readPythonNumber, readPythonString } from './python-token.ts';

/** The text is no Python literal, so it is a string. */
class NoLiteral extends Error {}

const DEEPEST = 100;

/**
 * The value of `name=value` in an INI inventory: a Python literal where the text is one (`8080`, `True`, `None`, `0x1F`,
 * `['a']`, `{'k': 1}`, and `1,2`, which is a list), else the text itself. Comments behind a literal are dropped, as
 * Python drops them. Tuples and sets become lists, bytes become text.
 */
export function readIniValue(text: string, at: Position): ConfigNode {
  try {
    return new LiteralReader(text, at).whole();
  } catch (error) {
    if (!(error instanceof NoLiteral)) throw error;
    return scalar(text, at);
  }
}

class LiteralReader {
  readonly #text: string;
  readonly #at: Position;
  #offset = 0;
  #depth = 0;

  constructor(text: string, at: Position) {
    this.#text = text;
    this.#at = at;
  }

  whole(): ConfigNode {
    const value = this.#items('');
    this.#skip();
    if (this.#offset < this.#text.length) throw new NoLiteral();
    if (value.items.length === 1 && !value.comma && value.items[0] !== undefined) return value.items[0];
    if (value.items.length === 0) throw new NoLiteral();
    return this.#list(value.items);
  }

  /** Values with commas between them up to a closing bracket, or to the end of the text. */
  #items(close: string): { items: ConfigNode[]; comma: boolean } {
    const items: ConfigNode[] = [];
    let comma = false;
    while (!this.#atEnd(close)) {
      items.push(this.#value());
      if (!this.#take(',')) break;
      comma = true;
    }
    if (close !== '' && !this.#take(close)) throw new NoLiteral();
    return { items, comma };
  }

  #atEnd(close: string): boolean {
    this.#skip();
    return close === '' ? this.#offset >= this.#text.length : this.#text.startsWith(close, this.#offset);
  }

  #value(): ConfigNode {
    if (++this.#depth > DEEPEST) throw new NoLiteral();
    const value = this.#bracketed() ?? this.#plain();
    this.#depth--;
    return value;
  }

  #bracketed(): ConfigNode | undefined {
    if (this.#take('[')) return this.#list(this.#items(']').items);
    if (this.#take('{')) return this.#dictOrSet();
    if (!this.#take('(')) return undefined;
    const { items, comma } = this.#items(')');
    const only = items.length === 1 && !comma ? items[0] : undefined;
    return only ?? this.#list(items);
  }

  #dictOrSet(): ConfigNode {
    const entries = new Map<string, MappingEntry>();
    const members: ConfigNode[] = [];
    while (!this.#atEnd('}')) {
      const key = this.#value();
      if (this.#take(':')) {
        if (key.kind !== 'scalar') throw new NoLiteral();
        const entry = { ...entryKey(key), value: this.#value() };
        entries.set(`${typeof entry.keyValue} ${entry.key}`, entry);
      } else members.push(key);
      if (!this.#take(',')) break;
    }
    if (!this.#take('}') || (entries.size > 0 && members.length > 0)) throw new NoLiteral();
    if (members.length > 0) return this.#list(members);
    return { kind: 'mapping', at: this.#at, entries: [...entries.values()] };
  }

  #plain(): ConfigNode {
    this.#skip();
    const rest = this.#text.slice(this.#offset);
    for (const [word, value] of [
      ['True', true],
      ['False', false],
      ['None', null],
    ] as const) {
      if (!new RegExp(`^${word}(?![\\p{L}\\p{N}_])`, 'u').test(rest)) continue;
      this.#offset += word.length;
      return scalar(value, this.#at);
    }
    const emptySet = /^set[ \t]*\([ \t]*\)/.exec(rest);
    if (emptySet !== null) {
      this.#offset += emptySet[0].length;
      return this.#list([]);
    }
    if (rest.startsWith('...')) {
      this.#offset += 3;
      return scalar('...', this.#at);
    }
    return this.#strings() ?? this.#number(rest);
  }

  /** String literals; those that stand side by side are one string. */
  #strings(): ConfigNode | undefined {
    let text: string | undefined;
    for (;;) {
      this.#skip();
      const token = readPythonString(this.#text, this.#offset);
      if (token === undefined) break;
      text = (text ?? '') + token.value;
      this.#offset = token.end;
    }
    return text === undefined ? undefined : scalar(text, this.#at);
  }

  #number(rest: string): ConfigNode {
    const sign = /^[-+]\s*/.exec(rest)?.[0] ?? '';
    const token = readPythonNumber(this.#text, this.#offset + sign.length);
    if (token === undefined) throw new NoLiteral();
    this.#offset = token.end;
    if (!sign.startsWith('-')) return scalar(token.value, this.#at);
    const { value } = token;
    return scalar(value instanceof PyFloat ? new PyFloat(-value.value) : negate(value), this.#at);
  }

  #take(symbol: string): boolean {
    this.#skip();
    if (!this.#text.startsWith(symbol, this.#offset)) return false;
    this.#offset += symbol.length;
    return true;
  }

  #skip(): void {
    const gap = /^[ \t\f]*(?:#.*$)?/.exec(this.#text.slice(this.#offset));
    this.#offset += gap?.[0].length ?? 0;
  }

  #list(items: readonly ConfigNode[]): ConfigNode {
    return { kind: 'sequence', at: this.#at, items };
  }
}

/** Python's int has no negative zero. */
function negate(value: number | bigint): number | bigint {
  return value === 0 ? 0 : -value;
}

function scalar(value: null | boolean | number | bigint | PyFloat | string, at: Position): ConfigNode {
  return { kind: 'scalar', at, value, unsafe: false, vaulted: false };
}
