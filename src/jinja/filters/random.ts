import { randomBytes } from 'node:crypto';
import type { BoundArguments } from '../call.ts';
import { defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import type { Value } from '../value.ts';
import { integer } from '../values/arithmetic.ts';
import { isTruthy } from '../values/compare.ts';
import { PythonRandom } from '../values/mersenne.ts';
import { iterate } from '../values/sequence.ts';
import { isInteger, isNumber, typeName } from '../values/types.ts';

/** Filters that choose at random; with a seed, what they choose is the same each time and the same as Ansible's. */
export const randomFilters: Readonly<Record<string, Filter>> = {
  random: defineFilter(['start', 'step', 'seed'], (input, args) => pick(input, args)),
  shuffle: defineFilter(['seed'], (input, args) => {
    // Ansible gives back what is no list.
    if (input === null || isNumber(input)) return input;
    const items = [...iterate(input)];
    const seed = args.get('seed') ?? null;
    generator(seed !== null && isTruthy(seed) ? seed : null).shuffle(items);
    return items;
  }),
};

function pick(input: Value, args: BoundArguments): Value {
  const random = generator(args.get('seed') ?? null);
  const start = args.optionalInteger('start') ?? 0;
  const step = args.optionalInteger('step') || 1;
  if (isInteger(input)) {
    const width = BigInt(input) - BigInt(start);
    const by = BigInt(step);
    const count = by > 0n ? (width + by - 1n) / by : (width + by + 1n) / by;
    if (count <= 0n) throw new TemplateError('random has nothing to choose from: the range is empty');
    return integer(BigInt(start) + by * random.below(count));
  }
  if (start !== 0 || step !== 1) throw new TemplateError('start and step can only be used with an int');
  const items = iterate(input);
  const item = items.length === 0 ? undefined : items[Number(random.below(BigInt(items.length)))];
  if (item === undefined) throw new TemplateError(`random cannot choose from an empty ${typeName(input)}`);
  return item;
}

function generator(seed: Value): PythonRandom {
  return new PythonRandom(seed ?? BigInt(`0x${randomBytes(32).toString('hex')}`));
}
