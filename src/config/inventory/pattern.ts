import { readFileSync, statSync } from 'node:fs';
import { errorText, InputError, nearestName, type Problem } from '../../errors.ts';
import { compileGlob } from './glob.ts';
import { parseAddress } from './host-pattern.ts';
import { type Inventory, LOCALHOST_NAMES } from './inventory.ts';

export interface HostSelection {
  /** Host names in the order of the pattern, each once. */
  readonly hosts: readonly string[];
  /** What is wrong with the pattern. */
  readonly warnings: readonly Problem[];
  /** What is wrong with the limit, which all patterns of a run share. */
  readonly limitWarnings: readonly Problem[];
}

/** What a pattern is looked up in. */
type HostsByName = Pick<Inventory, 'hosts' | 'hostsAsNamed' | 'groups' | 'hostsOf' | 'hasHost' | 'localhostFor'>;

/**
 * The hosts that a pattern (`hosts:` of a play) selects, in its order, and of those the ones that `--limit` leaves.
 * Terms are separated by commas or colons: names, globs, `~regular expressions`, `group[0:2]`; terms with `&` keep only,
 * terms with `!` remove, both after all others wherever they stand. A limit may be `@file` with a pattern a line.
 * @throws InputError for a term that cannot be read, and when the limit leaves no host at all (unless it may)
 */
export function selectHosts(
  inventory: HostsByName,
  pattern: string | readonly string[],
  options: { readonly limit?: string | undefined; readonly mayBeEmpty?: boolean } = {},
): HostSelection {
  const warnings: Problem[] = [];
  const selected = evaluate(inventory, splitPattern(pattern), warnings);
  const limit = options.limit;
  if (limit === undefined || limit.trim() === '') return { hosts: selected, warnings, limitWarnings: [] };
  const terms = splitPattern(limit).flatMap((term) => (term.startsWith('@') ? readLimitFile(term.slice(1)) : [term]));
  const ofLimit: Problem[] = [];
  const allowed = new Set(evaluate(inventory, terms, ofLimit));
  if (options.mayBeEmpty !== true && inventory.hosts.length > 0 && !inventory.hosts.some((host) => allowed.has(host))) {
    const near = nearestName(limit, [...inventory.hosts, ...inventory.groups]);
    const hint = near === undefined ? 'brokkr inventory --graph shows the hosts and groups' : `did you mean ${near}?`;
    throw new InputError([{ message: `--limit ${limit} leaves no host of the inventory`, hint }]);
  }
  const limitWarnings = dedupe(ofLimit).map((each) => ({ ...each, message: `--limit ${limit}: ${each.message}` }));
  return { hosts: selected.filter((host) => allowed.has(host)), warnings: dedupe(warnings), limitWarnings };
}

/**
 * The hosts of a pattern that was given to do something with them.
 * @throws InputError when there is none: what is near the terms that match nothing
 */
export function selectSomeHosts(inventory: HostsByName, pattern: string, limit: string | undefined): HostSelection {
  const selection = selectHosts(inventory, pattern, { limit });
  if (selection.hosts.length > 0) return selection;
  if (selection.warnings.length > 0) throw new InputError(selection.warnings);
  const within = limit === undefined ? '' : ` within --limit ${limit}`;
  const hint = 'brokkr inventory --graph shows the hosts and groups';
  throw new InputError([{ message: `the pattern ${pattern} selects no host${within}`, hint }]);
}

/** The terms of a pattern. Without a comma, colons separate, unless they belong to an address or to brackets. */
export function splitPattern(pattern: string | readonly string[]): string[] {
  if (typeof pattern !== 'string') return pattern.flatMap(splitPattern);
  const terms = pattern.includes(',')
    ? pattern.split(',')
    : parseAddress(pattern) === undefined
      ? (pattern.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? [])
      : [pattern];
  return terms.map((term) => term.trim()).filter((term) => term !== '');
}

