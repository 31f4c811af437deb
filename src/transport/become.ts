import { BrokkrError, UnreachableError } from '../errors.ts';
import type { ShellStart } from '../shell/program.ts';
import { quote } from '../shell/quote.ts';
import type { Start } from './start.ts';
import type { Become } from './target.ts';

/** How the shell of a user is started: by the login shell itself, or by what changes the user. */
export function shellStart({ become, prompt }: Pick<Start, 'become' | 'prompt'>): ShellStart {
  if (become === undefined) return { before: 'sh', after: '' };
  const user = quote(become.user);
  switch (become.method) {
    case 'sudo': {
      const how = become.password === undefined ? '-n' : `-S -p ${prompt}`;
      return { before: `sudo ${how} -H -u ${user} -- sh`, after: '' };
    }
    case 'su':
      // The account of a service may have no login shell.
      return { before: 'su -s /bin/sh', after: user };
    case 'doas':
      return { before: `doas -n -u ${user} sh`, after: '' };
  }
}

/** May a password be asked for? su cannot be told not to ask. */
export function waitsForPassword({ method, password }: Become): boolean {
  return method === 'su' || (method === 'sudo' && password !== undefined);
}

/** How a question for a password looks: sudo asks in our words, su in those of the host's language, and without a line's end. */
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
export function notBecome({ host }: Start, become: Become, why: string, said: string): BrokkrError {
  return new BrokkrError(`${become.method} on ${host} ${why}`, { hint: noShellHint(said) ?? hintFor(become, said) });
}

/** What nologin(8) says: the account that logs in has no shell that runs anything. */
export function noShellHint(said: string): string | undefined {
  if (!/account is (currently )?not available/i.test(said)) return undefined;
  return 'the account that logs in has no login shell (nologin): log in as another one, or give it one: usermod -s /bin/sh USER';
}

function hintFor({ method, user }: Become, said: string): string | undefined {
  if (/expired|new password/i.test(said)) return `log in as ${user} once and choose a new one, or: chage -d -1 ${user}`;
  if (/password is required/.test(said))
    return 'give the password with -K (--ask-become-pass) or ansible_become_password';
  if (/must have a tty|must be run from a terminal|a tty is required/i.test(said)) {
    const mend = method === 'sudo' ? 'take requiretty out of its sudoers: Defaults:USER !requiretty' : `use sudo`;
    return `brokkr has no terminal there; ${mend}`;
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
