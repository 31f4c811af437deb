import { posix } from 'node:path';
import type { Outcome, Run } from '../shell/action.ts';
import { NOT_ENTERED } from '../shell/action-run.ts';
import type { HostQuestion } from '../shell/question.ts';
import type { Answers, Conclusion, Decision, ModuleContext, ResultFields } from './module.ts';
import { globPattern } from './name-pattern.ts';
import { stat } from './paths.ts';
import { fields, moment } from './results.ts';

/** What `command` and `shell` have in common. */
export interface ProgramArguments {
  readonly chdir?: string | undefined;
  readonly creates?: string | undefined;
  readonly removes?: string | undefined;
  readonly stdin?: string | undefined;
  readonly stdin_add_newline: boolean;
  readonly strip_empty_ends: boolean;
}

const wildcard = /[*?[]/;

/** Asks whether what `creates` and `removes` name is there. */
export function guardQuestions(args: ProgramArguments): readonly HostQuestion[] {
  return [args.creates, args.removes].flatMap((path) => (path === undefined ? [] : [guardQuestion(args, path)]));
}

/** Runs the program, unless `creates` is there already or `removes` is not. */
export function decideProgram(
  args: ProgramArguments,
  command: Run['command'],
  shown: string | readonly string[],
  answers: Answers,
  context: ModuleContext,
): Decision {
  const guard = closedGuard(args, answers);
  if (guard !== undefined) {
    const skipped = guard === 'creates' ? `since '${args.creates}' exists` : `since '${args.removes}' does not exist`;
    const result = {
      cmd: shown,
      rc: 0,
      msg: `Did not run command ${skipped}`,
      stdout: `skipped, ${skipped.replaceAll("'", '')}`,
      stderr: '',
    };
    return {
      verdict: 'unchanged',
      result: fields({
        ...result,
        stdout_lines: [result.stdout],
        stderr_lines: [],
        start: null,
        end: null,
        delta: null,
      }),
    };
  }
  const stdin = args.stdin === undefined || !args.stdin_add_newline ? args.stdin : `${args.stdin}\n`;
  return {
    verdict: 'change',
    actions: [{ do: 'run', command, chdir: args.chdir, environment: context.environment, stdin }],
    diff: [{ kind: 'note', text: `runs ${typeof shown === 'string' ? shown : shown.join(' ')}` }],
    result: fields({ cmd: shown }),
    pending: ['rc', 'stdout', 'stdout_lines', 'stderr', 'stderr_lines', 'start', 'end', 'delta', 'msg'],
    checked: onlyChecked(args, shown),
    conclude: ([outcome]) =>
      notEntered(args, shown, outcome) ??
      ((command.kind === 'argv' && notStarted(shown, outcome)) || conclude(args, shown, outcome)),
  };
}

/** Where nothing may be changed, a program without `creates` and `removes` is skipped; with them it is known to be run. */
function onlyChecked({ creates, removes }: ProgramArguments, shown: string | readonly string[]): ResultFields {
  const nothing = { stdout: '', stdout_lines: [], stderr: '', stderr_lines: [] };
  const never = { start: null, end: null, delta: null };
  const msg = 'Command would have run if not in check mode';
  const skipped = creates === undefined && removes === undefined ? { skipped: true } : {};
  return fields({ cmd: shown, rc: 0, msg, ...nothing, ...never, ...skipped });
}

function conclude(args: ProgramArguments, shown: string | readonly string[], outcome: Outcome | undefined): Conclusion {
  if (outcome === undefined) throw new TypeError('a program that was run has no outcome');
  const strip = (text: string) => (args.strip_empty_ends ? text.replace(/[\r\n]+$/, '') : text);
  const [stdout, stderr] = [strip(outcome.stdout), strip(outcome.stderr)];
  const failed = outcome.rc !== 0;
  const result = fields({
    cmd: shown,
    rc: outcome.rc,
    stdout,
    stdout_lines: lines(stdout),
    stderr,
    stderr_lines: lines(stderr),
    start: moment(outcome.startedAt),
    end: moment(outcome.startedAt + outcome.seconds * 1000),
    delta: duration(outcome.seconds),
    msg: failed ? 'non-zero return code' : '',
  });
  return { changed: true, failed, ...(failed ? { message: `it ended with exit code ${outcome.rc}` } : {}), result };
}

/** Where its folder could not be entered, nothing was run. */
function notEntered(
  { chdir }: ProgramArguments,
  shown: string | readonly string[],
  outcome: Outcome | undefined,
): Conclusion | undefined {
  const said = outcome?.stderr.trimEnd() ?? '';
  if (chdir === undefined || outcome?.rc === 0 || !said.endsWith(NOT_ENTERED)) return undefined;
  const message = `the folder ${chdir} cannot be entered: ${said.slice(0, -NOT_ENTERED.length).trim()}`;
  const nothing = { rc: null, stdout: '', stdout_lines: [], stderr: '', stderr_lines: [] };
  const never = { start: null, end: null, delta: null };
  return { changed: false, failed: true, message, result: fields({ cmd: shown, ...nothing, ...never, msg: message }) };
}

/** A program that could not be started has done nothing: as in Ansible its code is the system's error number. */
function notStarted(shown: string | readonly string[], outcome: Outcome | undefined): Conclusion | undefined {
  const code = { 126: 13, 127: 2 }[outcome?.rc ?? 0];
  const reason = /exec: .*(?:not found|[Pp]ermission denied)\s*$/s.exec(outcome?.stderr ?? '');
  if (code === undefined || reason === null || outcome?.stdout !== '') return undefined;
  const nothing = { stdout: '', stdout_lines: [], stderr: '', stderr_lines: [] };
  const cmd = typeof shown === 'string' ? shown : shown.join(' ');
  const message = `it could not be run: ${outcome.stderr.trim()}`;
  return { changed: false, failed: true, message, result: fields({ cmd, rc: code, msg: message, ...nothing }) };
}

/** The argument by which there is nothing to run. */
export function closedGuard(args: ProgramArguments, answers: Answers): 'creates' | 'removes' | undefined {
  if (args.creates !== undefined && exists(args, args.creates, answers)) return 'creates';
  if (args.removes !== undefined && !exists(args, args.removes, answers)) return 'removes';
  return undefined;
}

/** With wildcards: the folder above the first of them is read; else the path itself. */
function guardQuestion(args: ProgramArguments, path: string): Extract<HostQuestion, { ask: 'stat' | 'tree' }> {
  const absolute = posix.resolve(args.chdir ?? '/', path);
  if (!wildcard.test(absolute)) return stat(absolute);
  const parts = absolute.split('/');
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => wildcard.test(part)),
  );
  return { ask: 'tree', path: fixed.join('/') || '/' };
}

function exists(args: ProgramArguments, path: string, answers: Answers): boolean {
  const question = guardQuestion(args, path);
  if (question.ask === 'stat') return answers.get(question) !== null;
  const pattern = globPattern(posix.resolve(args.chdir ?? '/', path));
  return (answers.get(question) ?? []).some((entry) => pattern.test(entry.path));
}

function lines(text: string): readonly string[] {
  if (text === '') return [];
  return text.replace(/\r\n|\r|\n$/, (end) => (end === '\n' ? '' : end)).split(/\r\n|\r|\n/);
}

/** `0:00:01.500000`. */
function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (number: number) => String(number).padStart(2, '0');
  const micros = String(Math.round((seconds - whole) * 1e6)).padStart(6, '0');
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${micros}`;
}
