import type { Lookup } from '../jinja/environment.ts';
import { TemplateError } from '../jinja/error.ts';
import type { Value } from '../jinja/value.ts';
import { toText } from '../jinja/values/text.ts';
import { LookupOptions, splitTerm } from './options.ts';

const NAMES = ['start', 'end', 'count', 'stride', 'format'];
/** `5`, `5-8`, `2-10/2`, `4:host%02d`: end; start and end; with a stride; with a format. */
const SHORT =
  /^(?:(?<start>(?:0x[0-9a-f]+|0[0-7]*|[1-9]\d*))-)?(?<end>0x[0-9a-f]+|0[0-7]*|[1-9]\d*)(?:\/(?<stride>0x[0-9a-f]+|0[0-7]*|[1-9]\d*))?(?::(?<format>.+))?$/is;
/** More numbers than anybody means: a slip would fill the memory. */
const MOST = 1_000_000;

/** `sequence`: numbers as text, from `start=1 end=5 stride=2 format=host%02d` or in a short form. */
export const sequence: Lookup = (terms, named) => {
  new LookupOptions('sequence', named, NAMES);
  return (terms.length === 0 ? [''] : terms).flatMap((term) => numbersOf(toText(term), named));
};

function numbersOf(term: string, named: ReadonlyMap<string, Value>): string[] {
  const short = SHORT.exec(term.trim())?.groups;
  const { words, options } = short === undefined ? splitTerm(term) : { words: '', options: shortOptions(short) };
  if (words !== '')
    throw new TemplateError(`sequence cannot read '${words}'`, { hint: "write 'start=1 end=5', or '1-5'" });
  const all = new LookupOptions('sequence', new Map([...named, ...options]), NAMES);
  const start = all.integer('start', 1);
  const stride = all.integer('stride', 1);
  if (all.has('count') === all.has('end')) {
    throw new TemplateError(
      `sequence needs ${all.has('count') ? "one of 'count' and 'end', not both" : "'count' or 'end'"}`,
    );
  }
  const count = all.integer('count', 0);
  const end = all.has('end') ? all.integer('end', 0) : count === 0 ? 0 : start + (count - 1) * stride;
  if ((all.has('count') && count === 0) || stride === 0) return [];
  if (end < start && stride > 0)
    throw new TemplateError('sequence counts backwards only with a negative stride', { hint: 'stride=-1' });
  if (end > start && stride < 0)
    throw new TemplateError('sequence counts forwards only with a positive stride', { hint: 'stride=1' });
  if (Math.abs(end - start) / Math.abs(stride) > MOST)
    throw new TemplateError(`sequence makes at most ${MOST} numbers`);
  const numbers: number[] = [];
  for (let number = start; stride > 0 ? number <= end : number >= end; number += stride) numbers.push(number);
  const format = all.text('format', '%d');
  return numbers.map((number) => formatted(format, number));
}

function shortOptions(groups: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, Value> {
  const found = Object.entries(groups).flatMap(([name, text]): [string, Value][] => {
    if (text === undefined) return [];
    return [[name, name === 'format' ? text : Number(/^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text)]];
  });
  return new Map(found);
}

/** Python's `%` with one number in it. */
function formatted(format: string, number: number): string {
  let used = 0;
  const text = format.replace(
    /%(?<flags>[-+ #0]*)(?<width>\d*)(?<kind>[dixXosu%])/g,
    (all, flags: string, width: string, kind: string) => {
      if (kind === '%') return '%';
      used += 1;
      const digits = /[xX]/.test(kind)
        ? Math.abs(number).toString(16)
        : kind === 'o'
          ? Math.abs(number).toString(8)
          : String(Math.abs(number));
      const sign = number < 0 ? '-' : flags.includes('+') ? '+' : '';
      const body = kind === 'X' ? digits.toUpperCase() : digits;
      if (flags.includes('-')) return (sign + body).padEnd(Number(width));
      if (flags.includes('0') && kind !== 's') return sign + body.padStart(Number(width) - sign.length, '0');
      return all === '' ? '' : (sign + body).padStart(Number(width));
    },
  );
  if (used === 1) return text;
  throw new TemplateError(`the format of sequence must have one number in it: ${format}`, {
    hint: 'for example host%02d',
  });
}
