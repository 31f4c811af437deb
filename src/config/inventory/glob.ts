/**
 * A matcher for Python's fnmatch globs over a whole name: `*`, `?`, `[abc]`, `[a-c]`, `[!abc]`. A `[` that is not closed
 * stands for itself.
 */
export function compileGlob(glob: string): (name: string) => boolean {
  let source = '';
  let at = 0;
  while (at < glob.length) {
    const char = glob.charAt(at++);
    if (char === '*') source += '.*';
    else if (char === '?') source += '.';
    else if (char === '[') {
      const close = closingBracket(glob, at);
      if (close === -1) source += '\\[';
      else {
        source += bracketSource(glob.slice(at, close));
        at = close + 1;
      }
    } else source += literally(char);
  }
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}

/** A `]` right behind the `[` or `[!` belongs to the set. */
function closingBracket(glob: string, start: number): number {
  const from = glob.charAt(start) === '!' ? start + 1 : start;
  return glob.indexOf(']', glob.charAt(from) === ']' ? from + 1 : from);
}

function bracketSource(content: string): string {
  const negated = content.startsWith('!');
  const members: string[] = [];
  const set = negated ? content.slice(1) : content;
  for (let at = 0; at < set.length; at++) {
    const char = set.charAt(at);
    const last = set.charAt(at + 2);
    if (set.charAt(at + 1) !== '-' || last === '') members.push(literally(char));
    else {
      // A range that runs backwards holds nothing.
      if (char <= last) members.push(`${literally(char)}-${literally(last)}`);
      at += 2;
    }
  }
  if (members.length === 0) return negated ? '.' : '(?!)';
  return `[${negated ? '^' : ''}${members.join('')}]`;
}

function literally(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}
