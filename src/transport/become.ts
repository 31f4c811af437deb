import { BrokkrError, UnreachableError } from '../errors.ts';
import type { ShellStart } from '../shell/program.ts';
import { quote } from '../shell/quote.ts';
import type { Start } from './start.ts';
import type { Become } from './target.ts';

/** Runs `$2`, in which the script that the user's shell is to run is `B`, and the user `V`. */
const PLAINLY = 'B="$1" V="$3"; eval "$2"';

/**
 * The same on a terminal, as script(1) makes one, and still with the three streams of the channel: only that there is one is asked
 * for (`requiretty`).
 */
const ON_TERMINAL = [
  'command -v script >/dev/null || { echo "script: not found" >&2; exit 127; }',
  'exec 3<&0 4>&1 5>&2',
  'export SHELL=/bin/sh B="$1" V="$3"',
  'exec script -qec "exec <&3 >&4 2>&5 3<&- 4>&- 5>&-; $2" /dev/null </dev/null >/dev/null',
].join('; ');

/**
 * How the shell of a user is started: by the login shell itself, or by what changes the user. It goes out like what it runs,
 * to a login shell of any kind: no single quote within single quotes, no backslash.
 */
export function shellStart({
  become,
  prompt,
  onTerminal,
}: Pick<Start, 'become' | 'prompt' | 'onTerminal'>): ShellStart {
  if (become === undefined) return (script) => `exec sh -c '${script}'`;
  const user = quote(become.user);
  if (become.method !== 'su' && !onTerminal) return (script) => `exec ${becoming(become, user, prompt, `'${script}'`)}`;
  // Whatever the login shell has said by then is no question of su.
  const mark = become.method === 'su' ? `echo ${prompt}; echo ${prompt} >&2; ` : '';
  const does = `${mark}exec ${becoming(become, '"$V"', prompt, '"$B"')}`;
  return (script) => `exec sh -c '${onTerminal ? ON_TERMINAL : PLAINLY}' sh '${script}' '${does}' ${user}`;
}

function becoming({ method, password }: Become, user: string, prompt: string, script: string): string {
  switch (method) {
    case 'sudo':
      return `sudo ${password === undefined ? '-n' : `-S -p ${prompt}`} -H -u ${user} -- sh -c ${script}`;
    case 'su':
      // The account of a service may have no login shell.
      return `su -s /bin/sh -c ${script} ${user}`;
    case 'doas':
      return `doas -n -u ${user} sh -c ${script}`;
  }
}

/** What changes the user wants a terminal, and had none. Nothing was run, and no password was given. */
export class NeedsTerminal extends BrokkrError {}

/** May a password be asked for? su cannot be told not to ask. */
export function waitsForPassword({ method, password }: Become): boolean {
  return method === 'su' || (method === 'sudo' && password !== undefined);
}

/**
 * How a question for a password looks: sudo asks in our words, su in those of the host's language, and without a line's end.
 * @param heard of su, what was said since it was begun
 */
export function findsPrompt({ become, prompt }: Pick<Start, 'become' | 'prompt'>, heard: string): boolean {
  if (become?.method === 'su') return /[^\s:\uff1a][:\uff1a] ?$/.test(heard);
  return become?.method === 'sudo' && become.password !== undefined && heard.includes(prompt);
}

/** The password was asked for, and there is none to give. */
export function noPassword({ host, user }: Start, become: Become): BrokkrError {
  return new BrokkrError(`${become.method} on ${host} asks ${user} for the password of ${become.user}`, {
    hint: 'give it with -K (--ask-become-pass) or ansible_become_password',
  });
}

/** @param said the words of the program, which are in the language of the host */
export function wrongPassword({ host, user }: Start, become: Become, said: string): BrokkrError {
  const whose = become.method === 'su' ? `of ${become.user} from ${user}` : `of ${user} for ${become.user}`;
  return new BrokkrError(
    `${become.method} on ${host} did not accept the password ${whose}${said === '' ? '' : `: ${said}`}`,
    {
      hint: 'give the right one with -K (--ask-become-pass) or ansible_become_password',
    },
  );
}

/** The shell ended before it had started. @param why how it ended, and what was said */
export function notBecome({ host, onTerminal }: Start, become: Become, why: string, said: string): BrokkrError {
  const options = { hint: noShellHint(said) ?? hintFor(become, said) };
  const message = `${become.method} on ${host} ${why}`;
  return WANTS_TERMINAL.test(said) && !onTerminal
    ? new NeedsTerminal(message, options)
    : new BrokkrError(message, options);
}

const WANTS_TERMINAL = /must have a tty|must be run from a terminal|a tty is required/i;

/** What nologin(8) says: the account that logs in has no shell that runs anything. */
export function noShellHint(said: string): string | undefined {
  if (!/account is (currently )?not available/i.test(said)) return undefined;
  return 'the account that logs in has no login shell (nologin): log in as another one, or give it one: usermod -s /bin/sh USER';
}

function hintFor({ method, user }: Become, said: string): string | undefined {
  if (/expired|new password/i.test(said)) return `log in as ${user} once and choose a new one, or: chage -d -1 ${user}`;
  if (/password is required/.test(said))
    return 'give the password with -K (--ask-become-pass) or ansible_become_password';
  const mend = method === 'sudo' ? 'take requiretty out of its sudoers: Defaults:USER !requiretty' : 'use sudo';
  if (WANTS_TERMINAL.test(said)) return `the terminal that it was given does not do; ${mend}`;
  if (/^script: /m.test(said)) {
    return `${method} wants a terminal there, which script(1) of util-linux would make (Debian's bsdutils): install that, or ${mend}`;
  }
  if (/secure_path|sh: command not found/i.test(said))
    return `${method} finds no sh there: look at secure_path in its sudoers`;
  if (/not found|no such file/i.test(said)) return `is ${method} installed there? see become_method`;
  if (/not in the sudoers|not allowed|may not run/i.test(said))
    return `let it become ${user} in its sudoers: USER ALL=(${user}) ALL; single commands are not enough`;
  if (method === 'doas') return `doas asks for a password on a terminal only: permit nopass … as ${user} in doas.conf`;
  return undefined;
}

export function tooSlow({ host, become, timeoutMs }: Start, said: string): BrokkrError {
  const waited = `for ${timeoutMs / 1000} s${said === '' ? '' : `: ${said}`}`;
  if (become !== undefined) {
    return new BrokkrError(`${become.method} on ${host} neither asked for a password nor started a shell ${waited}`);
  }
  return new UnreachableError(host, `${host} has not started a shell ${waited}`, {
    hint: "look at the login shell's start-up files there (~/.bashrc, /etc/bash.bashrc): they run before every program",
  });
}
