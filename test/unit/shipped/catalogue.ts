import type { ModuleCatalogue, Task } from '../../../src/config/play.ts';
import type { Dict } from '../../../src/jinja/value.ts';
import { parseArguments } from '../../../src/modules/arguments.ts';
import { moduleCatalogue } from '../../../src/modules/catalogue.ts';
import type { Module } from '../../../src/modules/module.ts';
import { allModules } from '../../../src/registry.ts';

const modules: Readonly<Record<string, Module>> = allModules(() => {
  throw new Error('a playbook that is only looked at obtains no archive');
});

/** What brokkr itself knows of its modules. */
export const catalogue: ModuleCatalogue = moduleCatalogue(modules);

/** Checks the templated arguments of a task as a run would. @throws InputError */
export function checkArguments(task: Task, args: Dict): void {
  const module = modules[task.module];
  if (module === undefined) throw new Error(`there is no module ${task.module}`);
  const places = {
    task: task.at,
    argument: (name: string) => task.args.entries.find(({ key }) => key === name)?.value.at,
  };
  parseArguments(module, args, places, (message) => {
    throw new Error(message);
  });
}
