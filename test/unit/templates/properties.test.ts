import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  escapePropertyKey,
  escapePropertyValue,
  overlayProperties,
  propertyLines,
} from '../../../src/templates/properties.ts';
import { toValue } from './values.ts';

/** One line as `java.util.Properties.load` reads it, written from the documentation of that method. */
function load(line: string): [string, string] {
  const start = line.search(/[^ \t\f]/);
  let end = start;
  while (end < line.length && !/[ \t\f:=]/.test(line[end] ?? '')) end += line[end] === '\\' ? 2 : 1;
  const rest = line.slice(end).replace(/^[ \t\f]*[:=]?[ \t\f]*/, '');
  return [undoEscapes(line.slice(start, end)), undoEscapes(rest)];
}

function undoEscapes(text: string): string {
  const named: Record<string, string> = { n: '\n', r: '\r', t: '\t', f: '\f' };
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code: string | undefined, char: string) =>
    code === undefined ? (named[char] ?? char) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const anyText = fc.string({ unit: 'binary', maxLength: 12 });
const oddText = fc.array(fc.constantFrom(' ', '\\', '\n', '=', ':', '#', '!', 'ü', '\t', 'a', '\u0000'), {
  maxLength: 8,
});

describe('escaping', () => {
  it('is undone by Java', () => {
    const text = fc.oneof(
      anyText,
      oddText.map((chars) => chars.join('')),
    );
    fc.assert(
      fc.property(
        text.filter((key) => key !== ''),
        text,
        (key, value) => {
          const line = `${escapePropertyKey(key)}=${escapePropertyValue(value)}`;
          expect(line).toMatch(/^[ -~]*$/);
          expect(load(line)).toEqual([key, value]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('leaves what people write as it is', () => {
    const value = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="b=c:d#e";';
    expect(escapePropertyValue(value)).toBe(value);
    expect(escapePropertyKey('listener.name.sasl_ssl.plain.sasl.jaas.config')).toBe(
      'listener.name.sasl_ssl.plain.sasl.jaas.config',
    );
  });
});

describe('properties of a mapping', () => {
  it('come in the order of their keys, lists with commas', () => {
    expect(propertyLines(toValue({ b: [1, 'x'], a: false, 'a.b': 1.5 }))).toEqual(['a=false', 'a.b=1.5', 'b=1,x']);
  });

  it.each([
    ['text', 'properties takes a mapping, not str'],
    [['x'], 'properties takes a mapping, not list'],
    [{ a: { b: 1 } }, 'a mapping cannot be printed as it is'],
  ])('are refused for %j', (json, message) => {
    expect(() => propertyLines(toValue(json))).toThrow(message);
  });
});

describe('laying keys over a text', () => {
  it('never leaves a key twice, and keeps every other line', () => {
    const key = fc.constantFrom('a', 'b', 'c.d', 'e');
    const lines = fc.uniqueArray(key).map((keys) => keys.flatMap((name) => [`# about ${name}`, `${name}=1`, '']));
    fc.assert(
      fc.property(lines, fc.dictionary(key, fc.integer()), (text, own) => {
        const result = overlayProperties(text.join('\n'), toValue(own)).split('\n');
        const keys = result.filter((line) => line.includes('=')).map((line) => line.split('=')[0]);
        expect(new Set(keys).size).toBe(keys.length);
        for (const [name, value] of Object.entries(own)) expect(result).toContain(`${name}=${value}`);
        for (const line of text) {
          if (!line.includes('=') || own[line.split('=')[0] ?? ''] === undefined) expect(result).toContain(line);
        }
      }),
    );
  });
});
