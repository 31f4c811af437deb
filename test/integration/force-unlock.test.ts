import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LockedError, runSteps } from '../../src/apply/run-program.ts';
import { labDown } from '../../src/lab/control.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { labUp } from '../../src/lab/up.ts';
import { Host } from '../../src/transport/host.ts';

const place = mkdtempSync(join(tmpdir(), 'brokkr-unlock-'));
const folder = join(place, 'lab');
let lab: Lab;
beforeAll(async () => {
  lab = await labUp({ folder, inventoryPath: join(place, 'lab.yml'), hosts: 1, busybox: true, driver: 'nspawn' });
});
afterAll(async () => {
  await labDown({ folder });
  rmSync(place, { recursive: true, force: true });
});

function hostOf(name: string): Host {
  const at = lab.hosts.find((each) => each.name === name);
  return new Host({
    name,
    connection: 'ssh',
    address: at?.address ?? '',
    port: at?.port ?? 22,
    user: 'root',
    privateKeyFile: lab.identityFile,
    password: undefined,
    knownHostsFiles: [lab.knownHostsFile],
    hostKeyChecking: 'yes',
    timeout: 5,
  });
}
async function step(host: Host, run: string, script: string, forceUnlock?: string): Promise<string> {
  const action = {
    do: 'run',
    command: { kind: 'shell', script, executable: '/bin/sh' },
    environment: new Map<string, string>(),
  } as const;
  const account = { user: 'root', become: undefined };
  const steps = [{ label: 'x', action, continueOnFailure: false, owes: [], pays: [] }];
  const options = { run, owner: 'me@here', forceUnlock, expectations: [], firstStep: 0 };
  const { outcomes } = await runSteps(host, account, steps, options, {
    emit: () => {},
    begun: () => {},
    ended: () => {},
  });
  return outcomes[0]?.stdout ?? '';
}
const failureOf = (running: Promise<unknown>): Promise<unknown> => running.catch((error: unknown) => error);

test.each(['s1', 'busybox'])(
  '%s: a run that looks alive loses its lock and what it does there, when its name is given',
  async (name) => {
    const [first, second] = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'];
    const lost = hostOf(name);
    // A connection that was lost without the host's noticing is, on the host, one that is silent.
    const running = failureOf(step(lost, first, 'sleep 4711'));
    const on = async (command: string): Promise<string> =>
      (await labExec(lab, name, command, { user: 'root' })).stdout.trim();
    await expect.poll(() => on('ps -ef | grep -c "[s]leep 4711"'), { timeout: 10_000 }).not.toBe('0');
    const next = hostOf(name);
    try {
      const refused = await failureOf(step(next, second, 'echo mine'));
      expect(refused).toBeInstanceOf(LockedError);
      expect(refused).toMatchObject({ hint: expect.stringContaining(`--force-unlock ${first}`) });
      // Another run's name opens nothing.
      expect(await failureOf(step(next, second, 'echo mine', 'cccccccccccc'))).toBeInstanceOf(LockedError);
      expect(await step(next, second, 'echo mine', first)).toBe('mine\n');
      expect(String(await running)).toMatch(/the connection to .* was lost|ended/);
      expect(await on('ps -ef | grep -c "[s]leep 4711"')).toBe('0');
      expect(await on('for l in /var/lib/brokkr/holder*; do readlink "$l"; done')).toContain(second);
    } finally {
      await next.close();
      await lost.close();
    }
  },
);
