import { compileGlob } from '../config/inventory/glob.ts';
import { InputError, nearestName } from '../errors.ts';
import type { Entry, TaskEntry } from '../plan/entries.ts';
import type { PreparedPlay } from './playbook-run.ts';

/**
 * The plays as `--start-at-task` has them: those before the one with the task run nothing, and its first batch begins at
 * the task; the batches after it begin at their first task, as ansible-core 2.19 has it. A name is compared as it is
 * written, templates included, and may be a glob. Tasks of a rescue section, handlers and what is included while the
 * playbook runs cannot be begun at.
 * @param words lead a command to the same inventory and playbook
 * @throws InputError when no task has the name
 */
export function startingAt(plays: readonly PreparedPlay[], name: string, words: string): PreparedPlay[] {
  const isGlobbed = compileGlob(name);
  const has = (entry: Entry): boolean =>
    isStart(entry) && namesOf(entry).some((each) => each === name || isGlobbed(each));
  for (const [index, play] of plays.entries()) {
    const start = play.batches.length === 0 ? undefined : play.entries.find(has);
    if (start === undefined) continue;
    return plays.map((each, at) =>
      at < index ? { ...each, batches: [], isPassedOver: true } : at === index ? { ...each, start } : each,
    );
  }
  const names = plays.flatMap(({ entries }) => entries.filter(isStart).flatMap(namesOf));
  const near = nearestName(name, names);
  throw new InputError([
    {
      message: `--start-at-task: no task is named '${name}'`,
      hint:
        near === undefined ? `the tasks are told by: brokkr provision${words} --list-tasks` : `did you mean '${near}'?`,
    },
  ]);
}

function isStart(entry: Entry): entry is TaskEntry {
  return entry.kind === 'task' && !entry.isHandler && !entry.blocks.some(({ section }) => section === 'rescue');
}

/** What a task is found by: its name, and that behind its role's; without one its module as it is written. */
function namesOf({ task: { name, moduleWritten }, role }: TaskEntry): string[] {
  const text = name?.kind === 'scalar' ? String(name.value) : '';
  if (text === '') return [moduleWritten];
  return role === undefined ? [text] : [text, `${role.name} : ${text}`];
}
