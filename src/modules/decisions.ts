import type { Value } from '../jinja/value.ts';
import type { Action } from '../shell/action.ts';
import type { Decision, Diff } from './module.ts';
import { fields } from './results.ts';

type Known = Readonly<Record<string, Value | undefined>>;

/** Nothing has to be done. */
export function unchanged(result: Known = {}): Decision {
  return { verdict: 'unchanged', result: fields(result) };
}

/** These actions have to be done; without any, nothing has to. */
export function change(actions: readonly Action[], diff: readonly Diff[], result: Known = {}): Decision {
  if (actions.length === 0) return unchanged(result);
  return { verdict: 'change', actions, diff, result: fields(result) };
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
