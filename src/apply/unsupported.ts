import type { Play } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import type { Problem } from '../errors.ts';
import { toText } from '../jinja/values/text.ts';
import { metaActions } from '../modules/meta.ts';
import { type Entry, metaAction } from '../plan/entries.ts';

/**
 * What a play says and the engine cannot do: it would be done on the wrong host, or as the wrong user, if it were passed
 * over. Tasks that tags leave out are no problem.
 */
export function unsupported(play: Play, entries: readonly Entry[], hosts: readonly PlayHost[]): Problem[] {
  const problems = new Map<unknown, Problem>();
  for (const entry of entries) {
    if (entry.kind !== 'task') continue;
    const action = entry.task.module === 'meta' ? metaAction(entry.task) : 'noop';
    if (!metaActions.some((each) => each === action)) {
      problems.set(entry.task, {
        message: `meta: ${action} is not supported`,
        at: entry.task.at,
        hint: `supported are: ${metaActions.join(', ')}`,
      });
    }
  }
  const { remoteUser } = play;
  if (remoteUser !== undefined) {
    for (const { name, user, scope } of hosts) {
      if (scope.has('ansible_user') || toText(scope.template(remoteUser)) === user) continue;
      problems.set(remoteUser, {
        message: `the play wants to log in as ${toText(scope.template(remoteUser))}, but ${name} is logged in to as ${user}`,
        at: remoteUser.at,
        hint: 'set ansible_user in the inventory, or give the user with -u',
      });
      break;
    }
  }
  return [...problems.values()];
}

interface PlayHost {
  readonly name: string;
  /** Who logs in to it. */
  readonly user: string;
  readonly scope: Pick<VariableScope, 'template' | 'has'>;
}
