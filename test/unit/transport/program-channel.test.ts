import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BrokkrError, UnreachableError } from '../../../src/errors.ts';
import { newNonce } from '../../../src/shell/frame.ts';
import { localChannel } from '../../../src/transport/channel.ts';
import { Host } from '../../../src/transport/host.ts';
import { awaitStart } from '../../../src/transport/start.ts';
import type { Target } from '../../../src/transport/target.ts';
import { channelOf, goneSoon, isRunning, listen, open, pidIn, place, program, SHELLS } from './channels.ts';

const LOCAL: Target = {
  name: 'here',
  connection: 'local',
  address: 'localhost',
  port: 22,
  user: 'root',
  privateKeyFile: undefined,
  password: undefined,
  knownHostsFiles: [],
  hostKeyChecking: 'yes',
  timeout: 5,
};
describe.each(SHELLS)('behind the login shell %s', (_, login, path) => {
  test('programs of every size run one after the other, and what they leave running goes on', async () => {
    const channel = channelOf(login, path);
    const pidFile = join(place, newNonce());
    const first = listen();
    await channel.run(
      program(`sleep 60 >/dev/null 2>&1 & echo $! > ${pidFile}; echo "it's \\$HOME !"`),
      first.listener,
      { onBoth: false },
    );
    expect(first.text()).toBe("it's $HOME !\n");
    const big = listen();
    await channel.run(program(`x='${"a'\\''é!".repeat(60_000)}'\nprintf %s "$x" | wc -c`), big.listener, {
      onBoth: false,
    });
    expect(big.text()?.trim()).toBe(String(5 * 60_000));
    channel.end();
    const pid = await pidIn(pidFile);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isRunning(pid)).toBe(true);
    process.kill(pid);
  });

  test('the program and all that it has begun end when the channel does', async () => {
    const channel = channelOf(login, path);
    const files = [newNonce(), newNonce()].map((name) => join(place, name));
    const running = channel.run(
      program(`echo $$ > ${files[0]}; sh -c 'trap "" TERM; echo $$ > ${files[1]}; while :; do sleep 1; done'`),
      listen().listener,
      { onBoth: false },
    );
    const failure = running.catch((error: unknown) => error);
    const pids = await Promise.all(files.map(pidIn));
    channel.abort();
    expect(await Promise.all(pids.map(goneSoon))).toEqual([true, true]);
    expect(await failure).toBeInstanceOf(UnreachableError);
  });

  test('a receiver runs its program with the content that follows', async () => {
    const channel = channelOf(login, path, 'receiver');
    const content = join(place, newNonce());
    writeFileSync(content, 'x'.repeat(300_000));
    const heard = listen();
    await channel.run(program('wc -c'), heard.listener, { onBoth: false, content });
    expect(heard.text()?.trim()).toBe('300000');
  });
});

describe('a program that does not come to its end', () => {
  const host = (): Host => {
    const made = new Host(LOCAL);
    open.push(made);
    return made;
  };
  test.each([
    ['a syntax error', 'if'],
    ['exit', 'exit 0'],
    ['killed', 'kill -9 $$'],
    ['its whole group killed', 'kill -s TERM 0; sleep 5'],
  ])('%s is a failure, and the shell goes on', async (_, script) => {
    const one = host();
    await expect(one.run(undefined, program(script), listen().listener, { onBoth: false })).rejects.toThrow(
      BrokkrError,
    );
    const heard = listen();
    await one.run(undefined, program('echo yes'), heard.listener, { onBoth: false });
    expect(heard.text()).toBe('yes\n');
  });

  test('what the shell said of it is told', async () => {
    await expect(host().run(undefined, program('${'), listen().listener, { onBoth: false })).rejects.toThrow(
      /ended before it had told what it did: .*(Syntax error|unexpected)/s,
    );
  });

  test('several that are given at once wait for their turn; one that fails does not hold up the next', async () => {
    const one = host();
    const heard = [listen(), listen(), listen()];
    const scripts = ['sleep 0.2; echo 0', 'exit', 'echo 2'];
    const results = await Promise.allSettled(
      scripts.map((script, index) =>
        one.run(undefined, program(script), heard[index]?.listener ?? listen().listener, { onBoth: false }),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect([heard[0]?.text(), heard[2]?.text()]).toEqual(['0\n', '2\n']);
    expect(one.traffic).toMatchObject({ programs: 3, channels: 1, connections: 0 });
  });

  test('a flood is cut to size', async () => {
    const heard = listen(1000);
    await host().run(undefined, program('yes | head -c 50000000'), heard.listener, { onBoth: false });
    expect([heard.frames[0]?.payload.length, heard.frames[0]?.dropped]).toEqual([1000, 50_000_000 - 1000]);
  });

  test('characters come whole, however they are cut', async () => {
    const heard = listen();
    await host().run(
      undefined,
      program("i=0; while [ $i -lt 40000 ]; do printf 'é漢😀'; i=$((i + 1)); done"),
      heard.listener,
      { onBoth: false },
    );
    expect(heard.text()).toBe('é漢😀'.repeat(40_000));
  });

  test('after close and abort nothing runs any more', async () => {
    for (const end of ['close', 'abort'] as const) {
      const one = host();
      await one.run(undefined, program('true'), listen().listener, { onBoth: false });
      await one[end]();
      await expect(
        one.run({ user: 'nobody', method: 'sudo', password: undefined }, program('true'), listen().listener, {
          onBoth: false,
        }),
      ).rejects.toThrow(/was ended/);
    }
  });

  test('what a local program leaves running does not hold the outputs open for ever', async () => {
    const channel = localChannel('sleep 300 & echo $!');
    const pid = await new Promise<number>((resolve) =>
      channel.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk))),
    );
    await new Promise<void>((resolve) => channel.onClose(() => resolve()));
    expect(isRunning(pid)).toBe(true);
    process.kill(pid);
  });

  test('a content file that cannot be read is told as such', async () => {
    await expect(host().receive(undefined, program('cat'), join(place, 'none'), listen().listener)).rejects.toThrow(
      /none cannot be sent: ENOENT/,
    );
  });
});

describe('a shell that does not start', () => {
  const start = (script: string, timeoutMs: number): Promise<void> =>
    awaitStart(localChannel(script), {
      host: 'here',
      user: 'me',
      become: undefined,
      ready: 'never',
      prompt: 'a prompt',
      onTerminal: false,
      timeoutMs,
    });
  test('ends, with what it said', async () => {
    await expect(start('echo This account is not available; exit 1', 5000)).rejects.toThrow(
      'the shell on here ended with exit status 1: This account is not available',
    );
  });
  test('hangs', async () => {
    await expect(start('echo Welcome; exec sleep 5', 300)).rejects.toThrow(
      'here has not started a shell for 0.3 s: Welcome',
    );
  });
});
