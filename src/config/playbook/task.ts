import type { ConfigNode, MappingNode } from '../node.ts';
import type { InheritedKeywords, Task, Templated } from '../play.ts';
import { readAction } from './action.ts';
import { describeNode } from './describe.ts';
import { checkIncludeKeywords, isIncluding, readInclude } from './include.ts';
import { KeywordReader } from './keyword-reader.ts';
import type { KeywordOwner } from './keywords.ts';
import { addProblem, type LoadContext } from './load-context.ts';
import { readLoop, variableName } from './loop.ts';
import { readInherited } from './read-inherited.ts';
import type { ReadTasks } from './roles/read-role.ts';

/** Reads one task or handler. `undefined` when it has no module that is known; its other problems are noted all the same. */
export function readTask(
  node: MappingNode,
  owner: KeywordOwner,
  context: LoadContext,
  readTasks: ReadTasks,
): Task | undefined {
  const keywords = new KeywordReader(node, context);
  const inherited = readInherited(keywords, owner);
  const action = readAction(node, owner, context);
  const task = {
    loop: readLoop(node, context),
    register: variableName('register', keywords, context),
    changedWhen: keywords.conditions('changed_when'),
    failedWhen: keywords.conditions('failed_when'),
    until: keywords.conditions('until'),
    retries: keywords.number('retries'),
    delay: keywords.number('delay'),
    listen: readListen(keywords, owner, context),
  };
  if (action === undefined) return undefined;
  const { module, moduleAt, moduleWritten, args, local } = action;
  const delegateTo = local ? onControlMachine(inherited, node, context) : inherited.delegateTo;
  const done = { kind: 'task', ...inherited, ...task, delegateTo, module, moduleAt, moduleWritten } as const;
  if (!isIncluding(module)) return { ...done, args };
  checkIncludeKeywords(node, module, context);
  return {
    ...done,
    ...readInclude(action, owner, inherited.when.length > 0 ? { ...context, isConditional: true } : context, readTasks),
  };
}

function readListen(keywords: KeywordReader, owner: KeywordOwner, context: LoadContext): readonly string[] {
  if (owner !== 'handler') return [];
  return keywords.texts('listen').flatMap((topic) => {
    if (topic.kind === 'scalar' && typeof topic.value === 'string') return [topic.value];
    addProblem(context, topic.at, `'listen' must be text or a list of texts, and holds ${describeNode(topic)}`);
    return [];
  });
}

function onControlMachine(inherited: InheritedKeywords, task: MappingNode, context: LoadContext): Templated {
  if (inherited.delegateTo !== undefined) {
    const message = "'local_action' and 'delegate_to' both say where the task is done";
    addProblem(context, inherited.delegateTo.at, message, 'leave one of them out');
  }
  const localhost: ConfigNode = { kind: 'scalar', at: task.at, value: 'localhost', unsafe: false, vaulted: false };
  return localhost;
}
