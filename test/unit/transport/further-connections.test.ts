import { mkdtempSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Host } from '../../../src/transport/host.ts';
import type { Target } from '../../../src/transport/target.ts';
import { say } from '../../say.ts';
import { makeKey, type SshServer, startSshServer, targetAt } from './ssh-server.ts';

// Not the folder for temporary files, whose name may be long: a socket's name has an end.
let place = '';
const open: (() => Promise<void>)[] = [];
beforeEach(() => {
  place = mkdtempSync('/tmp/further-');
  vi.stubEnv('SSH_AUTH_SOCK', '');
  vi.stubEnv('XDG_RUNTIME_DIR', place);
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true, force: true });
});

async function hostWith(sessions: number, changes: Partial<Target> = {}): Promise<[Host, SshServer]> {
  const key = makeKey(`${place}/key`);
  const server = await startSshServer({ place, name: 'sshd', keys: [key], sessions });
  const host = new Host(targetAt('one', server.port, { privateKeyFile: key, ...changes }));
  open.push(
    () => server.close(),
    () => host.close(),
  );
  return [host, server];
}

/** A program beside the shell, which says so and waits for the file. @returns what resolves when it has begun and ended */
function begin(host: Host, file: string): { begun: Promise<void>; ended: Promise<void> } {
  let isBegun = (): void => {};
  const begun = new Promise<void>((resolve) => {
    isBegun = resolve;
  });
  const nonce = 'brokkr0123456789abcdef01234567';
  const text = `printf '\\n%s BEGUN\\n' ${nonce}; while [ ! -e ${file} ]; do sleep 0.05; done; printf '\\n%s END\\n' ${nonce}`;
  const ended = host.runBeside(undefined, { nonce, text }, { opened: () => isBegun(), frame: () => {} });
  return { begun, ended };
}

describe.each(['builtin', 'system'] as const)('with the ssh that is %s', (ssh) => {
  test('a host that opens one session on a connection gets another connection, and only as many as it needs', async () => {
    const [host, server] = await hostWith(1, { ssh });
    expect(await say(host, 'echo one')).toBe('one\n');
    const file = `${place}/go`;
    const first = begin(host, file);
    await first.begun;
    expect(host.traffic.connections).toBe(2);
    const second = begin(host, file);
    await second.begun;
    expect(await say(host, `: >${file}; echo two`)).toBe('two\n');
    await Promise.all([first.ended, second.ended]);
    expect(host.traffic.connections).toBe(3);
    // Those that are free again are used again.
    const third = begin(host, file);
    await third.ended;
    expect(host.traffic.connections).toBe(3);
    expect(server.connections).toBe(3);
    await host.close();
    await vi.waitFor(() => expect(server.open).toBe(0));
  });

  test('none is opened where the sessions suffice', async () => {
    const [host, server] = await hostWith(2, { ssh });
    await say(host, 'true');
    const beside = begin(host, '/');
    await beside.ended;
    expect(server.connections).toBe(1);
  });

  test('after a disconnect no connection is left', async () => {
    const [host, server] = await hostWith(1, { ssh });
    await say(host, 'true');
    await begin(host, '/').ended;
    expect(server.open).toBe(2);
    host.disconnect();
    await vi.waitFor(() => expect(server.open).toBe(0));
    expect(await say(host, 'echo again')).toBe('again\n');
  });
});

test('the connection that is full is kept for the next run, and the further one is not', async () => {
  const [host, server] = await hostWith(1, { ssh: 'system', keptSeconds: 60 });
  await say(host, 'true');
  await begin(host, '/').ended;
  expect(server.connections).toBe(2);
  await host.close();
  await vi.waitFor(() => expect(server.open).toBe(1));
});

test('a host that opens no session at all says so', async () => {
  const [host, server] = await hostWith(0);
  await expect(say(host, 'true')).rejects.toThrow('one opens no session: (SSH) Channel open failure');
  expect(server.connections).toBe(2);
});
