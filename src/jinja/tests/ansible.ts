import type { BoundArguments } from '../call.ts';
import { defineTest, type Test } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { type Dict, isDict, type List, PyFloat, PyTuple, type Value } from '../value.ts';
import { contains, dictGet, isTruthy } from '../values/compare.ts';
import { compileRegex } from '../values/regex.ts';
import { findFirst } from '../values/regex-run.ts';
import { iterate } from '../values/sequence.ts';
import { toText } from '../values/text.ts';
import { isList, typeName } from '../values/types.ts';
import { compareVersions, type VersionType } from '../values/version.ts';

const version = defineTest(['!version', 'operator', 'strict', 'version_type'], (input, args) =>
  testVersion(input, args),
);
const subset = defineTest(['!b'], (input, args) => isSubset(input, args.value('b')));
const superset = defineTest(['!b'], (input, args) => isSubset(args.value('b'), input));
const notANumber = defineTest([], (input) => input instanceof PyFloat && Number.isNaN(input.value));
const uri = defineTest(['schemes'], (input, args) => isUri(input, args, false));
const absolute = defineTest([], (input) => {
  if (typeof input === 'string') return input.startsWith('/');
  throw new TemplateError(`the test 'abs' looks at a path, not at a ${typeName(input)}`);
});

const failed = result('failed', (fields) => flag(fields, 'failed'));
const success = result('success', (fields) => !flag(fields, 'failed'));
const changed = result('changed', (fields) => {
  if (fields.has('changed') || !fields.has('results')) return flag(fields, 'changed');
  return iterate(fields.get('results') ?? []).some((item) => isDict(item) && flag(item, 'changed'));
});
const skipped = result('skipped', (fields) => flag(fields, 'skipped'));

/** The tests that Ansible adds. Those that look at files (`file`, `exists`, `link`) are the environment's. */
export const ansibleTests: Readonly<Record<string, Test>> = {
  version,
  version_compare: version,
  uri,
  url: defineTest(['schemes'], (input, args) => isUri(input, args, true)),
  urn: defineTest([], (input) => typeof input === 'string' && /^urn:/i.test(input)),
  match: defineTest(['!pattern', 'ignorecase', 'multiline'], (input, args) => testRegex(input, args, true)),
  search: defineTest(['!pattern', 'ignorecase', 'multiline'], (input, args) => testRegex(input, args, false)),
  regex: defineTest(['!pattern', 'ignorecase', 'multiline', 'match_type'], (input, args) => {
    const type = args.text('match_type', 'search');
    if (type === 'fullmatch') {
      const found = findFirst(compileRegex(`(?:${args.text('pattern')})\\Z`, flagsOf(args)), toText(input), true);
      return found !== undefined;
    }
    if (type !== 'search' && type !== 'match')
      throw new TemplateError("match_type is 'search', 'match' or 'fullmatch'");
    return testRegex(input, args, type === 'match');
  }),
  truthy: defineTest(['convert_bool'], (input, args) => truth(input, args)),
  falsy: defineTest(['convert_bool'], (input, args) => !truth(input, args)),
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  contains: defineTest(['!value'], (input, args) => contains(input, args.value('value'))),
  any: defineTest([], (input) => iterate(input).some(isTruthy)),
  all: defineTest([], (input) => iterate(input).every(isTruthy)),
  nan: notANumber,
  isnan: notANumber,
  abs: absolute,
  is_abs: absolute,
  failed,
  failure: failed,
  success,
  succeeded: success,
  successful: success,
  changed,
  change: changed,
  skipped,
  skip: skipped,
  unreachable: result('unreachable', (fields) => flag(fields, 'unreachable')),
  reachable: result('reachable', (fields) => !flag(fields, 'unreachable')),
  started: result('started', (fields) => (fields.has('started') ? flag(fields, 'started') : true)),
  finished: result('finished', (fields) => (fields.has('finished') ? flag(fields, 'finished') : true)),
  timedout: result('timedout', (fields) => isDict(fields.get('timedout') ?? null) || flag(fields, 'timedout')),
};

/** A test of what a task registered. */
function result(name: string, test: (fields: Dict) => boolean): Test {
  return defineTest([], (input) => {
    if (isDict(input)) return test(input);
    throw new TemplateError(`the test '${name}' looks at what a task registered, not at a ${typeName(input)}`);
  });
}

