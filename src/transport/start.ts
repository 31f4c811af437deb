import { StringDecoder } from 'node:string_decoder';
import { type BrokkrError, UnreachableError } from '../errors.ts';
import { findsPrompt, noPassword, noShellHint, notBecome, tooSlow, wrongPassword } from './become.ts';
import type { Channel } from './channel.ts';
import type { Become } from './target.ts';

/** How the start of a shell is recognised, and what it may need. */
export interface Start {
  readonly host: string;
  readonly user: string;
  readonly become: Become | undefined;
  /** The line that the shell prints first. */
  readonly ready: string;
  /** What sudo asks for a password with. */
  readonly prompt: string;
  /** What changes the user is given a terminal. */
  readonly onTerminal: boolean;
  /** Milliseconds until the shell must have started. */
  readonly timeoutMs: number;
}

/**
 * Resolves when the shell has started. A password goes out alone, only after it was asked for, and only once: what
 * stands after it on the channel would be taken for further tries, and tries can lock the account.
 * @throws UnreachableError when the login shell does not start it; BrokkrError when sudo does not
 */
export function awaitStart(channel: Channel, start: Start): Promise<void> {
  return new Promise((resolve, reject) => {
    const { become, prompt, ready } = start;
    const heard = { stdout: '', stderr: '' };
    const isBegun = { stdout: become?.method !== 'su', stderr: become?.method !== 'su' };
    let asked = false;
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      for (const [stream, hear] of listeners) channel[stream].removeListener('data', hear);
      if (error === undefined) resolve();
      else reject(error);
    };
    const said = (): string => lastLines(`${heard.stdout}\n${heard.stderr}`.replaceAll(prompt, ''));
    const hearOn = (stream: 'stdout' | 'stderr') => {
      const decoder = new StringDecoder();
      return (chunk: Buffer): void => {
        // What a noisy start prints is kept to a size; nothing that is looked for is longer than this.
        heard[stream] = (heard[stream] + decoder.write(chunk)).slice(-16_000);
        if (stream === 'stdout' && heard.stdout.includes(ready)) {
          settle();
          return;
        }
        if (!isBegun[stream]) {
          const [, since] = heard[stream].split(`${prompt}\n`);
          if (since === undefined) return;
          isBegun[stream] = true;
          heard[stream] = since;
        }
        if (become === undefined || !findsPrompt(start, heard[stream])) return;
        const words = said();
        // A question that was answered is not looked at again; what is said after it is.
        heard[stream] = '';
        if (become.password === undefined) settle(noPassword(start, become));
        else if (asked && wantsNewPassword(words)) settle(notBecome(start, become, 'wants a new password', words));
        else if (asked) settle(wrongPassword(start, become, said()));
        else {
          asked = true;
          channel.stdin.write(`${become.password.reveal()}\n`);
        }
      };
    };
    const listeners = [
      ['stdout', hearOn('stdout')],
      ['stderr', hearOn('stderr')],
    ] as const;
    const timer = setTimeout(() => settle(tooSlow(start, said())), start.timeoutMs);
    for (const [stream, hear] of listeners) channel[stream].on('data', hear);
    channel.onClose((rc, signal) => {
      const isWrong = asked && rc !== null && !isElse(said());
      if (isWrong && become !== undefined) settle(wrongPassword(start, become, said()));
      else settle(notStarted(start, rc, signal, said()));
    });
  });
}

/** Words of whoever took the password: there is no right to become that user, or no shell to become it with. */
function isElse(said: string): boolean {
  return /not in the sudoers|not allowed|may not run|not available|not found|no such|restricted shell|expired/i.test(
    said,
  );
}

function wantsNewPassword(said: string): boolean {
  return /expired|new password|required to change/i.test(said);
}

/** The end of what a program has said, for a message; markers are not for people. */
export function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !NONCE.test(line));
  return lines.slice(-5).join('\n');
}

const NONCE = /^brokkr[0-9a-f]{24}\b/;

function notStarted(start: Start, rc: number | null, signal: string | null, said: string): BrokkrError {
  const { host, become } = start;
  if (rc === null && signal === null) return new UnreachableError(host, `the connection to ${host} was lost`);
  const how = signal === null ? `with exit status ${rc}` : `by signal ${signal}`;
  const why = `ended ${how}${said === '' ? '' : `: ${said}`}`;
  if (become === undefined)
    return new UnreachableError(host, `the shell on ${host} ${why}`, { hint: noShellHint(said) });
  return notBecome(start, become, why, said);
}
