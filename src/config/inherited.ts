import type { Position } from '../errors.ts';
import type { InheritedKeywords } from './play.ts';

/** Keywords of a place that says nothing. */
export function noKeywords(at: Position): InheritedKeywords {
  return {
    name: undefined,
    at,
    when: [],
    become: { become: undefined, becomeUser: undefined, becomeMethod: undefined },
    vars: { source: 'no vars', variables: new Map() },
    moduleDefaults: new Map(),
    environment: [],
    tags: [],
    notify: [],
    ignoreErrors: undefined,
    ignoreUnreachable: undefined,
    anyErrorsFatal: undefined,
    noLog: undefined,
    checkMode: undefined,
    diff: undefined,
    runOnce: undefined,
    delegateTo: undefined,
    delegateFacts: undefined,
    connection: undefined,
    throttle: undefined,
  };
}
