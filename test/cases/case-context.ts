import { Undefined, type Value } from '../../src/jinja/value.ts';
import type { ModuleContext, Origin } from '../../src/modules/module.ts';
import { playbookFolder } from './case-control.ts';
import type { Case } from './case-schema.ts';

/** The task around a case's module. Templates know `{{ name }}` only; what is not told throws. */
export function caseContext(of: Case, warnings: string[], origins: Map<string, Origin>): ModuleContext {
  return {
    host: 's1',
    checkMode: false,
    isChangedBy: () => true,
    noteOrigin: (path, origin) => void origins.set(path, origin),
    originOf: (path) => origins.get(path),
    environment: new Map(),
    verbosity: of.verbosity,
    registers: of.registers,
    render: (text) => text.replace(/\{\{ (\w+) \}\}/g, (_, name: string) => told(of.variables, name)),
    variable: (name) => of.variables[name],
    condition: (expression) => told(of.conditions, expression),
    evaluate: (expression): Value => of.variables[expression] ?? new Undefined(`'${expression}' is undefined`),
    findFile(name, folder) {
      const names = Object.keys(of.control.files).concat(Object.keys(of.control.archives));
      const found = [`${folder}/${name}`, name].find((each) =>
        names.some((known) => known === each || known.startsWith(`${each}/`)),
      );
      return found === undefined ? undefined : `${playbookFolder}/${found}`;
    },
    placesOf: (name, folder) => [`${playbookFolder}/${folder}/${name}`, `${playbookFolder}/${name}`],
    addSecret: () => {},
    holdsSecret: (text) => of.secrets.some((secret) => text.includes(secret)),
    warn: (message) => warnings.push(message),
  };
}

function told<T>(record: Readonly<Record<string, T>>, name: string): T {
  const value = record[name];
  if (value === undefined) throw new Error(`the case does not say what ${name} is`);
  return value;
}
