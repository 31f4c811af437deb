import { z } from 'zod';
import type { Action, WaitCondition } from '../shell/action.ts';
import type { ControlQuestion, Question } from '../shell/question.ts';
import { mutuallyExclusive, withRules } from './argument-rules.ts';
import { choice, integer, path, text } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import type { Answers, Decision, Module, ModuleContext } from './module.ts';
import { stat } from './paths.ts';
import { answerPort, performPort, portTopic } from './port-elsewhere.ts';
import { fields } from './results.ts';

const schema = withRules(
  z.strictObject({
    port: integer.optional(),
    host: text.default('127.0.0.1'),
    path: path.optional(),
    search_regex: text.optional(),
    state: choice(['started', 'stopped', 'drained', 'present', 'absent']).default('started'),
    timeout: integer.default(300),
    delay: integer.default(0),
    sleep: integer.default(1),
    connect_timeout: integer.default(5),
    msg: text.optional(),
  }),
  [
    mutuallyExclusive('port', 'path'),
    ({ path, state }) =>
      path !== undefined && (state === 'stopped' || state === 'drained')
        ? { name: 'state', message: `${state} goes with a port, not with a path` }
        : undefined,
    ({ search_regex, path, port }) =>
      search_regex !== undefined && path === undefined
        ? {
            name: 'search_regex',
            message: port === undefined ? 'it needs a path' : 'it is supported with a path only, not with a port',
          }
        : undefined,
    ({ state, port }) =>
      state === 'drained' && port === undefined ? { name: 'port', message: 'it is required with drained' } : undefined,
  ],
);

type WaitForArguments = z.infer<typeof schema>;

/** A port, a file or a time. It never counts as a change. */
export const waitFor: Module<WaitForArguments> = expandHome(['path'], {
  name: 'wait_for',
  collection: 'ansible.builtin',
  summary: 'Waits until a port is listened on or free, until a file is there, gone or holds a text, or for some time.',
  schema,
  aliases: {},
  example: `- name: ZooKeeper answers
  wait_for:
    port: 2181
    timeout: 60`,
  noticedByOthers: true,
  answerers: { [portTopic]: answerPort },
  performers: { [portTopic]: performPort },
  probe(args, context) {
    const questions: Question[] = [];
    if (args.port !== undefined) {
      if (!isHere(args.host, context)) questions.push(portElsewhere(args, args.port));
      else if (args.state !== 'drained') questions.push({ ask: 'listening', port: args.port });
    }
    if (args.path !== undefined && args.search_regex === undefined) questions.push(stat(args.path));
    return questions;
  },
  decide(args, answers, context) {
    if (isThere(args, answers, context)) return unchanged({ ...shown(args), elapsed: 0 });
    const action = args.port !== undefined && !isHere(args.host, context) ? elsewhere(args, args.port) : here(args);
    return {
      verdict: 'change',
      actions: [action],
      diff: [{ kind: 'note', text: `waits ${describe(args)}` }],
      result: fields(shown(args)),
      pending: ['elapsed'],
      conclude([outcome]) {
        const elapsed = Math.floor(outcome?.seconds ?? 0);
        const failed = outcome?.rc !== 0;
        const message = args.msg ?? `timed out after ${args.timeout} seconds waiting ${describe(args)}`;
        const result = fields({ ...shown(args), elapsed, ...(failed ? { msg: message } : {}) });
        const why = outcome?.stderr.trim() ?? '';
        return { changed: false, failed, result, ...(failed ? { message, ...(why === '' ? {} : { hint: why }) } : {}) };
      },
    } satisfies Decision;
  },
});

/** Is there nothing to wait for? A text in a file is looked for on the host, by the wait itself. */
function isThere(args: WaitForArguments, answers: Answers, context: ModuleContext): boolean {
  const { port, path, state } = args;
  const wantsThere = state === 'started' || state === 'present';
  if (path !== undefined) {
    return args.search_regex === undefined && (answers.get(stat(path)) !== null) === wantsThere;
  }
  if (port === undefined || state === 'drained') return false;
  if (isHere(args.host, context)) return answers.get({ ask: 'listening', port }) === wantsThere;
  const answer = answers.get(portElsewhere(args, port));
  return answer.ok && answer.value === wantsThere;
}

function here({ port, path, search_regex, state, timeout, delay, sleep, msg }: WaitForArguments): Action {
  const until: WaitCondition =
    port !== undefined
      ? { kind: 'port', port, state: state === 'present' ? 'started' : state === 'absent' ? 'stopped' : state }
      : path !== undefined
        ? { kind: 'path', path, state: state === 'absent' ? 'absent' : 'present', searchRegex: search_regex }
        : { kind: 'time' };
  return { do: 'wait', until, timeout, delay, sleep, message: msg };
}

function elsewhere(args: WaitForArguments, port: number): Action {
  const { host, state, timeout, delay, sleep, connect_timeout } = args;
  const open = state === 'started' || state === 'present';
  return { do: 'control', topic: portTopic, parameters: { host, port, open, timeout, delay, sleep, connect_timeout } };
}

function portElsewhere({ host, connect_timeout }: WaitForArguments, port: number): ControlQuestion {
  return { ask: 'control', topic: portTopic, parameters: { host, port, connect_timeout }, life: 'volatile' };
}

/** Whether an address means the host that the task runs on. */
function isHere(host: string, context: ModuleContext): boolean {
  if (['127.0.0.1', 'localhost', '::1', '0.0.0.0', '::', context.host].includes(host)) return true;
  return context.variable('ansible_host') === host;
}

function shown({ port, path, search_regex, state }: WaitForArguments) {
  return { state, port: port ?? null, path: path ?? null, search_regex: search_regex ?? null };
}

function describe({ port, host, path, search_regex, state, timeout }: WaitForArguments): string {
  if (port !== undefined) return `for port ${port} of ${host} to be ${state}`;
  if (path === undefined) return `for ${timeout} seconds`;
  if (search_regex !== undefined) return `for ${path} to hold ${search_regex}`;
  return `for ${path} to be ${state === 'absent' ? 'absent' : 'present'}`;
}
