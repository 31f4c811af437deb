import type { KafkaCatalogue, KafkaSetting } from '../settings/catalogue.ts';

/** What is wrong with a value by the newest definition of its setting; `undefined` when nothing is, or no version knows it. */
export function valueProblem(name: string, value: string, catalogue: KafkaCatalogue): string | undefined {
  const newest = catalogue.versionsOf(name).at(-1);
  const definition = newest === undefined ? undefined : catalogue.setting(name, newest);
  return definition === undefined ? undefined : typeProblem(value.trim(), definition);
}

const WHOLE: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  short: [-32768n, 32767n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** A class stands in a package: no name without a dot is one that a broker could load. */
const CLASS_NAME = /^(?:[A-Za-z_$][\w$]*\.)+[A-Za-z_$][\w$]*$/;

/** What is wrong with the type of a value; `undefined` when nothing is. */
export function typeProblem(value: string, { type }: KafkaSetting): string | undefined {
  const limits = WHOLE[type];
  if (limits !== undefined) {
    if (!/^[+-]?\d+$/.test(value)) return `${shown(value)} is not a whole number${unitHint(value)}`;
    const number = BigInt(value.replace(/^\+/, ''));
    return number < limits[0] || number > limits[1] ? `${value} does not fit into a number of type ${type}` : undefined;
  }
  if (type === 'double')
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[df]?$/i.test(value) ? undefined : `${shown(value)} is not a number`;
  if (type === 'class' && value !== '')
    return CLASS_NAME.test(value) ? undefined : `${value} is not the name of a class`;
  if (type === 'boolean')
    return /^(?:true|false)$/i.test(value) ? undefined : `${shown(value)} is neither true nor false`;
  return undefined;
}

/** What is wrong with the range of a value whose type is right. */
export function rangeProblem(
  value: string,
  { type, min, max, oneOf }: KafkaSetting,
  foldsCase: boolean,
): string | undefined {
  if (min !== undefined && Number(value) < min) return `${value} is less than ${min}, the smallest that is allowed`;
  if (max !== undefined && Number(value) > max) return `${value} is more than ${max}, the greatest that is allowed`;
  if (oneOf === undefined) return undefined;
  const parts = type === 'list' ? value.split(',').map((part) => part.trim()) : [value];
  const fold = (text: string): string => (foldsCase ? text.toLowerCase() : text);
  const wrong = parts.find((part) =>
    part !== '' || type !== 'list' ? !oneOf.some((one) => fold(one) === fold(part)) : false,
  );
  return wrong === undefined ? undefined : `${shown(wrong)} is none of ${oneOf.join(', ')}`;
}

function shown(value: string): string {
  return value === '' ? 'an empty value' : value;
}

function unitHint(value: string): string {
  return /^\d[\d_,.]*\s*[a-z]+$/i.test(value) ? ': units and separators are not understood' : '';
}
