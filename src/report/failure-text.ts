import type { Failure } from '../apply/events.ts';
import { formatPosition, type Position } from '../errors.ts';
import type { Style } from './style.ts';

/** The end of what a program wrote is where it says why it failed. */
const tailLines = 15;

/** A failure as lines: where, why, which command with which exit code, the end of its output, what to do next. */
export function failureLines(failure: Failure, at: Position, style: Style): string[] {
  const lines = [`at ${formatPosition(at)}`, ...messageLines(failure)];
  if (failure.command !== undefined) lines.push(...labelled('command', failure.command));
  if (failure.rc !== undefined) lines.push(`exit code: ${failure.rc}`);
  lines.push(...output(failure, style));
  if (failure.hint !== undefined) lines.push(...nextLines(failure.hint, style));
  return lines;
}

/** A message that is all that a program has written is told by its end, as the output would be. */
function messageLines(failure: Failure): string[] {
  const lines = failure.message.trimEnd().split('\n');
  const isOutput = [failure.stderr, failure.stdout].some((text) => text?.trim() === failure.message.trim());
  return isOutput && lines.length > tailLines
    ? [`… the last ${tailLines} of ${lines.length} lines:`, ...lines.slice(-tailLines)]
    : lines;
}

/** What to do next, one line each. */
export function nextLines(hint: string, style: Style): string[] {
  return hint.split('\n').map((line, index) => (index === 0 ? `${style.waiting('→')} ${line}` : `  ${line}`));
}

function labelled(label: string, text: string): string[] {
  const lines = text.trimEnd().split('\n');
  return lines.length === 1 ? [`${label}: ${lines[0]}`] : [`${label}:`, ...lines.map((line) => `  ${line}`)];
}

/** The end of stderr; of stdout when stderr is empty, since some programs complain there. */
function output(failure: Failure, style: Style): string[] {
  const [stderr, stdout] = [failure.stderr?.trimEnd() ?? '', failure.stdout?.trimEnd() ?? ''];
  const [name, text] = stderr !== '' ? ['stderr', stderr] : ['stdout', stdout];
  // A message that is the output has told it.
  return text === '' || failure.message.includes(text.trim()) ? [] : tail(name, text, style);
}

function tail(name: string, text: string, style: Style): string[] {
  const lines = text.split('\n');
  const title = lines.length > tailLines ? `end of ${name} (${tailLines} of ${lines.length} lines):` : `${name}:`;
  return [title, ...lines.slice(-tailLines).map((line) => `${style.dim('|')} ${line}`)];
}
