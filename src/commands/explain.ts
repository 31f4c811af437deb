import path from 'node:path';
import { resolved } from '../config/variables/node-value.ts';
import type { VariableScope, WrittenDefinition } from '../config/variables/scope.ts';
import { BrokkrError, ExitCode, formatPosition, InputError, nearestName } from '../errors.ts';
import { isTemplate } from '../jinja/template.ts';
import type { Value } from '../jinja/value.ts';
import { writeJson } from '../jinja/values/json-text.ts';
import { type InspectOptions, openHosts, redactValue } from './inspection.ts';
import type { Io } from './io.ts';

/** Longer values are cut in the list of all variables. */
const LONGEST = 100;

type Show = (value: Value) => string;

/** Tells where the value of a variable comes from and what it overrode; without a name, all variables by source. */
export async function explain(
  io: Io,
  host: string,
  variable: string | undefined,
  options: InspectOptions,
): Promise<ExitCode> {
  const scope = (await openHosts(io, options)).scopeOf(host);
  const show: Show = (value) => jsonLine(options.reveal ? value : redactValue(value, io.redactor));
  const lines = variable === undefined ? allLines(scope, show) : oneLines(scope, variable, show);
  io.stdout.write(`${lines.join('\n')}\n`);
  return ExitCode.done;
}

function oneLines(scope: VariableScope, name: string, show: Show): string[] {
  const [winner, ...others] = scope.definitions(name);
  if (winner === undefined) throw unknown(scope, name);
  const written =
    typeof winner.written === 'string' && isTemplate(winner.written) ? [`  written as ${show(winner.written)}`] : [];
  return [
    `${name} = ${valueText(scope, name, show)}`,
    `  from ${placeOf(winner)}`,
    ...written,
    ...others.map((other) => `  overrode ${show(other.written)} from ${placeOf(other)}`),
  ];
}

/** The variables of each source under it, the strongest source first; magic variables are left out. */
function allLines(scope: VariableScope, show: Show): string[] {
  const sources = new Map<string, { rank: number; lines: string[] }>();
  for (const name of [...scope.names()].sort()) {
    const [winner, ...others] = scope.definitions(name);
    if (winner === undefined || winner.at === undefined) continue;
    const heading = `${winner.source} (${fileText(winner.at.file)})`;
    const source = sources.get(heading) ?? { rank: sources.size, lines: [] };
    sources.set(heading, source);
    const overrode = others.length === 0 ? '' : `  # overrode ${others.length}`;
    source.lines.push(`  ${name} = ${shorten(valueText(scope, name, show))}${overrode}`);
  }
  return [...sources].flatMap(([heading, { lines }], index) => [...(index === 0 ? [] : ['']), heading, ...lines]);
}

/** The value as a task would see it; why there is none, where it has none. */
function valueText(scope: VariableScope, name: string, show: Show): string {
  try {
    return show(resolved(scope.lookup(name) ?? null));
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    return `(no value: ${error.message})`;
  }
}

function unknown(scope: VariableScope, name: string): InputError {
  const near = nearestName(name, scope.names());
  const hint = near === undefined ? `brokkr explain ${scope.host} lists all` : `did you mean ${near}?`;
  return new InputError([{ message: `${scope.host} has no variable ${name}`, hint }]);
}

function placeOf({ source, at }: WrittenDefinition): string {
  return at === undefined ? source : `${formatPosition({ ...at, file: fileText(at.file) })} (${source})`;
}

function fileText(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return path.isAbsolute(file) && !relative.startsWith('..') ? relative : file;
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function jsonLine(value: Value): string {
  const separators = { itemSeparator: ', ', keySeparator: ': ' };
  return writeJson(value, { indent: undefined, sortKeys: false, asciiOnly: false, ...separators });
}
