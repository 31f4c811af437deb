/** What there is to know about the stream that a report is written to. */
export interface Terminal {
  readonly isTerminal: boolean;
  readonly color: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** The width of what is not a terminal: a log that people read. */
const plainColumns = 120;

/**
 * Describes an output stream.
 * @param env `NO_COLOR`, when not empty, and `TERM=dumb` turn colours off (https://no-color.org); `TERM=dumb` is no
 *   terminal on which lines can be drawn anew
 */
export function describeTerminal(
  stream: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number },
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isTerminal = stream.isTTY === true && env.TERM !== 'dumb';
  return {
    isTerminal,
    color: isTerminal && (env.NO_COLOR ?? '') === '',
    columns:
      stream.isTTY === true && stream.columns !== undefined && stream.columns > 0 ? stream.columns : plainColumns,
    rows: stream.isTTY === true && stream.rows !== undefined && stream.rows > 0 ? stream.rows : 24,
  };
}
