/** A regular expression as grep(1) takes it with `-E`, and with `-i` where case does not matter. */
export interface ExtendedRegex {
  readonly expression: string;
  readonly ignoresCase: boolean;
}

const classes: Readonly<Record<string, string>> = { d: '0-9', s: '[:space:]', w: '[:alnum:]_' };

/**
 * A Python regular expression for grep(1), which looks at line by line; `undefined` for what grep cannot look for: line ends,
 * looking ahead and back, references to groups.
 */
export function extendedRegex(python: string): ExtendedRegex | undefined {
  const flags = /^\(\?([im]+)\)/.exec(python);
  let rest = python.slice(flags?.[0].length ?? 0);
  let expression = '';
  while (rest !== '') {
    const token = nextToken(rest);
    if (token === undefined) return undefined;
    expression += token.text;
    rest = rest.slice(token.length);
  }
  return { expression, ignoresCase: flags?.[1]?.includes('i') === true };
}

interface Token {
  readonly text: string;
  /** How many characters of the Python expression it stands for. */
  readonly length: number;
}

function nextToken(rest: string): Token | undefined {
  const group = /^\((?:\?:|\?P<\w+>)/.exec(rest);
  if (group !== null) return { text: '(', length: group[0].length };
  if (rest.startsWith('(?')) return undefined;
  const quantifier = /^(?:[*+?]|\{\d*,?\d*\})([?+]?)/.exec(rest);
  if (quantifier !== null && quantifier[0] !== '{}') {
    // Whether it takes much or little does not matter to whether it is found.
    const own = quantifier[1] === '' ? quantifier[0] : quantifier[0].slice(0, -1);
    return quantifier[1] === '+' ? undefined : { text: own.replace('{,', '{0,'), length: quantifier[0].length };
  }
  if (rest.startsWith('[')) return bracket(rest);
  if (rest.startsWith('\\')) return escaped(rest);
  const [first = ''] = rest;
  return { text: first === '{' ? '\\{' : first, length: first.length };
}

function escaped(rest: string): Token | undefined {
  const letter = rest[1] ?? '';
  const own = classes[letter];
  if (own !== undefined) return { text: `[${own}]`, length: 2 };
  const other = classes[letter.toLowerCase()];
  if (other !== undefined) return { text: `[^${other}]`, length: 2 };
  if (letter === 't') return { text: '\t', length: 2 };
  if (letter === 'b' || letter === 'B') return { text: rest.slice(0, 2), length: 2 };
  if (letter === '' || /[A-Za-z0-9]/.test(letter)) return undefined;
  return { text: '.[](){}*+?|^$\\'.includes(letter) ? rest.slice(0, 2) : letter, length: 2 };
}

/**
 * A bracket of grep knows no backslash: `]` stands first in it, `^` and `-` last, and before them `[`, which with `:`, `.` or
 * `=` behind it would begin a name.
 */
function bracket(rest: string): Token | undefined {
  const whole = /^\[(\^?)((?:\](?=.*\]))?(?:\\.|[^\]\\])*)\]/s.exec(rest);
  if (whole === null) return undefined;
  const [{ length }, negation = '', inner = ''] = [whole[0], whole[1], whole[2]];
  const letters = new Set<string>();
  const others: string[] = [];
  for (const [part, from, to] of inner.matchAll(/(\\.|[^\\])-(\\.|[^\\])|\\.|./gs)) {
    const text = from === undefined || to === undefined ? member(part) : range(from, to);
    if (text === undefined) return undefined;
    if (']^-'.includes(text)) letters.add(text);
    else others.push(text);
  }
  const opens = (text: string) => Number(text.endsWith('['));
  const middle = others.sort((a, b) => opens(a) - opens(b)).join('');
  const own = (letter: string) => (letters.has(letter) ? letter : '');
  const text = `${own(']')}${middle}${own('^')}${own('-')}`;
  if (negation !== '' || !text.startsWith('^')) return { text: `[${negation}${text}]`, length };
  return { text: text === '^' ? '\\^' : '[-^]', length };
}

/** A letter or a class of letters. */
function member(part: string): string | undefined {
  if (!part.startsWith('\\')) return part;
  const letter = part.slice(1);
  if (letter === 't') return '\t';
  return classes[letter] ?? (/[A-Za-z0-9]/.test(letter) ? undefined : letter);
}

function range(from: string, to: string): string | undefined {
  const [first, last] = [member(from), member(to)];
  // Where these stand they would mean something else.
  if (first?.length !== 1 || last?.length !== 1 || ']^-'.includes(first) || ']-'.includes(last)) return undefined;
  return `${first}-${last}`;
}
