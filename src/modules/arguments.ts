import { z } from 'zod';
import { InputError, nearestName, type Position, type Problem } from '../errors.ts';
import type { Dict, Value } from '../jinja/value.ts';
import { misreadOctal } from './modes.ts';
import type { Module } from './module.ts';

/** Where the task stands, and where each of its arguments does. */
export interface ArgumentPlaces {
  readonly task: Position;
  /** By the name that the user wrote. */
  argument(name: string): Position | undefined;
}

/** Free text stands under this name. */
const rawParameters = '_raw_params';

/**
 * The arguments of a task after templating, as the module's schema has them: aliases resolved, loose types converted,
 * defaults filled in. `null` counts as not given, but where a module takes any name.
 * @throws InputError with every problem that was found
 */
export function parseArguments<Args>(
  module: Module<Args>,
  value: Dict,
  places: ArgumentPlaces,
  warn: (message: string, at: Position) => void,
): Args {
  const problems: Problem[] = [];
  const written = resolveNames(module, value, places, problems);
  const at = (name: string | undefined): Position => {
    const as = name === undefined ? undefined : (written.get(name)?.as ?? name);
    return (as === undefined ? undefined : places.argument(as)) ?? places.task;
  };
  const parsed = module.schema.safeParse(Object.fromEntries([...written].map(([name, entry]) => [name, entry.value])));
  for (const issue of parsed.error?.issues ?? []) {
    const name = issue.path[0] === undefined ? undefined : String(issue.path[0]);
    const subject = name === undefined ? module.name : `${module.name}: ${name}`;
    problems.push({ message: `${subject}: ${messageOf(issue)}`, at: at(name), ...hintFor(module, name, written) });
  }
  if (problems.length > 0 || !parsed.success) throw new InputError(problems);
  warnOfModes(module, written, at, warn);
  return parsed.data;
}

/** What is wrong; where a value may be one thing or another, what it would have to be for each. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input') return issue.message;
  const firsts = issue.errors.flatMap(([first]) => (first === undefined ? [] : [first]));
  // A message of our own names the value; zod's name its type.
  const own = firsts.filter(({ code }) => code === 'custom');
  const reasons = (own.length > 0 ? own : firsts).map(messageOf);
  return reasons.length === 0 ? issue.message : [...new Set(reasons)].join(', or ');
}

/** The names a module takes, aliases left out, and whether it takes any name. */
export function argumentNames(module: Pick<Module, 'schema'>): {
  readonly names: readonly string[];
  readonly open: boolean;
} {
  if (!(module.schema instanceof z.ZodObject)) return { names: [], open: true };
  const { catchall, shape } = module.schema.def;
  return { names: Object.keys(shape), open: catchall !== undefined && !(catchall instanceof z.ZodNever) };
}

interface Written {
  readonly as: string;
  readonly value: Value;
}

function resolveNames<Args>(
  module: Module<Args>,
  value: Dict,
  places: ArgumentPlaces,
  problems: Problem[],
): Map<string, Written> {
  const written = new Map<string, Written>();
  const { names, open } = argumentNames(module);
  for (const [key, given] of value) {
    const as = String(key);
    const name = as === rawParameters ? (module.freeForm ?? as) : (module.aliases[as] ?? as);
    const at = places.argument(as) ?? places.task;
    const earlier = written.get(name);
    if (!open && !names.includes(name)) problems.push(unsupported(module, as, names, at));
    else if (earlier !== undefined) {
      problems.push({ message: `${module.name}: ${earlier.as} and ${as} are the same argument`, at, hint: 'keep one' });
    } else if (given !== null || (open && !names.includes(name))) written.set(name, { as, value: given });
  }
  return written;
}

function unsupported<Args>(module: Module<Args>, name: string, names: readonly string[], at: Position): Problem {
  const supported = [...names].sort().join(', ');
  if (name === rawParameters) {
    return { message: `${module.name} takes no free text`, at, hint: `its arguments are: ${supported}` };
  }
  const near = nearestName(name, [...names, ...Object.keys(module.aliases)]);
  const suggestion = near === undefined ? '' : `did you mean ${near}? `;
  return {
    message: `${module.name}: the argument ${name} is not supported`,
    at,
    hint: `${suggestion}supported are: ${supported}`,
  };
}

function hintFor<Args>(module: Module<Args>, name: string | undefined, written: Map<string, Written>) {
  const given = name === undefined ? undefined : written.get(name)?.value;
  const words = name === undefined ? undefined : choicesOf(module, name);
  if (typeof given !== 'string' || words === undefined) return {};
  const near = nearestName(given, words);
  return near === undefined ? {} : { hint: `did you mean ${near}?` };
}

/** The words an argument can be, read off the message that it gives for anything else. */
function choicesOf<Args>(module: Module<Args>, name: string): readonly string[] | undefined {
  const field = module.schema instanceof z.ZodObject ? module.schema.shape[name] : undefined;
  const message = field?.safeParse([]).error?.issues[0]?.message ?? '';
  return /^one of (.+) is wanted/.exec(message)?.[1]?.split(', ');
}

function warnOfModes<Args>(
  module: Module<Args>,
  written: Map<string, Written>,
  at: (name: string) => Position,
  warn: (message: string, at: Position) => void,
): void {
  for (const name of ['mode', 'directory_mode']) {
    const value = written.get(name)?.value;
    const meant = typeof value === 'number' ? misreadOctal(value) : undefined;
    if (meant === undefined || typeof value !== 'number') continue;
    warn(
      `${module.name}: ${name}: ${value} is 0${value.toString(8)} in octal; "${meant}" was probably meant`,
      at(name),
    );
  }
}
