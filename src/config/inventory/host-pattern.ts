import { isIPv4, isIPv6 } from 'node:net';

/** The letters a range counts through. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

const NUMERIC_RANGE = /\[[0-9]+:[0-9]+(?::[0-9]+)?\]/g;
const HEXADECIMAL_RANGE = /\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\]/gi;
const LABEL = String.raw`(?:[\p{L}\p{N}_]|RANGE)(?:[\p{L}\p{N}_-]|RANGE)*(?<![_-])`.replaceAll(
  'RANGE',
  String.raw`\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\]`,
);
const PLAIN_NAME = /^[a-z0-9]+(?:[_-]+[a-z0-9]+)*(?:\.[a-z0-9]+(?:[_-]+[a-z0-9]+)*)*$/i;
const HOST_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'iu');

/** A range in a host name that cannot be counted through. */
export class HostRangeError extends Error {}

export interface HostAddress {
  readonly host: string;
  readonly port: number | undefined;
}

/**
 * A host name or address, each possibly with ranges, and the port after it: `web[1:3]:2222`, `[::1]:22`. `undefined`
 * when the text has no such form; a host name may still be anything.
 */
export function parseAddress(text: string): HostAddress | undefined {
  const withPort = /^\[(.+)\]:([0-9]+)$/.exec(text) ?? /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/.exec(text);
  const host = withPort?.[1] ?? text;
  const port = withPort?.[2] === undefined ? undefined : Number(withPort[2]);
  // In the order of what it costs: the first look for an IPv6 address takes longer than all else that a small inventory does.
  const isAddress =
    PLAIN_NAME.test(host) ||
    isIPv4(host.replace(NUMERIC_RANGE, '0')) ||
    HOST_NAME.test(host) ||
    isIPv6(host.replace(HEXADECIMAL_RANGE, '0'));
  return isAddress ? { host, port } : undefined;
}

/**
 * The host names that a name in an inventory stands for, and the port given with it. Ranges are `[begin:end]` and
 * `[begin:end:step]` with the end included; several in a name count like the digits of a number, the left one slowest.
 * @throws HostRangeError
 */
export function expandHostPattern(text: string): {
  readonly hosts: readonly string[];
  readonly port: number | undefined;
} {
  const address = parseAddress(text);
  return { hosts: expandRanges(address?.host ?? text), port: address?.port };
}

function expandRanges(text: string): string[] {
  const open = text.indexOf('[');
  if (open === -1) return [text];
  const close = text.indexOf(']');
  if (close < open) throw new HostRangeError(`the range in ${text} has no closing ]`);
  const head = text.slice(0, open);
  const tail = text.slice(close + 1);
  return countRange(text.slice(open + 1, close)).flatMap((item) => expandRanges(`${head}${item}${tail}`));
}

function countRange(range: string): string[] {
  const bounds = range.split(':');
  if (bounds.length < 2 || bounds.length > 3)
    throw new HostRangeError(`[${range}] is not [begin:end] or [begin:end:step]`);
  const begin = bounds[0] === '' || bounds[0] === undefined ? '0' : bounds[0];
  const end = bounds[1] ?? '';
  const step = bounds[2] === undefined ? 1 : Number(bounds[2]);
  if (end === '') throw new HostRangeError(`[${range}] has no end`);
  if (!Number.isInteger(step) || step < 1) throw new HostRangeError(`the step of [${range}] is not a number above 0`);
  if (begin.startsWith('0') && begin.length > 1 && begin.length !== end.length) {
    throw new HostRangeError(`begin and end of [${range}] have to be equally long, because begin has a leading zero`);
  }
  return countLetters(begin, end, step, range) ?? countNumbers(begin, end, step, range);
}

function countLetters(begin: string, end: string, step: number, range: string): string[] | undefined {
  // Positions of the whole text, so [ab:cd] counts a, b, c: Ansible does the same.
  const [first, last] = [LETTERS.indexOf(begin), LETTERS.indexOf(end)];
  if (first === -1 || last === -1) return undefined;
  if (first > last) throw new HostRangeError(`[${range}] ends before it begins`);
  return [...LETTERS.slice(first, last + 1)].filter((_, index) => index % step === 0);
}

function countNumbers(begin: string, end: string, step: number, range: string): string[] {
  if (!/^[0-9]+$/.test(begin) || !/^[0-9]+$/.test(end)) {
    throw new HostRangeError(`[${range}] runs neither from letter to letter nor from number to number`);
  }
  const width = begin.startsWith('0') && begin.length > 1 ? begin.length : 0;
  const names: string[] = [];
  for (let value = Number(begin); value <= Number(end); value += step) names.push(String(value).padStart(width, '0'));
  return names;
}
