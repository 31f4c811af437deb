import { quote } from '../shell/quote.ts';
import { updateLists } from './apt-lists.ts';

/** A file that a task has changed. */
export interface TouchedFile {
  readonly path: string;
  /** What stood in it; `undefined` when it was not there. */
  readonly before: string | undefined;
  /** Its permission bits, where they are known. */
  readonly mode?: number | undefined;
}

/**
 * Shell text that has apt read its lists, so many times when it fails, each time after twice as many seconds. When it fails for
 * good the files become what they were, so that the next run finds them changed again.
 */
export function updateScript(touched: readonly TouchedFile[], tries: number, longestDelay: number): string {
  return [
    `n=1 d=1; until e=$(${updateLists} 2>&1 >/dev/null); do`,
    `  if [ "$n" -ge ${tries} ]; then`,
    ...touched.map((file) => `    ${restore(file)}`),
    `    printf '%s\\n' "$e" 'the sources are as they were before' >&2; exit 1`,
    '  fi',
    `  [ "$d" -le ${longestDelay} ] || d=${longestDelay}`,
    '  sleep "$d"; n=$((n + 1)) d=$((d * 2))',
    'done',
  ].join('\n');
}

function restore({ path, before, mode }: TouchedFile): string {
  const file = quote(path);
  if (before === undefined) return `rm -f -- ${file}`;
  const bits = mode === undefined ? '' : ` && chmod ${mode.toString(8)} ${file}`;
  return `(umask 077; printf %s ${quote(before)} > ${file}${bits})`;
}
