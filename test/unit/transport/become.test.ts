import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newNonce } from '../../../src/shell/frame.ts';
import { preamble } from '../../../src/shell/program.ts';
import { Secret } from '../../../src/shell/redact.ts';
import { Host } from '../../../src/transport/host.ts';
import type { Become } from '../../../src/transport/target.ts';
import { targetAt } from './ssh-server.ts';

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'brokkr-become-'));
  vi.stubEnv('PATH', `${place}:${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true, force: true });
});

/** A program of that name that writes its arguments down, then does what the text says. */
function fake(name: string, text: string): void {
  writeFileSync(join(place, name), `#!/bin/sh\nprintf '%s\\n' "$@" >${place}/arguments\n${text}\n`, { mode: 0o755 });
}
async function say(method: Become['method'], password?: string): Promise<string> {
  const host = new Host(targetAt('here', 22, { connection: 'local' }), { startTimeoutMs: 5000 });
  const nonce = newNonce();
  let said = '';
  try {
    await host.run(
      { user: 'kafka', method, password: password === undefined ? undefined : new Secret(password) },
      { nonce, text: [preamble(nonce), 's OUT', 'echo "it is $AS"', 's END'].join('\n') },
      {
        frame(stream, frame) {
          if (stream === 'stdout') said += frame.payload.toString().trim();
        },
      },
      { onBoth: false },
    );
    return said;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 'hint' in error && typeof error.hint === 'string' ? `${error.message} → ${error.hint}` : error.message;
  } finally {
    await host.close();
  }
}

/** Asks as su does: on stderr, in the language of the host, without the end of the line. */
const SU = `printf 'Passwort: ' >&2; IFS= read -r p; echo >&2
[ "$p" = 'the secret' ] || { echo 'su: Authentifizierungsfehler' >&2; exit 1; }
AS=$5; export AS; exec "$2" "$3" "$4"`;

describe('su', () => {
  test.each([
    ['This account is currently not available.', 'ended with exit status 1: This account'],
    ['su: using restricted shell /usr/sbin/nologin', 'ended with exit status 1: su: using restricted shell'],
  ])('a right password is not called wrong: %s', async (words, told) => {
    fake('su', `printf 'Password: ' >&2; IFS= read -r p; echo >&2; echo '${words}' >&2; exit 1`);
    const said = await say('su', 'the secret');
    expect(said).toContain(told);
    expect(said).not.toContain('did not accept');
  });

  test('one that has expired is told as such', async () => {
    const ask =
      "printf 'Password: ' >&2; IFS= read -r p; echo >&2; echo 'You are required to change your password' >&2";
    fake('su', `${ask}; printf 'New password: ' >&2; IFS= read -r p; exit 1`);
    const said = await say('su', 'the secret');
    expect(said).toContain('wants a new password');
    expect(said).toContain('chage');
  });

  test('takes the password at its prompt, and never as an argument', async () => {
    fake('su', SU);
    expect(await say('su', 'the secret')).toBe('it is kafka');
    const args = readFileSync(join(place, 'arguments'), 'utf8');
    expect(args).toMatch(/^-s\n\/bin\/sh\n-c\necho /);
    expect(args).not.toContain('the secret');
  });

  test('a wrong password, and none', async () => {
    fake('su', SU);
    expect(await say('su', 'not this')).toMatch(
      /^su on here did not accept the password of kafka from me.* → give the right one with -K/s,
    );
    expect(await say('su')).toMatch(/^su on here asks me for the password of kafka → give it with -K/);
  });

  test('one that asks for nothing, and one that wants a terminal', async () => {
    fake('su', 'AS=$5; export AS; exec "$2" "$3" "$4"');
    expect(await say('su')).toBe('it is kafka');
    expect(await say('su', 'for others')).toBe('it is kafka');
    fake('su', 'echo "su: must be run from a terminal" >&2; exit 1');
    expect(await say('su')).toMatch(/terminal → the terminal that it was given does not do; use sudo$/);
  });
});

describe('doas and sudo', () => {
  test('doas without a password, and what to do where it wants one', async () => {
    fake('doas', 'AS=$3; export AS; shift 3; exec "$@"');
    expect(await say('doas', 'never given')).toBe('it is kafka');
    expect(readFileSync(join(place, 'arguments'), 'utf8')).toMatch(/^-n\n-u\nkafka\nsh\n-c\n/);
    fake('doas', 'echo "doas: Authorization required" >&2; exit 1');
    expect(await say('doas')).toMatch(
      /^doas on here ended with exit status 1: doas: Authorization required → .* permit nopass … as kafka in doas.conf$/,
    );
  });

  test('sudo that wants a terminal', async () => {
    fake('sudo', 'echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1');
    expect(await say('sudo')).toMatch(
      /must have a tty .*→ .*take requiretty out of its sudoers: Defaults:USER !requiretty/,
    );
  });

  test('the right password of somebody who may not', async () => {
    fake(
      'sudo',
      'while [ "$1" != -p ]; do shift; done; printf %s "$2" >&2; read -r answer; echo "me is not in the sudoers file." >&2; exit 1',
    );
    expect(await say('sudo', 'the secret')).toMatch(
      /^sudo on here ended with exit status 1: me is not in the sudoers file\. → let it become kafka in its sudoers/,
    );
  });

  test('one that is not there', async () => {
    vi.stubEnv('PATH', place);
    expect(await say('doas')).toMatch(
      /^doas on here ended with exit status 127: .*doas: not found → is doas installed there\?/,
    );
  });
});
