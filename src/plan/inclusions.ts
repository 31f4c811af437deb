import { noKeywords } from '../config/inherited.ts';
import type { VariableLayer } from '../config/node.ts';
import type { Block, Include, TaskOrBlock } from '../config/play.ts';
import type { RoleUse } from '../config/role.ts';
import type { IncludedVars } from '../config/variables/included-vars.ts';
import type { Position } from '../errors.ts';
import { isDict, type Value } from '../jinja/value.ts';
import { toRepr, toText } from '../jinja/values/text.ts';
import type { ResultFields } from '../modules/module.ts';
import type { DecidedItem, DecidedTask } from './decided.ts';
import type { TaskEntry } from './entries.ts';
import type { EntryList } from './entry-list.ts';
import { itemsOf, loopValues } from './trial.ts';

/** Reads what tasks include. All of it throws InputError with everything that is wrong in it. */
export interface IncludeSource {
  variables(args: ReadonlyMap<string, Value>, entry: TaskEntry): IncludedVars;
  tasks(
    name: string,
    at: Position,
    include: Include,
    isHandler: boolean,
  ): { file: string; tasks: readonly TaskOrBlock[] };
  role(
    wanted: { name: string; from: Readonly<Record<string, { name: string; at: Position }>>; validates: boolean },
    at: Position,
    include: Include,
  ): { role: RoleUse; tasks: Block; handlers: Block; imported: readonly TaskOrBlock[] };
}

/** A task with what it includes for its host. @throws InputError when that is not there, or something in it is wrong */
export function withIncluded(task: DecidedTask, list: EntryList, source: IncludeSource): DecidedTask {
  if (task.entry.task.include?.kind !== 'vars') return { ...task, includes: includedBlocks(task, list, source) };
  const variables: VariableLayer[] = [];
  const items = task.items.map((item): DecidedItem => {
    const { outcome } = item;
    if (outcome.verdict !== 'unchanged' || outcome.failed !== undefined) return item;
    const { files, layers } = source.variables(argumentsOf(outcome.result), task.entry);
    variables.push(...layers);
    return {
      ...item,
      outcome: { ...outcome, result: new Map<string, Value>([['ansible_included_var_files', files]]) },
    };
  });
  return { ...task, items, variables };
}

function argumentsOf(result: ResultFields): ReadonlyMap<string, Value> {
  const given = result.get('include_args');
  return new Map(given === undefined || !isDict(given) ? [] : [...given].map(([key, value]) => [toText(key), value]));
}

/**
 * The blocks that a decided task includes for its host, one for each item that is not skipped, put into the play's list. A
 * task that includes nothing has none.
 * @throws InputError when a file or role is not there, or something in it is wrong
 */
function includedBlocks(task: DecidedTask, list: EntryList, source: IncludeSource): readonly Block[] {
  const { entry } = task;
  const { include } = entry.task;
  if (include === undefined) return [];
  const seen = new Map<string, number>();
  return task.items.flatMap((item, index) => {
    const { outcome } = item;
    if (outcome.verdict !== 'unchanged' || outcome.failed !== undefined) return [];
    const name = toText(outcome.result.get('include') ?? '');
    const args = argumentsOf(outcome.result);
    const values = valuesOf(task, item, index);
    const key = [name, ...[...args, ...values].map(([each, value]) => `${each}=${toRepr(value)}`)].join('\n');
    // Two items that come to the same thing are included twice.
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return [list.include(entry, `${count} ${key}`, () => read(entry, include, { name, args, values }, source))];
  });
}

function valuesOf(decided: DecidedTask, { item }: DecidedItem, index: number): ReadonlyMap<string, Value> {
  const { loop } = decided.entry.task;
  return loop === undefined || item === undefined ? new Map() : loopValues(loop, item, index, itemsOf(decided));
}

interface Wanted {
  readonly name: string;
  readonly args: ReadonlyMap<string, Value>;
  readonly values: ReadonlyMap<string, Value>;
}

function read(entry: TaskEntry, include: Include, { name, args, values }: Wanted, source: IncludeSource) {
  const { task } = entry;
  const at =
    task.args.entries.find(({ key }) => ['file', '_raw_params', 'name', 'role'].includes(key))?.value.at ?? task.at;
  const around = (block: readonly TaskOrBlock[], exposed: RoleUse | undefined): Block => ({
    kind: 'block',
    ...include.apply,
    name: undefined,
    block,
    rescue: [],
    always: [],
    inclusion: { values, vars: task.vars, exposed },
  });
  if (include.kind === 'tasks') {
    const { tasks } = source.tasks(name, at, include, entry.isHandler);
    return { block: around(tasks, undefined), handlers: [] };
  }
  const from = Object.fromEntries(
    ['tasks', 'vars', 'defaults', 'handlers'].flatMap((part) => {
      const named = args.get(`${part}_from`);
      return named === undefined ? [] : [[part, { name: toText(named), at }]];
    }),
  );
  const { role, tasks, handlers, imported } = source.role(
    { name, from, validates: args.get('rolespec_validate') !== false },
    at,
    include,
  );
  const keywords = { ...noKeywords(at), when: include.apply.when, become: include.apply.become };
  const wrapped = [handlers, ...imported].map(
    (each): Block => ({ kind: 'block', ...keywords, block: [each], rescue: [], always: [] }),
  );
  return { block: around([tasks], args.get('public') === true ? role : undefined), handlers: wrapped };
}
