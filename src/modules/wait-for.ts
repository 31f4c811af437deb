import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import { findFirst } from '../jinja/values/regex-run.ts';
import type { Action, WaitCondition } from '../shell/action.ts';
import type { ControlQuestion, Question, Stat } from '../shell/question.ts';
import { mutuallyExclusive, withRules } from './argument-rules.ts';
import { choice, integer, path, text } from './argument-types.ts';
import { unchanged } from './decisions.ts';
import { extendedRegex } from './extended-regex.ts';
import { expandHome } from './home-paths.ts';
import type { Answers, Decision, Module, ModuleContext } from './module.ts';
import { stat } from './paths.ts';
import { pattern } from './pattern.ts';
import { answerPort, inVain, performPort, portTopic } from './port-elsewhere.ts';
import { fields, statFields } from './results.ts';

/** What a server says is searched here, and so are the groups of a line that grep(1) has found on the host. */
const searched = text.transform((source, context) => {
  const compiled = pattern({ multiline: true }).safeParse(source);
  if (compiled.success) return { source, compiled: compiled.data, expression: extendedRegex(source) };
  context.addIssue({ code: 'custom', message: compiled.error.issues[0]?.message ?? 'a regular expression is wanted' });
  return z.NEVER;
});

const schema = withRules(
  z.strictObject({
    port: integer.optional(),
    host: text.default('127.0.0.1'),
    path: path.optional(),
    search_regex: searched.optional(),
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
      search_regex !== undefined && path === undefined && port === undefined
        ? { name: 'search_regex', message: 'it needs a path or a port' }
        : undefined,
    ({ search_regex, path }) =>
      path !== undefined && isBeyondGrep(search_regex)
        ? {
            name: 'search_regex',
            message: 'a line is looked for on the host, without looking ahead or back, references and line ends',
          }
        : undefined,
    ({ state, port }) =>
      state === 'drained' && port === undefined ? { name: 'port', message: 'it is required with drained' } : undefined,
  ],
);

function isBeyondGrep(search: unknown): boolean {
  return typeof search === 'object' && search !== null && 'expression' in search && search.expression === undefined;
}

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
  neverChanges: true,
  answerers: { [portTopic]: answerPort },
  performers: { [portTopic]: performPort },
  probe(args, context) {
    const questions: Question[] = [];
    if (args.port !== undefined) {
      if (!isHere(args.host, context)) questions.push(portElsewhere(args, args.port));
      else if (args.state !== 'drained') questions.push({ ask: 'listening', port: args.port });
    }
    if (args.path !== undefined) questions.push(stat(args.path));
    return questions;
  },
  decide(args, answers, context) {
    const found = args.path === undefined ? null : answers.get(stat(args.path));
    if (isThere(args, found, answers, context))
      return unchanged({ ...shown(args), ...ofFile(args, found), elapsed: 0 });
    return {
      verdict: 'change',
      actions: [actionFor(args, context)],
      diff: [{ kind: 'note', text: `waits ${describe(args)}` }],
      result: fields({ ...shown(args), ...ofFile(args, found) }),
      pending: ['elapsed', 'match_groups', 'match_groupdict'],
      conclude([outcome]) {
        const elapsed = Math.floor(outcome?.seconds ?? 0);
        if (outcome?.rc === 0) {
          const result = { ...shown(args), ...ofFile(args, found), elapsed, ...groups(args, outcome.stdout) };
          return { changed: false, failed: false, result: fields(result) };
        }
        const why = outcome?.stderr.trim() ?? '';
        const message =
          outcome?.rc === inVain ? (args.msg ?? `it is in vain to wait ${describe(args)}`) : timedOut(args);
        const result = fields({ ...shown(args), elapsed, msg: message });
        return {
          changed: false,
          failed: true,
          result,
          message,
          ...(why === '' || message.includes(why) ? {} : { hint: why }),
        };
      },
    } satisfies Decision;
  },
});

