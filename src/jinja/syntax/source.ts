import type { Position } from '../../errors.ts';

/** A piece of template text and where it starts in the user's file. */
export class Source {
  readonly text: string;
  readonly at: Position;
  #lineStarts: readonly number[] | undefined;

  /** Line ends become `\n`, as Jinja does; offsets count in the result. */
  constructor(text: string, at: Position) {
    this.text = normalizeNewlines(text);
    this.at = at;
  }

  /** The place of an offset (UTF-16 units) in the user's file. */
  position(offset: number): Position {
    this.#lineStarts ??= lineStarts(this.text);
    const line = this.#lineStarts.findLastIndex((start) => start <= offset);
    const column = offset - (this.#lineStarts[line] ?? 0);
    const { file, line: firstLine, column: firstColumn } = this.at;
    return { file, line: firstLine + line, column: line === 0 ? firstColumn + column : column + 1 };
  }
}

function lineStarts(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/\n/g), (match) => match.index + 1)];
}

export function normalizeNewlines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
