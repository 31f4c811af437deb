import { defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { isDict, type Value } from '../value.ts';
import { iterate } from '../values/sequence.ts';
import { toText } from '../values/text.ts';
import { sequenceItems, typeName } from '../values/types.ts';

/** Filters on URLs. */
export const urlFilters: Readonly<Record<string, Filter>> = {
  urlsplit: defineFilter(['query'], (input, args) => {
    if (typeof input !== 'string') throw new TemplateError(`urlsplit takes a text, not ${typeName(input)}`);
    const parts = splitUrl(
      toText(input)
        .trimStart()
        .replaceAll(/[\t\r\n]/g, ''),
    );
    const wanted = args.text('query');
    if (wanted === '') return parts;
    const part = parts.get(wanted);
    if (part === undefined)
      throw new TemplateError(`urlsplit has no part '${wanted}'`, { hint: `use ${[...parts.keys()].join(', ')}` });
    return part;
  }),
  urlencode: defineFilter([], (input) => {
    if (isDict(input)) return encodePairs([...input.entries()]);
    if (typeof input === 'string') return encode(input, '/');
    const items = sequenceItems(input);
    return items === undefined ? encode(toText(input), '/') : encodePairs(items.map(pairOf));
  }),
  urldecode: defineFilter([], (input) => decodePlus(toText(input))),
};

function splitUrl(url: string): Map<Value, Value> {
  const [, scheme = '', authority, path = '', query = '', fragment = ''] =
    /^(?:([a-zA-Z][a-zA-Z\d+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/.exec(url) ?? [];
  const netloc = authority ?? '';
  const at = netloc.lastIndexOf('@');
  const user = at < 0 ? undefined : netloc.slice(0, at);
  const host = netloc.slice(at + 1);
  const [, bracketed, name, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(host) ?? [];
  const hostname = (bracketed ?? name ?? '').toLowerCase();
  const colon = user?.indexOf(':') ?? -1;
  return new Map<Value, Value>([
    ['fragment', fragment],
    ['hostname', hostname === '' ? null : hostname],
    ['netloc', netloc],
    ['password', user === undefined || colon < 0 ? null : user.slice(colon + 1)],
    ['path', path],
    ['port', port === undefined || port === '' ? null : Number(port)],
    ['query', query],
    ['scheme', scheme.toLowerCase()],
    ['username', user === undefined ? null : colon < 0 ? user : user.slice(0, colon)],
  ]);
}

function pairOf(item: Value): [Value, Value] {
  const [key, value] = iterate(item);
  if (key === undefined || value === undefined) throw new TemplateError('urlencode takes pairs of key and value');
  return [key, value];
}

function encodePairs(pairs: readonly (readonly [Value, Value])[]): string {
  return pairs.map(([key, value]) => `${encodePart(key)}=${encodePart(value)}`).join('&');
}

function encodePart(value: Value): string {
  return encode(toText(value), '').replaceAll('%20', '+');
}

/** Percent-encodes all but letters, digits, `_.-~` and the safe characters. */
function encode(text: string, safe: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      const plain = byte < 0x80 && (/[\w.~-]/.test(char) || safe.includes(char));
      return plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

function decodePlus(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[\da-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}
