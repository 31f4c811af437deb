import type { BecomeKeywords, Play } from '../config/play.ts';
import type { VariableScope } from '../config/variables/scope.ts';
import { BrokkrError } from '../errors.ts';
import { Undefined, type Value } from '../jinja/value.ts';
import { isTruthy } from '../jinja/values/compare.ts';
import { toText } from '../jinja/values/text.ts';
import type { TaskEntry } from '../plan/entries.ts';
import type { Account } from '../plan/known.ts';
import { Secret } from '../shell/redact.ts';
import { type BecomeMethod, becomeMethods } from '../transport/target.ts';

/** The command line's `-b`, `--become-user` and `-K`. */
export interface BecomeDefaults {
  readonly become: boolean;
  readonly becomeUser: string | undefined;
  readonly becomeMethod?: BecomeMethod | undefined;
  readonly password: Secret | undefined;
}

/**
 * Who a task runs as. The variables `ansible_become…` of a host win over the keywords of task, block and play (the inner
 * ones first), those over the command line, as in Ansible. To become the user that one is already takes no sudo.
 */
export function accountOf(
  entry: TaskEntry | undefined,
  play: Pick<Play, 'become'>,
  scope: VariableScope,
  connectionUser: string,
  defaults: BecomeDefaults,
  /** Whose `ansible_become…` count: those of the host that it is done on. */
  variables: VariableScope = scope,
): Account {
  const places: readonly BecomeKeywords[] = [
    ...(entry?.lineage ?? []).map((each) => each.become).reverse(),
    play.become,
  ];
  const keyword = (name: keyof BecomeKeywords): Value | undefined => {
    const node = places.find((each) => each[name] !== undefined)?.[name];
    return node === undefined ? undefined : scope.template(node);
  };
  const become = variable(variables, 'ansible_become') ?? keyword('become') ?? defaults.become;
  const asUser = { user: connectionUser, become: undefined };
  if (!isOn(become)) return asUser;
  const user = toText(
    variable(variables, 'ansible_become_user') ?? keyword('becomeUser') ?? defaults.becomeUser ?? 'root',
  );
  if (user === connectionUser) return asUser;
  const written = variable(variables, 'ansible_become_method') ?? keyword('becomeMethod') ?? defaults.becomeMethod;
  const method = becomeMethodOf(toText(written ?? 'sudo'));
  const password = variable(variables, 'ansible_become_password') ?? variable(variables, 'ansible_become_pass');
  return {
    user,
    become: { user, method, password: password === undefined ? defaults.password : new Secret(toText(password)) },
  };
}

/** `sudo`, or `ansible.builtin.sudo`. */
function becomeMethodOf(written: string): BecomeMethod {
  const name = written.replace(/^(ansible\.builtin|community\.general)\./, '');
  const method = becomeMethods.find((each) => each === name);
  if (method !== undefined) return method;
  throw new BrokkrError(`become_method: ${written} is not supported`, {
    hint: `supported are: ${becomeMethods.join(', ')}`,
  });
}

function variable(scope: VariableScope, name: string): Value | undefined {
  const value = scope.lookup(name);
  return value === undefined || value === null || value instanceof Undefined ? undefined : value;
}

function isOn(value: Value): boolean {
  return typeof value === 'string' ? /^(yes|true|on|1|y|t)$/i.test(value.trim()) : isTruthy(value);
}