function timedOut(args: WaitForArguments): string {
  return args.msg ?? `timed out after ${args.timeout} seconds waiting ${describe(args)}`;
}

/** For something that goes away, no text is looked for. */
function waitsForPresence({ state }: WaitForArguments): boolean {
  return state === 'started' || state === 'present';
}

/** Is there nothing to wait for? A text is looked for when its turn comes, by the wait itself. */
function isThere(args: WaitForArguments, found: Stat | null, answers: Answers, context: ModuleContext): boolean {
  const { port, path } = args;
  const wantsThere = waitsForPresence(args);
  if (wantsThere && args.search_regex !== undefined) return false;
  if (path !== undefined) return (found !== null) === wantsThere;
  if (port === undefined || args.state === 'drained') return false;
  if (isHere(args.host, context)) return answers.get({ ask: 'listening', port }) === wantsThere;
  const answer = answers.get(portElsewhere(args, port));
  return answer.ok && answer.value === wantsThere;
}

function actionFor(args: WaitForArguments, context: ModuleContext): Action {
  const { port, host, search_regex } = args;
  if (port === undefined) return here(args);
  const isOwn = isHere(host, context);
  // What a server says is read by the control machine, through the host.
  if (waitsForPresence(args) && search_regex !== undefined)
    return elsewhere(args, port, isOwn ? context.host : undefined);
  return isOwn ? here(args) : elsewhere(args, port);
}

function here(args: WaitForArguments): Action {
  const { port, path, search_regex, state, timeout, delay, sleep } = args;
  const until: WaitCondition =
    port !== undefined
      ? { kind: 'port', port, state: state === 'present' ? 'started' : state === 'absent' ? 'stopped' : state }
      : path === undefined
        ? { kind: 'time' }
        : state === 'absent'
          ? { kind: 'path', path, state }
          : { kind: 'path', path, state: 'present', search: search_regex?.expression };
  return { do: 'wait', until, timeout, delay, sleep, message: timedOut(args) };
}

function elsewhere(args: WaitForArguments, port: number, from?: string): Action {
  const { host, timeout, delay, sleep, connect_timeout, search_regex } = args;
  const open = waitsForPresence(args);
  const search = open ? search_regex?.source : undefined;
  const parameters = {
    ...{ host, port, open, timeout, delay, sleep, connect_timeout },
    ...(search === undefined ? {} : { search }),
    ...(from === undefined ? {} : { from }),
  };
  return { do: 'control', topic: portTopic, parameters };
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
  const given = { state, port: port ?? null, path: path ?? null, search_regex: search_regex?.source ?? null };
  return { ...given, match_groups: [], match_groupdict: new Map() };
}

/** As Ansible's file modules do, of a path that is there. */
function ofFile({ state }: WaitForArguments, found: Stat | null) {
  return found === null || state === 'absent' ? {} : statFields(found);
}

/** The groups of the line that was found in the file; Ansible tells none of what a server said. */
function groups({ path, search_regex }: WaitForArguments, line: string) {
  const match = path === undefined || search_regex === undefined ? undefined : findFirst(search_regex.compiled, line);
  if (match === undefined) return {};
  const [, ...all] = match;
  const named = Object.entries(match.groups ?? {}).map(([name, text]): [Value, Value] => [name, text ?? null]);
  return { match_groups: all.map((text) => text ?? null), match_groupdict: new Map(named) };
}

function describe(args: WaitForArguments): string {
  const { port, host, path, state, timeout } = args;
  const search = waitsForPresence(args) ? args.search_regex : undefined;
  if (port !== undefined) {
    return `for port ${port} of ${host} to ${search === undefined ? `be ${state}` : `say ${search.source}`}`;
  }
  if (path === undefined) return `for ${timeout} seconds`;
  if (search !== undefined) return `for ${path} to hold ${search.source}`;
  return `for ${path} to be ${state === 'absent' ? 'absent' : 'present'}`;
}
