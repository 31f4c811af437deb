import type { ConfigNode, MappingNode } from '../node.ts';
import type { InheritedKeywords, Task, Templated } from '../play.ts';
import { readAction } from './action.ts';
import { describeNode } from './describe.ts';
import { KeywordReader } from './keyword-reader.ts';
import type { KeywordOwner } from './keywords.ts';
import { addProblem, type LoadContext } from './load-context.ts';
import { readLoop, variableName } from './loop.ts';

/** Reads one task or handler. `undefined` when it has no module that is known; its other problems are noted all the same. */
export function readTask(node: MappingNode, owner: KeywordOwner, context: LoadContext): Task | undefined {
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
  const { module, moduleAt, args, local } = action;
  const delegateTo = local ? onControlMachine(inherited, node, context) : inherited.delegateTo;
  return { kind: 'task', ...inherited, ...task, delegateTo, module, moduleAt, args };
}

/** The keywords that a block hands down to its tasks. */
export function readInherited(keywords: KeywordReader, owner: KeywordOwner): InheritedKeywords {
  return {
    name: keywords.text('name'),
    at: keywords.at,
    when: keywords.conditions('when') ?? [],
    become: keywords.become(),
    vars: keywords.variables('vars', `${owner} vars`),
    environment: keywords.environment(),
    tags: keywords.tags(),
    notify: keywords.texts('notify'),
    ignoreErrors: keywords.boolean('ignore_errors'),
    ignoreUnreachable: keywords.boolean('ignore_unreachable'),
    anyErrorsFatal: keywords.boolean('any_errors_fatal'),
    noLog: keywords.boolean('no_log'),
    checkMode: keywords.boolean('check_mode'),
    diff: keywords.boolean('diff'),
    runOnce: keywords.boolean('run_once'),
    delegateTo: keywords.text('delegate_to'),
    throttle: keywords.number('throttle'),
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
