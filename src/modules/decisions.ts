import type { Value } from '../jinja/value.ts';
import type { Action } from '../shell/action.ts';
import type { Decision, Diff } from './module.ts';
import { fields } from './results.ts';

type Known = Readonly<Record<string, Value | undefined>>;

/** Nothing has to be done. */
export function unchanged(result: Known = {}): Decision {
  return { verdict: 'unchanged', result: fields(result) };
}

/**
 * These actions have to be done; without any, nothing has to. Where one of them keeps what it replaces, `backupField` is the
 * field of the result that names it.
 */
export function change(
  actions: readonly Action[],
  diff: readonly Diff[],
  result: Known = {},
  backupField = 'backup_file',
): Decision {
  if (actions.length === 0) return unchanged(result);
  const decision = { verdict: 'change', actions, diff, result: fields(result) } as const;
  const [keeping, ...others] = actions.flatMap((action, index) => (keepsOld(action) ? [index] : []));
  if (keeping === undefined || others.length > 0) return decision;
  return {
    ...decision,
    pending: [backupField],
    told: (outcomes) => fields({ [backupField]: lastLine(outcomes[keeping]?.stdout ?? '') }),
  };
}

function keepsOld(action: Action): boolean {
  return (action.do === 'write' || action.do === 'copy') && action.backup;
}

function lastLine(text: string): string | undefined {
  return text.trimEnd().split('\n').at(-1) || undefined;
}

/** It cannot be done. */
export function failed(problem: { readonly message: string; readonly hint?: string }, result: Known = {}): Decision {
  return { verdict: 'failed', ...problem, result: fields(result) };
}

/** A decision with steps after its own; a failed one stays as it is. */
export function followedBy(first: Decision, actions: readonly Action[], diff: readonly Diff[]): Decision {
  if (actions.length === 0 || first.verdict === 'failed') return first;
  if (first.verdict === 'unchanged') return { verdict: 'change', actions, diff, result: first.result };
  return { ...first, actions: [...first.actions, ...actions], diff: [...first.diff, ...diff] };
}
