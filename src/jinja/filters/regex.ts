import type { BoundArguments } from '../call.ts';
import { defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { checkText } from '../limits.ts';
import { PyTuple, type Value } from '../value.ts';
import { compileRegex } from '../values/regex.ts';
import { replacementOf } from '../values/regex-replacement.ts';
import { findAll, findFirst } from '../values/regex-run.ts';
import { toText } from '../values/text.ts';

/** Filters with Python's regular expressions. */
export const regexFilters: Readonly<Record<string, Filter>> = {
  regex_replace: defineFilter(
    ['pattern', 'replacement', 'ignorecase', 'multiline', 'count', 'mandatory_count'],
    replace,
  ),
  regex_search: defineFilter(['!regex', '*', '**'], search),
  regex_findall: defineFilter(['!regex', 'multiline', 'ignorecase'], findAllMatches),
  regex_escape: defineFilter(['re_type'], (input, args) => escapeRegex(toText(input), args.text('re_type', 'python'))),
};

function replace(input: Value, args: BoundArguments): Value {
  const text = toText(input);
  const pattern = args.text('pattern');
  const regex = compileRegex(pattern, { ignoreCase: args.flag('ignorecase'), multiline: args.flag('multiline') });
  const expand = replacementOf(args.text('replacement'));
  const count = args.integer('count', 0);
  const matches = findAll(regex, text, count <= 0 ? Number.POSITIVE_INFINITY : count);
  const wanted = args.integer('mandatory_count', 0);
  if (wanted > 0 && matches.length !== wanted) {
    throw new TemplateError(`'${pattern}' has to match ${wanted} times, but matches ${matches.length} times`);
  }
  let result = '';
  let end = 0;
  for (const match of matches) {
    result += text.slice(end, match.index) + expand(match);
    end = match.index + match[0].length;
    checkText(result.length);
  }
  return result + text.slice(end);
}

function search(input: Value, args: BoundArguments): Value {
  const flag = (name: string) => {
    const value = args.extra.get(name);
    return value !== undefined && value !== null && value !== false && value !== 0;
  };
  const regex = compileRegex(args.text('regex'), { ignoreCase: flag('ignorecase'), multiline: flag('multiline') });
  const groups = args.rest.map((group) => groupName(toText(group)));
  const match = findFirst(regex, toText(input));
  if (match === undefined) return null;
  if (groups.length === 0) return match[0];
  return groups.map((group) => groupOf(match, group));
}

function groupName(text: string): string {
  const [, name, number] = /^\\g<([^>\s]+)>|^\\(\d+)/.exec(text) ?? [];
  const group = name ?? number;
  if (group === undefined)
    throw new TemplateError(`regex_search takes groups such as '\\1' or '\\g<name>', not '${text}'`);
  return group;
}

function groupOf(match: RegExpExecArray, group: string): Value {
  if (/^\d+$/.test(group)) {
    if (Number(group) >= match.length) throw new TemplateError(`the regular expression has no group ${group}`);
    return match[Number(group)] ?? null;
  }
  if (match.groups === undefined || !Object.hasOwn(match.groups, group)) {
    throw new TemplateError(`the regular expression has no group '${group}'`);
  }
  return match.groups[group] ?? null;
}

function findAllMatches(input: Value, args: BoundArguments): Value {
  const regex = compileRegex(args.text('regex'), {
    ignoreCase: args.flag('ignorecase'),
    multiline: args.flag('multiline'),
  });
  return findAll(regex, toText(input)).map((match) => {
    const [whole, first, ...more] = match;
    if (match.length === 1) return whole;
    return more.length === 0 ? (first ?? '') : new PyTuple([first ?? '', ...more.map((group) => group ?? '')]);
  });
}

function escapeRegex(text: string, type: string): string {
  if (type === 'python') return text.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, (char) => `\\${char}`);
  if (type === 'posix_basic') return text.replace(/[\].[^$*\\]/g, (char) => `\\${char}`);
  throw new TemplateError(`regex_escape does not know the type '${type}'`, { hint: "use 'python' or 'posix_basic'" });
}
