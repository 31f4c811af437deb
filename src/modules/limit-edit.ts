import { ended, linesOf } from './line-edit.ts';

/** A limit of limits.conf(5). */
interface Limit {
  readonly domain: string;
  readonly type: string;
  readonly item: string;
  readonly value: string;
  /** What stands behind the `#`. */
  readonly comment: string;
}

export interface WantedLimit extends Limit {
  /** Of this value and the one that is there, the larger or the smaller one counts; without it, this one. */
  readonly keep: 'larger' | 'smaller' | undefined;
}

/** The words for no limit. */
export const unlimited: readonly string[] = ['unlimited', 'infinity', '-1'];

/**
 * The file with the limit, and its line there: every line of the same domain, type and item takes the value, or else one is
 * added at the end. A line with the right value stays as it is, and a comment stays where none is wanted.
 */
export function putLimit(text: string, wanted: WantedLimit): { readonly text: string; readonly line: string } {
  let own: string | undefined;
  const lines = linesOf(text).map((line) => {
    const found = readLimit(line);
    if (found === undefined || !isOf(wanted, found)) return line;
    const value = valueFor(wanted, found.value);
    own = value === found.value ? line : writeLimit({ ...wanted, value, comment: wanted.comment || found.comment });
    return own;
  });
  if (own !== undefined) return { text: lines.join(''), line: own };
  const line = writeLimit(wanted);
  return { text: [...lines.map(ended), line].join(''), line };
}

function readLimit(line: string): Limit | undefined {
  const [, limit = '', comment = ''] = /^([^#]*)(?:#(.*))?$/s.exec(line.trimEnd()) ?? [];
  const [domain, type, item, value, ...more] = limit.trim().split(/\s+/);
  if (domain === undefined || type === undefined || item === undefined || value === undefined || more.length > 0) {
    return undefined;
  }
  return { domain, type, item, value, comment };
}

function writeLimit({ domain, type, item, value, comment }: Limit): string {
  return `${[domain, type, item, value, ...(comment === '' ? [] : [`#${comment}`])].join('\t')}\n`;
}

function isOf(wanted: Limit, found: Limit): boolean {
  return found.domain === wanted.domain && found.type === wanted.type && found.item === wanted.item;
}

/** PAM passes over a value that is none, so it counts for nothing here. */
function valueFor({ value, keep }: WantedLimit, found: string): string {
  const [wanted, there] = [amountOf(value), amountOf(found)];
  if (keep === undefined || Number.isNaN(there)) return value;
  return (keep === 'larger' ? there >= wanted : there <= wanted) ? found : value;
}

/** As Ansible takes it, -1 stands for no limit also where a priority is meant. */
function amountOf(value: string): number {
  if (unlimited.includes(value)) return Number.POSITIVE_INFINITY;
  return /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN;
}
