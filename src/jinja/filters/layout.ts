import type { BoundArguments } from '../call.ts';
import { TemplateError } from '../error.ts';
import { checkText } from '../limits.ts';
import { splitLines } from '../values/words.ts';

/** Indents each line but the first (unless asked), and blank ones only if asked. */
export function indentText(text: string, prefix: string, first: boolean, blank: boolean): string {
  const lines = splitLines(`${text}\n`, false);
  checkText(text.length + prefix.length * lines.length);
  const [head = '', ...rest] = lines;
  const indented = rest.map((line) => (blank || line !== '' ? prefix + line : line));
  return [first ? prefix + head : head, ...indented].join('\n');
}

export interface WrapOptions {
  readonly width: number;
  readonly breakLong: boolean;
  readonly newline: string;
  readonly onHyphens: boolean;
}

/** Breaks each line at a width, between words. */
export function wordWrap(text: string, options: WrapOptions): string {
  if (options.width <= 0) throw new TemplateError('wordwrap needs a width greater than zero');
  return splitLines(text, false)
    .map((line) => wrapLine(line, options).join(options.newline))
    .join(options.newline);
}

// Python's textwrap: pieces are words, the space between them, and (after a hyphen between letters) parts of words.
function wrapLine(line: string, { width, breakLong, onHyphens }: WrapOptions): string[] {
  const pieces = line
    .split(/(\s+)/)
    .filter((piece) => piece !== '')
    .flatMap((piece) => (onHyphens ? splitHyphens(piece) : [piece]));
  const lines: string[] = [];
  let current = '';
  const flush = () => {
    if (current.trimEnd() !== '') lines.push(current.trimEnd());
    current = '';
  };
  for (const piece of pieces) {
    const isSpace = piece.trim() === '';
    if (isSpace && current === '' && lines.length > 0) continue;
    if (current.length + piece.length <= width) {
      current += piece;
      continue;
    }
    if (isSpace) {
      flush();
      continue;
    }
    let rest = piece;
    if (piece.length > width && breakLong) {
      while (rest.length > 0 && current.length + rest.length > width) {
        const room = breakAt(rest, width - current.length, onHyphens);
        // Where nothing of the word fits, textwrap ends the line as it stands, a blank at its end included.
        if (room === 0) lines.push(current);
        current = room === 0 ? '' : current + rest.slice(0, room);
        rest = rest.slice(room);
        flush();
      }
    } else flush();
    current = rest;
  }
  flush();
  return lines;
}

/** How much of a word that is too long stands on a line that has `room` left. */
function breakAt(word: string, room: number, onHyphens: boolean): number {
  if (!onHyphens || room < 1) return room;
  const hyphen = word.lastIndexOf('-', room - 1);
  return hyphen > 0 && /[^-]/.test(word.slice(0, hyphen)) ? hyphen + 1 : room;
}

function splitHyphens(word: string): string[] {
  return word.split(/(?<=[\p{L}\p{N}_]{2}-)(?=[\p{L}_]{2})/u);
}

interface CommentStyle {
  readonly decoration: string;
  readonly beginning?: string;
  readonly end?: string;
}

const commentStyles: ReadonlyMap<string, CommentStyle> = new Map([
  ['plain', { decoration: '# ' }],
  ['erlang', { decoration: '% ' }],
  ['c', { decoration: '// ' }],
  ['cblock', { decoration: ' * ', beginning: '/*', end: ' */' }],
  ['xml', { decoration: ' - ', beginning: '<!--', end: '-->' }],
]);

/** Makes a comment of a text, in the style of a language. */
export function commentText(text: string, args: BoundArguments): string {
  const name = args.text('style', 'plain');
  const style = commentStyles.get(name);
  if (style === undefined) {
    throw new TemplateError(`comment has no style '${name}'`, { hint: `use ${[...commentStyles.keys()].join(', ')}` });
  }
  const decoration = args.text('decoration', style.decoration);
  const newline = args.text('newline', '\n');
  const beginning = args.text('beginning', style.beginning ?? '');
  const end = args.text('end', style.end ?? '');
  const edge = decoration.trimEnd();
  const around = (side: 'prefix' | 'postfix') => {
    const line = args.text(side, edge);
    if (line === '' && side === 'prefix') return '';
    return Array.from(
      { length: Math.min(Math.max(0, args.integer(`${side}_count`, 1)), 1000) },
      () => line + newline,
    ).join('');
  };
  const body = decoration + text.replaceAll(newline, () => newline + decoration);
  // Blanks are taken away at line breaks only, and behind the last line there is none.
  const commented = body.replaceAll(decoration + newline, () => edge + newline);
  const opening = beginning === '' ? '' : beginning + newline;
  const closing = end === '' ? '' : end;
  const postfix = around('postfix');
  const tail = closing === '' ? postfix.slice(0, postfix.length - newline.length) : postfix;
  return `${opening}${around('prefix')}${commented}${postfix === '' && closing === '' ? '' : newline}${tail}${closing}`;
}
