import { type Dict, isDict, PyFloat, type Value } from '../jinja/value.ts';
import { equals } from '../jinja/values/compare.ts';
import { toText } from '../jinja/values/text.ts';

/** What an argument's type takes, as loosely as Ansible converts. Source: Ansible's docs of argument specifications, 2.19. */
const types: Readonly<Record<string, (value: Value) => boolean>> = {
  str: (value) => !Array.isArray(value) && !isDict(value),
  int: (value) => isNumber(value, /^[+-]?\d+$/),
  float: (value) => isNumber(value, /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i),
  bool: (value) =>
    typeof value === 'boolean' || /^(yes|no|on|off|true|false|y|n|t|f|1|0|1\.0|0\.0)$/i.test(toText(value)),
  list: (value) => !isDict(value) && value !== null,
  dict: (value) => isDict(value) || (typeof value === 'string' && /^\s*\{|=/.test(value)),
  path: (value) => typeof value === 'string',
  raw: () => true,
  jsonarg: () => true,
  json: () => true,
  bytes: (value) => isNumber(value, /^\d+(\.\d+)?\s*[kmgtpezy]?b?$/i),
  bits: (value) => isNumber(value, /^\d+(\.\d+)?\s*[kmgtpezy]?b?$/i),
};

/**
 * What is wrong with values that a specification describes: missing ones, wrong types, words that are no choice, and the
 * same for lists and dictionaries below. A value that nobody gave is `undefined`.
 */
export function specProblems(spec: Dict, given: (name: string) => Value | undefined, within = ''): string[] {
  const missing: string[] = [];
  const problems: string[] = [];
  for (const [key, described] of spec) {
    const name = toText(key);
    if (!isDict(described)) continue;
    const value = given(name);
    if (value === undefined || value === null) {
      if (described.get('required') === true && described.get('default') === undefined) missing.push(name);
    } else problems.push(...valueProblems(`${within}${name}`, value, described));
  }
  const where = within === '' ? '' : ` found in ${within.replace(/\.$/, '')}`;
  return missing.length === 0
    ? problems
    : [`missing required arguments: ${missing.sort().join(', ')}${where}`, ...problems];
}

function valueProblems(name: string, value: Value, described: Dict): string[] {
  const type = toText(described.get('type') ?? 'str');
  const fits = types[type];
  if (fits === undefined) return [`argument '${name}' has the type '${type}', which is none`];
  if (!fits(value)) return [`argument '${name}' is of the wrong type: ${type} is wanted, not ${shown(value)}`];
  const items = type === 'list' ? asList(value) : [value];
  const choices = described.get('choices');
  const problems =
    choices !== undefined && Array.isArray(choices)
      ? items.filter((item) => !choices.some((choice) => equals(choice, item) || toText(choice) === toText(item)))
      : [];
  const wrong = problems.map(
    (item) =>
      `value of ${name} must be one of: ${(choices as readonly Value[]).map(toText).join(', ')}, got: ${toText(item)}`,
  );
  return [...wrong, ...elementProblems(name, type, items, described), ...belowProblems(name, type, items, described)];
}

function elementProblems(name: string, type: string, items: readonly Value[], described: Dict): string[] {
  const elements = described.get('elements');
  const fits = elements === undefined ? undefined : types[toText(elements)];
  if (type !== 'list' || fits === undefined) return [];
  return items
    .filter((item) => !fits(item))
    .map(
      (item) => `elements of '${name}' are of the wrong type: ${toText(elements ?? '')} is wanted, not ${shown(item)}`,
    );
}

function belowProblems(name: string, type: string, items: readonly Value[], described: Dict): string[] {
  const options = described.get('options');
  if (options === undefined || !isDict(options) || (type !== 'dict' && type !== 'list')) return [];
  return items.flatMap((item) => {
    if (!isDict(item)) return [];
    const strangers = [...item.keys()].map(toText).filter((key) => !options.has(key));
    const unknown =
      strangers.length === 0
        ? []
        : [
            `unsupported parameters in ${name}: ${strangers.join(', ')}; supported are: ${[...options.keys()].map(toText).join(', ')}`,
          ];
    return [...unknown, ...specProblems(options, (key) => item.get(key), `${name}.`)];
  });
}

function asList(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? value.split(',') : [value];
}

function isNumber(value: Value, form: RegExp): boolean {
  if (typeof value === 'boolean') return false;
  if (value instanceof PyFloat) return form.test(String(value.value));
  if (typeof value === 'number' || typeof value === 'bigint') return true;
  return typeof value === 'string' && form.test(value.trim());
}

function shown(value: Value): string {
  if (Array.isArray(value)) return 'a list';
  return isDict(value) ? 'a dict' : `'${toText(value)}'`;
}