function flag(fields: Dict, name: string): boolean {
  return isTruthy(dictGet(fields, name) ?? false);
}

function flagsOf(args: BoundArguments): { ignoreCase: boolean; multiline: boolean } {
  return { ignoreCase: args.flag('ignorecase'), multiline: args.flag('multiline') };
}

function testRegex(input: Value, args: BoundArguments, atStart: boolean): boolean {
  return findFirst(compileRegex(args.text('pattern'), flagsOf(args)), toText(input), atStart) !== undefined;
}

const words: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['on', true],
  ['true', true],
  ['1', true],
  ['y', true],
  ['t', true],
  ['no', false],
  ['off', false],
  ['false', false],
  ['0', false],
  ['n', false],
  ['f', false],
]);

function truth(input: Value, args: BoundArguments): boolean {
  if (!args.flag('convert_bool')) return isTruthy(input);
  return (typeof input === 'string' ? words.get(input.toLowerCase()) : undefined) ?? isTruthy(input);
}

function isSubset(part: Value, whole: Value): boolean {
  const all = hashable(whole);
  return hashable(part).every((item) => contains(all, item));
}

/** The items of what becomes a Python set, which takes neither lists nor dicts. */
function hashable(value: Value): List {
  const items = iterate(value);
  const wrong = items.find((item) => !isHashable(item));
  if (wrong === undefined) return items;
  throw new TemplateError(`subset and superset compare plain values, and there is a ${typeName(wrong)} among them`);
}

function isHashable(value: Value): boolean {
  return value instanceof PyTuple ? value.items.every(isHashable) : !isList(value) && !isDict(value);
}

const operators: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ...['==', '=', 'eq'].map((name) => [name, (order: number) => order === 0] as const),
  ...['!=', '<>', 'ne'].map((name) => [name, (order: number) => order !== 0] as const),
  ...['<', 'lt'].map((name) => [name, (order: number) => order < 0] as const),
  ...['<=', 'le'].map((name) => [name, (order: number) => order <= 0] as const),
  ...['>', 'gt'].map((name) => [name, (order: number) => order > 0] as const),
  ...['>=', 'ge'].map((name) => [name, (order: number) => order >= 0] as const),
]);
const versionTypes: ReadonlyMap<string, VersionType> = new Map([
  ['loose', 'loose'],
  ['strict', 'strict'],
  ['semver', 'semver'],
  ['semantic', 'semver'],
  ['pep440', 'pep440'],
]);

function testVersion(input: Value, args: BoundArguments): boolean {
  const name = args.text('operator', 'eq');
  const holds = operators.get(name);
  if (holds === undefined)
    throw new TemplateError(`version has no operator '${name}'`, { hint: `use ${[...operators.keys()].join(', ')}` });
  const typeText = args.optionalText('version_type');
  if (typeText !== undefined && args.has('strict') && args.get('strict') !== null) {
    throw new TemplateError("version takes 'strict' or 'version_type', not both");
  }
  const type = typeText === undefined ? (args.flag('strict') ? 'strict' : 'loose') : versionTypes.get(typeText);
  if (type === undefined)
    throw new TemplateError(`version has no version_type '${typeText}'`, {
      hint: `use ${[...versionTypes.keys()].join(', ')}`,
    });
  const [left, right] = [toText(input), args.text('version')];
  if (left === '') throw new TemplateError('the version to test is empty');
  if (right === '') throw new TemplateError('the version to compare with is empty');
  return holds(compareVersions(left, right, type));
}

/**
 * As Python's urlsplit reads it any text is a reference to something (RFC 3986, 4.1), so that `uri` asks for no more than the
 * schemes that are given; `needsHost` also for a server, or a file.
 */
function isUri(input: Value, args: BoundArguments, needsHost: boolean): boolean {
  if (typeof input !== 'string') return false;
  const [, letters = '', host = ''] = /^(?:([a-z][a-z\d+.-]*):)?(?:\/\/([^/?#]*))?/i.exec(input) ?? [];
  const scheme = letters.toLowerCase();
  if (host.includes('[') !== host.includes(']')) return false;
  if (needsHost && host === '' && scheme !== 'file') return false;
  const schemes = args.get('schemes') ?? null;
  return !isTruthy(schemes) || contains(schemes, scheme);
}
