import { styleText } from 'node:util';

/** How a report marks its words; without colour every one gives its text back. */
export interface Style {
  readonly good: (text: string) => string;
  readonly changed: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly waiting: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

type Format = 'green' | 'yellow' | 'red' | 'cyan' | 'dim' | 'bold';

export function createStyle(color: boolean): Style {
  // Whether the stream takes colours is decided once, by whoever made the report: `styleText` is not to look at it again.
  const styled =
    (format: Format) =>
    (text: string): string =>
      color && text !== '' ? styleText(format, text, { validateStream: false }) : text;
  return {
    good: styled('green'),
    changed: styled('yellow'),
    bad: styled('red'),
    waiting: styled('cyan'),
    dim: styled('dim'),
    bold: styled('bold'),
  };
}
