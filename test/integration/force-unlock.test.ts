import { expect, test } from 'vitest';
import { LockedError, runSteps } from '../../src/apply/run-program.ts';
import type { Host } from '../../src/transport/host.ts';
import { failureOf, OPTIONS, run, SmallLab, stepOf } from './small-lab.ts';

const small = new SmallLab();

async function step(host: Host, id: string, script: string, forceUnlock?: string): Promise<string> {
  const account = { user: 'root', become: undefined };
  const listener = { emit: () => {}, begun: () => {}, ended: () => {} };
  const options = { ...OPTIONS, run: id, forceUnlock };
  const { outcomes } = await runSteps(host, account, [stepOf(run(script))], options, listener);
  return outcomes[0]?.stdout ?? '';
}

test.each(['s1', 'busybox'])(
  '%s: a run that looks alive loses its lock and what it does there, when its name is given',
  async (name) => {
    const [first, second] = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'];
    const lost = small.hostOf(name);
    // A connection that was lost without the host's noticing is, on the host, one that is silent.
    const running = failureOf(step(lost, first, 'sleep 4711'));
    const on = (command: string) => small.onHost(name, command);
    await expect.poll(() => on('ps -ef | grep -c "[s]leep 4711"'), { timeout: 10_000 }).not.toBe('0');
    const next = small.hostOf(name);
    const refused = await failureOf(step(next, second, 'echo mine'));
    expect(refused).toBeInstanceOf(LockedError);
    expect(refused).toMatchObject({ hint: expect.stringContaining(`--force-unlock ${first}`) });
    // Another run's name opens nothing.
    expect(await failureOf(step(next, second, 'echo mine', 'cccccccccccc'))).toBeInstanceOf(LockedError);
    expect(await step(next, second, 'echo mine', first)).toBe('mine\n');
    expect(String(await running)).toMatch(/the connection to .* was lost|ended/);
    expect(await on('ps -ef | grep -c "[s]leep 4711"')).toBe('0');
    expect(await on('for l in /var/lib/brokkr/holder*; do readlink "$l"; done')).toContain(second);
  },
);
