/** A shell's pattern of names as an expression; `any` is what `*` and `?` stand for: `[^/]` within a path. */
export function globPattern(glob: string, any = '[^/]'): RegExp {
  const source = glob.replace(/\[!?[^\]]+\]|[.+^${}()|\\*?[\]]/g, (part) => {
    if (part === '*') return `${any}*`;
    if (part === '?') return any;
    if (part.length > 1) return part.startsWith('[!') ? `[^${part.slice(2)}` : part;
    return `\\${part}`;
  });
  return new RegExp(`^${source}$`, 's');
}
