import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UnreachableError } from '../../../src/errors.ts';
import { newNonce } from '../../../src/shell/frame.ts';
import { channelOf, goneSoon, listen, pidIn, place, program, SHELLS } from './channels.ts';

/** A sudo that changes nobody, and wants a terminal as `requiretty` does. */
const strict = join(place, 'strict');
mkdirSync(strict);
writeFileSync(
  join(strict, 'sudo'),
  `#!/bin/sh
( : </dev/tty ) 2>/dev/null || { echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1; }
while [ "$1" != -- ]; do shift; done; shift
exec "$@"`,
  { mode: 0o755 },
);
const AS_ROOT = { become: { user: "o'dd", method: 'sudo', password: undefined }, prompt: 'asked' } as const;

describe.each(SHELLS.filter(([name]) => name !== 'busybox'))(
  'a terminal behind the login shell %s',
  (_, login, path) => {
    test('is there for who becomes somebody, and the streams stay those of the channel', async () => {
      const channel = channelOf(login, `${strict}:${path}`, 'server', { ...AS_ROOT, onTerminal: true });
      const heard = listen();
      await channel.run(
        program(`printf 'a\\tb\\r\\n'; [ -t 0 ] || [ -t 1 ] || [ -t 2 ] || echo none; echo error >&2`),
        heard.listener,
        {
          onBoth: false,
        },
      );
      expect(heard.text()).toBe('a\tb\r\nnone\n');
      const pidFile = join(place, newNonce());
      const failure = channel
        .run(program(`echo $$ > ${pidFile}; sleep 60`), listen().listener, { onBoth: false })
        .catch((error: unknown) => error);
      const pid = await pidIn(pidFile);
      channel.abort();
      expect(await goneSoon(pid)).toBe(true);
      expect(await failure).toBeInstanceOf(UnreachableError);
    });

    test('is told to be wanted where there is none', async () => {
      const channel = channelOf(login, `${strict}:${path}`, 'server', { ...AS_ROOT, onTerminal: false });
      await expect(channel.run(program('echo'), listen().listener, { onBoth: false })).rejects.toThrow(
        /must have a tty/,
      );
    });
  },
);
