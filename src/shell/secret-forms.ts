/** Shorter ones would be found by accident. */
const SHORTEST_BASE64 = 6;

/**
 * How a secret looks where it was written by whatever brokkr writes texts with: as it is, in base64 (also in the middle of a
 * longer text, as in `user:password`), in URLs, JSON (also inside of JSON), YAML, Python's `repr`, HTML, Java properties,
 * regular expressions and shell words.
 */
export function formsOf(text: string): ReadonlySet<string> {
  // Within a page, Jinja's `tojson` writes four characters of HTML as numbers.
  const json = [jsonText(text), asciiJson(text), asciiJson(text).replaceAll(/[<>&']/g, unicodeEscape)];
  return new Set([
    text,
    ...base64Forms(text),
    ...urlForms(text),
    ...json,
    ...json.flatMap((form) => [jsonText(form), asciiJson(form)]),
    ...yamlForms(text),
    ...pythonForms(text),
    ...htmlForms(text),
    ...propertyForms(text),
    // As Python's re.escape does it.
    text.replaceAll(/[-.^$*+?{}[\]|()\\&#~ ]/g, '\\$&'),
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
  ]);
}

function base64Forms(text: string): string[] {
  return [Buffer.from(text).toString('base64'), ...[0, 1, 2].map((offset) => base64Inside(text, offset))]
    .filter((form) => form.length >= SHORTEST_BASE64)
    .flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** The base64 characters that a text gives when `offset` (modulo 3) bytes stand before it, whatever stands around it. */
function base64Inside(text: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  const sixths = (count: number): number => (count * 8) / 6;
  return bytes.toString('base64').slice(Math.ceil(sixths(offset)), Math.floor(sixths(bytes.length)));
}

/** As ECMAScript and as Python escape it, with and without `/`, with `+` for a blank, and with small digits. */
function urlForms(text: string): string[] {
  const url = encodeURIComponent(Buffer.from(text).toString());
  const python = url.replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [url, python].flatMap((form) => [form, form.replaceAll('%2F', '/')]);
  return forms
    .flatMap((form) => [form, form.replaceAll('%20', '+')])
    .flatMap((form) => [form, form.replaceAll(/%../g, (code) => code.toLowerCase())]);
}

function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function asciiJson(text: string): string {
  return jsonText(text).replaceAll(/[\u007f-\uffff]/g, unicodeEscape);
}

function yamlForms(text: string): string[] {
  return [text.replaceAll("'", "''")];
}

/** Python takes the quotes that the text does not have, and escapes single ones where it has both. */
function pythonForms(text: string): string[] {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r');
  return [escaped, escaped.replaceAll("'", "\\'")];
}

function htmlForms(text: string): string[] {
  const tags = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = (double: string, single: string): string => tags.replaceAll('"', double).replaceAll("'", single);
  return [tags, quoted('&#34;', '&#39;'), quoted('&quot;', '&#39;'), quoted('&quot;', '&#x27;')];
}

/** java.util.Properties: a value, and a key. */
function propertyForms(text: string): string[] {
  const value = text.replaceAll('\\', '\\\\').replaceAll(/[\u007f-\uffff]/g, unicodeEscape);
  return [value, value.replaceAll(/[ :=]/g, '\\$&')];
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
