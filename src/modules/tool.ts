import type { Value } from '../jinja/value.ts';
import type { Outcome, ToolRun } from '../shell/action.ts';
import type { AnswerOf, OutputQuestion } from '../shell/question.ts';
import type { Conclusion, Decision, Diff } from './module.ts';
import { fields } from './results.ts';

/** A module that asks a tool of the host how it is, and tells another how it is to be. */
export interface ToolOrder {
  readonly script: string;
  readonly stdin?: string | undefined;
  readonly environment?: ReadonlyMap<string, string> | undefined;
  /** What it was asked, and what it will answer. */
  readonly asked: OutputQuestion;
  readonly becomes: string;
  readonly reach?: ToolRun['reach'];
}

/** Asks what a script that changes nothing prints. */
export function output(about: string, ...lines: readonly string[]): OutputQuestion {
  return { ask: 'output', about, script: lines.join('\n') };
}

/** The action of an order. */
export function toolRun(order: ToolOrder): ToolRun {
  const { script, stdin, environment, asked, becomes, reach = 'nothing' } = order;
  const leaves = [{ question: asked, answer: { rc: 0, stdout: becomes } satisfies AnswerOf['output'] }];
  return { do: 'tool', script, stdin, environment, leaves, reach };
}

/** A change whose output belongs to the result. `judge` says whether it changed anything after all. */
export function telling(
  actions: readonly ToolRun[],
  diff: readonly Diff[],
  known: Readonly<Record<string, Value | undefined>>,
  judge: (stdout: string) => boolean = () => true,
): Decision {
  return {
    verdict: 'change',
    actions,
    diff,
    result: fields(known),
    pending: ['stdout', 'stdout_lines', 'stderr', 'stderr_lines', 'rc'],
    conclude: (outcomes) => concludeTold(outcomes, known, judge),
  };
}

function concludeTold(
  outcomes: readonly Outcome[],
  known: Readonly<Record<string, Value | undefined>>,
  judge: (stdout: string) => boolean,
): Conclusion {
  const stdout = outcomes.map((outcome) => outcome.stdout).join('');
  const stderr = outcomes.map((outcome) => outcome.stderr).join('');
  const rc = outcomes.find((outcome) => outcome.rc !== 0)?.rc ?? 0;
  const told = { rc, stdout, stdout_lines: lines(stdout), stderr, stderr_lines: lines(stderr) };
  if (rc === 0) return { changed: judge(stdout), failed: false, result: fields({ ...told, ...known }) };
  const message = stderr.trim() || stdout.trim() || `it ended with exit code ${rc}`;
  return { changed: false, failed: true, message, result: fields({ ...known, ...told, msg: message }) };
}

function lines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
