import { TemplateError } from '../jinja/error.ts';
import { isDict, type Value } from '../jinja/value.ts';
import { compareText } from '../jinja/values/compare.ts';
import { typeName } from '../jinja/values/types.ts';
import { printed } from './text.ts';

/**
 * A value for a Java properties file, escaped as `java.util.Properties.load` undoes it: Kafka and ZooKeeper both read
 * their files with it, as ISO-8859-1, so anything but ASCII is written as `\uXXXX`.
 */
export function escapePropertyValue(text: string): string {
  return escapeCharacters(text).replace(/^ /, '\\ ');
}

/** A key: beside what a value needs, separators, comment signs and blanks are escaped. */
export function escapePropertyKey(text: string): string {
  return escapeCharacters(text).replace(/[ :=]/g, '\\$&').replace(/^[#!]/, '\\$&');
}

const named: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' };

function escapeCharacters(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped
    /[\\\u0000-\u001f\u007f-\uffff]/g,
    (char) => named[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The mapping as `key=value` lines in the order of the keys. A null value is a `TemplateError` that names the key. */
export function propertyLines(mapping: Value): string[] {
  return [...propertyEntries(mapping)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, value]) => propertyLine(key, value));
}

/**
 * Lays the user's own keys over a rendered properties text. A key that the text has keeps its line and its comment and
 * gets the new value; the others follow at the end in the order of the keys. So no key stands there twice.
 * A key that the text itself has twice is a `TemplateError`.
 */
export function overlayProperties(text: string, own: Value): string {
  const rest = propertyEntries(own);
  const seen = new Set<string>();
  const lines = text.split('\n').map((line) => {
    const key = lineKey(line);
    if (key === undefined) return line;
    if (seen.has(key)) throw new TemplateError(`the template sets ${key} twice`);
    seen.add(key);
    const value = rest.get(key);
    if (value === undefined) return line;
    rest.delete(key);
    return propertyLine(key, value);
  });
  if (rest.size === 0) return lines.join('\n');
  const added = [...rest].sort(([a], [b]) => compareText(a, b)).map(([key, value]) => propertyLine(key, value));
  const end = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  return `${[...end, ...added].join('\n')}\n`;
}

function propertyLine(key: string, value: string): string {
  return `${escapePropertyKey(key)}=${escapePropertyValue(value)}`;
}

function propertyEntries(mapping: Value): Map<string, string> {
  if (!isDict(mapping)) throw new TemplateError(`properties takes a mapping, not ${typeName(mapping)}`);
  const entries = new Map<string, string>();
  for (const [key, value] of mapping.entries()) {
    if (value === null) {
      throw new TemplateError(`the property ${printed(key)} is null`, { hint: 'give it a value, or leave it out' });
    }
    entries.set(printed(key), Array.isArray(value) ? value.map(printed).join(',') : printed(value));
  }
  return entries;
}

/** The key of a `key=value` line of a template; comments and blank lines have none. */
function lineKey(line: string): string | undefined {
  const [, key] = /^\s*([^\s#!=:][^\s=:]*)\s*[=:]/.exec(line) ?? [];
  return key;
}
