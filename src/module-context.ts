import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EventSink } from './apply/events.ts';
import type { VariableScope } from './config/variables/scope.ts';
import type { Environment } from './jinja/environment.ts';
import { UndefinedError } from './jinja/error.ts';
import { compileExpression, evaluateCondition } from './jinja/expression.ts';
import { compileTemplate } from './jinja/template.ts';
import { isDict, Undefined, type Value } from './jinja/value.ts';
import { toText } from './jinja/values/text.ts';
import type { ModuleContext, Origin } from './modules/module.ts';
import type { TaskEntry } from './plan/entries.ts';
import { fromHere } from './same-inventory.ts';
import type { Redactor } from './shell/redact.ts';
import { templateVariables } from './template-variables.ts';
import type { renderHandlebars } from './templates/render.ts';

export interface ContextSetting {
  readonly playbookDir: string;
  readonly environment: Environment;
  /** For a template file: what it includes is looked for around it, too. */
  readonly environmentOf: (file: string) => Environment;
  readonly checkMode: boolean;
  readonly verbosity: number;
  readonly redactor: Redactor;
  readonly isChangedBy: ModuleContext['isChangedBy'];
  readonly emit: EventSink;
  /** Handlebars, loaded while the hosts shake hands: every run needs it, but none before. */
  readonly handlebars: () => typeof renderHandlebars;
}

/** Makes what a module may know of the task around it. Each warning is told once. */
export function makeModuleContext(
  setting: ContextSetting,
): (host: string, entry: TaskEntry, scope: VariableScope) => ModuleContext {
  const { environment, playbookDir } = setting;
  const warned = new Set<string>();
  const origins = new Map<string, Origin>();
  return (host, entry, scope) => ({
    host,
    checkMode: setting.checkMode,
    verbosity: setting.verbosity,
    registers: entry.task.register !== undefined,
    environment: environmentOf(entry, scope),
    render(text, file, options) {
      const shown = fromHere(file);
      if (file.endsWith('.hbs')) return setting.handlebars()(text, shown, scope);
      const at = { file: shown, line: 1, column: 1 };
      return compileTemplate(text, at, { environment: setting.environmentOf(file), ...options }).renderText(
        templateScope(scope, file, options),
      );
    },
    condition: (expression) => evaluateCondition(expression, entry.task.at, scope, { environment }),
    evaluate(expression) {
      try {
        return compileExpression(expression, entry.task.at, { environment }).evaluate(scope);
      } catch (error) {
        if (error instanceof UndefinedError) return new Undefined(error.message);
        throw error;
      }
    },
    variable(name) {
      const value = scope.lookup(name);
      return value instanceof Undefined ? undefined : value;
    },
    findFile: (name, folder) =>
      placesOf(name, folder, playbookDir, taskFolders(entry)).find((file) => existsSync(file)),
    placesOf: (name, folder) => placesOf(name, folder, playbookDir, taskFolders(entry)).map(fromHere),
    noteOrigin: (file, origin) => void origins.set(`${host} ${file}`, origin),
    originOf: (file) => origins.get(`${host} ${file}`),
    isChangedBy: setting.isChangedBy,
    addSecret: (value) => setting.redactor.add(value),
    holdsSecret: (text) => setting.redactor.isIn(text),
    warn(message) {
      const key = `${entry.task.at.file}:${entry.task.at.line} ${message}`;
      if (warned.has(key)) return;
      warned.add(key);
      setting.emit({ event: 'warning', message, at: entry.task.at });
    },
  });
}

/** Ansible's variables of a template's own. Of those the user may say what `ansible_managed` is. */
function templateScope(scope: VariableScope, file: string, task?: { src: string; dest: string }): VariableScope {
  const own = task === undefined ? [] : templateVariables(file, task.src, task.dest);
  const managed = scope.has('ansible_managed') ? [] : [['ansible_managed', 'Ansible managed'] as const];
  return scope.within([], new Map<string, Value>([...own, ...managed]));
}

/** `environment:` of play, blocks and task, the inner ones stronger. */
function environmentOf(entry: TaskEntry, scope: VariableScope): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const node of entry.lineage.flatMap((each) => each.environment)) {
    const value = scope.template(node);
    for (const part of Array.isArray(value) ? value : [value]) {
      if (isDict(part)) for (const [name, text] of part) variables.set(toText(name), toText(text));
    }
  }
  return variables;
}

/** The folders around a task: its role's and those of the roles that led to it, then the one of its file. */
export function taskFolders({ role, task }: TaskEntry): readonly string[] {
  const roles = role === undefined ? [] : [role, ...role.parents].map(({ folder }) => folder);
  return [...roles, path.dirname(task.at.file)].map((folder) => path.resolve(folder));
}

/**
 * Where a source may stand, the first place that has it counts: `templates/` (or `files/`) of the role and of those that led to it, beside the task's file
 * and beside the playbook, each time then the folder itself; at last the same folder beside the playbook's own folder, which
 * is where a project with `playbooks/` and `templates/` keeps it.
 */
function placesOf(
  name: string,
  folder: 'files' | 'templates',
  playbookDir: string,
  around: readonly string[],
): string[] {
  if (path.isAbsolute(name)) return [name];
  const folders = [...new Set([...around, playbookDir])].flatMap((dir) => [path.join(dir, folder), dir]);
  return [...folders, path.join(playbookDir, '..', folder)].map((dir) => path.join(dir, name));
}
