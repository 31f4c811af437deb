import { nearestName } from '../../errors.ts';
import type { MappingNode } from '../node.ts';
import { type HostOrder, hostOrders, type Play } from '../play.ts';
import { describeNode, nameHint } from './describe.ts';
import { checkHandlers } from './handlers.ts';
import { KeywordReader } from './keyword-reader.ts';
import { addProblem, checkKeywords, type LoadContext, newPlayParts, wrongKind } from './load-context.ts';
import { type ReadRole, readRole } from './roles/read-role.ts';
import { readRoleEntry } from './roles/role-entry.ts';
import { readTaskList } from './task-list.ts';
import { readVarsPrompt } from './vars-prompt.ts';

/** Reads one play; `undefined` when it names no hosts. */
export function readPlay(node: MappingNode, shared: LoadContext): Play | undefined {
  const context: LoadContext = { ...shared, play: newPlayParts() };
  checkKeywords(node, 'play', context);
  const keywords = new KeywordReader(node, context);
  checkFixedKeywords(keywords, context);
  keywords.checkCollections();
  const hosts = readHosts(keywords, context);
  const preTasks = readTaskList(keywords.raw('pre_tasks'), 'pre_tasks', 'task', context);
  const roles = readRoles(keywords, context);
  const tasks = readTaskList(keywords.raw('tasks'), 'tasks', 'task', context);
  const postTasks = readTaskList(keywords.raw('post_tasks'), 'post_tasks', 'task', context);
  const handlers = readTaskList(keywords.raw('handlers'), 'handlers', 'handler', context);
  const name = keywords.text('name');
  const settings = {
    connection: keywords.connection(),
    gatherFacts: keywords.boolean('gather_facts'),
    become: keywords.become(),
    remoteUser: keywords.text('remote_user') ?? keywords.text('user'),
    vars: keywords.variables('vars', 'play vars'),
    varsFiles: readVarsFiles(keywords, context),
    moduleDefaults: keywords.moduleDefaults(),
    varsPrompt: readVarsPrompt(keywords.raw('vars_prompt'), context),
    environment: keywords.environment(),
    tags: keywords.tags(),
    order: readOrder(keywords, context),
    serial: keywords.batchSizes('serial'),
    anyErrorsFatal: keywords.boolean('any_errors_fatal'),
    maxFailPercentage: keywords.number('max_fail_percentage'),
    ignoreErrors: keywords.boolean('ignore_errors'),
    ignoreUnreachable: keywords.boolean('ignore_unreachable'),
    runOnce: keywords.boolean('run_once'),
    throttle: keywords.number('throttle'),
    forceHandlers: keywords.boolean('force_handlers'),
    noLog: keywords.boolean('no_log'),
    checkMode: keywords.boolean('check_mode'),
    diff: keywords.boolean('diff'),
  };
  if (hosts === undefined) return undefined;
  const text = name?.kind === 'scalar' ? String(name.value) : hosts.text;
  const play = {
    name: text,
    at: node.at,
    hosts: hosts.node,
    ...settings,
    preTasks,
    tasks: [...roles.map((each) => each.tasks), ...tasks],
    postTasks,
    // As ansible-core 2.19 has it: of the same name the last one counts, and they run in this order.
    handlers: [...roles.map((each) => each.handlers), ...handlers, ...context.play.handlers],
    roles: context.play.roles,
  };
  checkHandlers(play, context);
  return play;
}

/** `roles:` of a play: their tasks run before the play's own. */
function readRoles(keywords: KeywordReader, context: LoadContext): readonly ReadRole[] {
  return keywords.entries('roles').flatMap((node) => {
    const request = readRoleEntry(node, context);
    const before = context.play.roles.length;
    const read = request === undefined ? undefined : readRole(request, context, readTaskList);
    // It stands before the roles that it imports.
    if (read !== undefined) context.play.roles.splice(before, 0, read.role);
    return read === undefined ? [] : [read];
  });
}

function readHosts(keywords: KeywordReader, context: LoadContext) {
  const patterns = keywords.texts('hosts');
  const node = keywords.raw('hosts');
  const texts = patterns.flatMap((pattern) => (pattern.kind === 'scalar' ? [String(pattern.value)] : []));
  const empty = texts.length === 0 || texts.some((text) => text.trim() === '');
  if (node !== undefined && !empty) return { node, text: texts.join(',') };
  const wrong = node !== undefined && node.kind === 'mapping';
  if (!wrong)
    addProblem(context, node?.at ?? keywords.at, "the play names no 'hosts'", "for every host write 'hosts: all'");
  return undefined;
}

/** `order`: the hosts as the pattern finds them, unless something else is written. */
function readOrder(keywords: KeywordReader, context: LoadContext): HostOrder {
  const node = keywords.raw('order');
  if (node === undefined) return 'inventory';
  const text = node.kind === 'scalar' ? node.value : undefined;
  const order = hostOrders.find((each) => each === text);
  const hint = typeof text === 'string' ? nameHint(nearestName(text, hostOrders), hostOrders) : undefined;
  if (order === undefined)
    addProblem(context, node.at, wrongKind('order', `one of ${hostOrders.join(', ')}`, node), hint);
  return order ?? 'inventory';
}

/** `vars_files`: each entry a file, or a list of files of which the first that exists is read. */
function readVarsFiles(keywords: KeywordReader, context: LoadContext) {
  return keywords.items('vars_files').filter((item) => {
    const files = item.kind === 'sequence' ? item.items : [item];
    const fits = files.length > 0 && files.every((file) => file.kind === 'scalar' && typeof file.value === 'string');
    if (!fits) addProblem(context, item.at, `'vars_files' must be a list of files, and holds ${describeNode(item)}`);
    return fits;
  });
}

/** Keywords of which one value only is supported: the one that says what happens anyway. */
function checkFixedKeywords(keywords: KeywordReader, context: LoadContext): void {
  const fixed = [['strategy', 'linear']] as const;
  for (const [keyword, only] of fixed) {
    const node = keywords.raw(keyword);
    if (node === undefined || (node.kind === 'scalar' && node.value === only)) continue;
    const message = `'${keyword}' can only be '${only}', and is ${describeNode(node)}`;
    addProblem(context, node.at, message, `leave '${keyword}' out`);
  }
}