function evaluate(inventory: HostsByName, terms: readonly string[], warnings: Problem[]): string[] {
  const kept = terms.filter((term) => term.startsWith('&'));
  const removed = terms.filter((term) => term.startsWith('!'));
  const plain = terms.filter((term) => !/^[&!]/.test(term));
  const match = (term: string) => (inventory.hasHost(term) ? [term] : matchTerm(inventory, term, warnings));
  let hosts = [...new Set((plain.length === 0 ? ['all'] : plain).flatMap(match))];
  for (const term of kept) {
    const matched = new Set(matchTerm(inventory, term.slice(1), warnings));
    hosts = hosts.filter((host) => matched.has(host));
  }
  for (const term of removed) {
    const matched = new Set(matchTerm(inventory, term.slice(1), warnings));
    hosts = hosts.filter((host) => !matched.has(host));
  }
  return hosts;
}

/** One term without its `&` or `!`. */
function matchTerm(inventory: HostsByName, term: string, warnings: Problem[]): readonly string[] {
  const subscript = term.startsWith('~') ? null : /^(.+)\[(?:(-?[0-9]+)|([0-9]+)([:-])([0-9]*))\]$/.exec(term);
  const hosts = enumerate(inventory, subscript?.[1] ?? term, warnings);
  if (subscript === null || hosts.length === 0) return hosts;
  const [, name = '', index, start, separator, end] = subscript;
  if (separator === '-') {
    const hint = `write ${name}[${start}:${end}]`;
    warnings.push({ message: `the range in ${term} has a - where a : belongs`, hint });
  }
  if (index === undefined && end !== '0') {
    return hosts.slice(Number(start), end === '' ? undefined : Number(end) + 1);
  }
  const host = hosts.at(Number(index ?? start));
  if (host !== undefined) return [host];
  const hint = `${name} has ${hosts.length} hosts: the first is ${name}[0]`;
  throw new InputError([{ message: `there is no host ${term}`, hint }]);
}

function enumerate(inventory: HostsByName, term: string, warnings: Problem[]): string[] {
  const matches = compileTerm(term);
  const groups = inventory.groups.filter(matches);
  const hosts = new Set(groups.flatMap((group) => inventory.hostsOf(group)));
  if (groups.length === 0 || /^~|[.?*[]/.test(term)) {
    for (const host of inventory.hostsAsNamed.filter(matches)) hosts.add(host);
  }
  if (hosts.size === 0 && LOCALHOST_NAMES.includes(term)) return [inventory.localhostFor(term)];
  if (hosts.size === 0 && groups.length === 0) {
    const near = nearestName(term, [...inventory.groups, ...inventory.hosts]);
    const hint = near === undefined ? 'brokkr inventory --graph shows the hosts and groups' : `did you mean ${near}?`;
    warnings.push({ message: `the pattern ${term} matches no host and no group`, hint });
  }
  return [...hosts];
}

function compileTerm(term: string): (name: string) => boolean {
  if (!term.startsWith('~')) return compileGlob(term);
  try {
    // Python's match(): anchored at the start only.
    const expression = new RegExp(`^(?:${term.slice(1).replaceAll('(?P<', '(?<').replaceAll('\\Z', '$')})`);
    return (name) => expression.test(name);
  } catch (error) {
    const reason = errorText(error);
    throw new InputError([
      { message: `${term} is no regular expression: ${reason}`, hint: 'correct what follows the ~' },
    ]);
  }
}

function readLimitFile(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) {
    const message = stat === undefined ? 'there is no such limit file' : 'a limit file is a file, and this is none';
    const at = { file: path, line: 1, column: 1 };
    throw new InputError([{ message, at, hint: 'write --limit @FILE, with one pattern a line' }]);
  }
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function dedupe(warnings: readonly Problem[]): Problem[] {
  return [...new Map(warnings.map((warning) => [warning.message, warning])).values()];
}
