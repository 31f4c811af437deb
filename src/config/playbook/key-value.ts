/** `src=a dest="b c"`: the options, and the words that are none. */
export interface KeyValueText {
  readonly options: ReadonlyMap<string, string>;
  /** What is left when the options are taken out, its inner whitespace and line breaks as written. */
  readonly freeText: string;
}

/** Text that cannot be split: a quote or a Jinja block that is not closed. */
export class UnbalancedText extends Error {}

/**
 * Splits the text form of module arguments as Ansible does: at whitespace outside quotes and Jinja blocks; a word with an
 * unescaped `=` behind a name is an option, its quotes are taken off and its escapes read.
 * @param taken which names are options; every other `name=value` stays in the free text. Absent: every name is.
 * @throws UnbalancedText
 */
export function parseKeyValue(text: string, taken?: ReadonlySet<string>): KeyValueText {
  const options = new Map<string, string>();
  let freeText = '';
  let from = 0;
  for (const word of splitWords(text)) {
    const option = readOption(text.slice(word.start, word.end), taken);
    if (option === undefined) continue;
    options.set(option.name, option.value);
    freeText += text.slice(from, word.start).trimEnd();
    from = word.end;
  }
  freeText += text.slice(from);
  return { options, freeText: from === 0 ? freeText : freeText.trim() };
}

function readOption(word: string, taken: ReadonlySet<string> | undefined) {
  const equals = word.search(/(?<!\\)=/);
  if (equals <= 0) return undefined;
  const name = word.slice(0, equals);
  if (taken !== undefined && !taken.has(name)) return undefined;
  return { name, value: unquote(readEscapes(word.slice(equals + 1))) };
}

interface Word {
  readonly start: number;
  readonly end: number;
}

function splitWords(text: string): Word[] {
  const words: Word[] = [];
  let start: number | undefined;
  let position = 0;
  while (position < text.length) {
    const next = endOfUnit(text, position);
    if (/\s/.test(text.charAt(position))) {
      if (start !== undefined) words.push({ start, end: position });
      start = undefined;
    } else {
      start ??= position;
    }
    position = next;
  }
  if (start !== undefined) words.push({ start, end: text.length });
  return words;
}

/** Where the character, escape, quotation or Jinja block that starts at `position` ends. */
function endOfUnit(text: string, position: number): number {
  const character = text.charAt(position);
  if (character === '\\') return position + 2;
  const closing = { '{{': '}}', '{%': '%}', '{#': '#}' }[text.slice(position, position + 2)];
  if (closing !== undefined) {
    const end = text.indexOf(closing, position + 2);
    if (end < 0) throw new UnbalancedText(`'${text.slice(position, position + 2)}' is not closed`);
    return end + 2;
  }
  if (character !== '"' && character !== "'") return position + 1;
  for (let end = position + 1; end < text.length; end++) {
    if (text.charAt(end) === '\\') end++;
    else if (text.charAt(end) === character) return end + 1;
  }
  throw new UnbalancedText(`the quote ${character} is not closed`);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "\\'", '"': '\\"' };

/** Reads `\n`, `\t`, `\x41`, `A`; an escaped quote stays escaped until the quotes around it are taken off. */
function readEscapes(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/gs, (whole, hex, unicode, single) => {
    const code: string | undefined = hex ?? unicode;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return escapes[single] ?? whole;
  });
}

function unquote(text: string): string {
  const quote = text.charAt(0);
  const quoted = text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote);
  const bare = quoted ? text.slice(1, -1) : text;
  return bare.replaceAll("\\'", "'").replaceAll('\\"', '"');
}
