import { readFileSync } from 'node:fs';

/** The recorded answers of a file below this folder, one JSON value a line. */
export function readRecords(path: string): unknown[] {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}
