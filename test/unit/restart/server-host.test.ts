import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { UnreachableError } from '../../../src/errors.ts';
import type { RestartGate } from '../../../src/modules/gate.ts';
import { RollJournal } from '../../../src/restart/journal.ts';
import { rollCluster } from '../../../src/restart/roll-cluster.ts';
import type { ProgramRunner } from '../../../src/transport/host.ts';
import { type LocalServer, localServer, workFolder } from './local-servers.ts';

describe('a server without systemd', () => {
  it('is found by its command line, stopped and started', async () => {
    const { server, isUp } = localServer(workFolder(), 's1');
    expect((await server.look()).process).toBeUndefined();
    await server.start(false, []);
    const { process: first } = await server.look();
    expect(first?.pid).toBeGreaterThan(0);
    await server.stop(undefined);
    expect(isUp()).toBe(false);
    await server.start(false, []);
    expect((await server.look()).process?.pid).not.toBe(first?.pid);
    await server.stop(undefined);
  });

  it('that does not end is left running, and killed only when that is asked for', async () => {
    const { server, isUp } = localServer(workFolder(), 's1', { ignoresTerm: true });
    await server.start(false, []);
    await expect(server.stop(undefined)).rejects.toThrow(/process \d+ has not ended after 1 seconds/);
    expect(isUp()).toBe(true);
    await server.stop(1);
    expect(isUp()).toBe(false);
  });
});

describe('a stop that is refused', () => {
  it('ends at once with what systemd says, and nothing is killed', async () => {
    const work = workFolder();
    const refusal = 'Failed to stop kafka.service: Access denied';
    const systemctl = `#!/bin/sh\ncase $1 in show) echo MainPID=$(cat ${work}/s1.pid); echo ActiveState=active ;; *) echo "${refusal}" >&2; exit 4 ;; esac\n`;
    writeFileSync(path.join(work, 'systemctl'), systemctl, { mode: 0o755 });
    const { server, isUp } = localServer(work, 's1');
    await server.start(false, []);
    vi.stubEnv('PATH', `${work}:${process.env.PATH}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { server: unit } = localServer(work, 's1', { member: { unit: 'kafka.service', script: undefined } });
    for (const forceAfter of [undefined, 1]) await expect(unit.stop(forceAfter)).rejects.toThrow(refusal);
    // Longer than whoever would kill it waits.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(isUp()).toBe(true);
  });

  it('ends at once where there is no such script', async () => {
    const work = workFolder();
    const { server, isUp } = localServer(work, 's1', {
      member: {
        script: {
          start: `setsid tail -f ${work}/s1-server.sh >/dev/null 2>&1 & echo $! > ${work}/s1.pid`,
          stop: '/nonexistent/kafka-daemon.sh stop',
        },
      },
    });
    await server.start(false, []);
    await expect(server.stop(undefined)).rejects.toThrow('/nonexistent/kafka-daemon.sh');
    expect(isUp()).toBe(true);
  });
});

describe('a roll whose n-th remote command fails', () => {
  /** The n-th program of all hosts gets no answer: it is not run, or was run already. */
  function failing(count: { programs: number; failAt: number; after: boolean }) {
    return (runner: ProgramRunner): ProgramRunner => ({
      ...runner,
      run: async (become, program, listener, way) => {
        count.programs += 1;
        const fails = count.programs === count.failAt;
        if (!fails || count.after) await runner.run(become, program, listener, way);
        if (fails) throw new UnreachableError(runner.target.name, `${runner.target.name}: the connection was lost`);
      },
    });
  }

  /** Always open, and tells when both are down. */
  function gateOf(servers: readonly LocalServer[], bothDown: () => void): RestartGate {
    const note = () => {
      if (servers.every(({ isUp }) => !isUp())) bothDown();
    };
    return {
      cluster: 'Kafka',
      isUp: async () => true,
      order: async (hosts) => hosts,
      next: async (hosts) => hosts.slice(0, 1),
      verdict: async () => ({ reasons: [], notes: [], isHopeless: false }),
      before: async () => {
        expect(servers.map(({ isUp }) => isUp())).toEqual([true, true]);
        return [];
      },
      after: async () => note(),
      waitUntilWhole: async () => {},
      untilGone: async () => note(),
      settle: async () => [],
    };
  }

  it.each([false, true])(
    'never has both down, and says whom it leaves how (after it was run: %s)',
    async (after) => {
      const work = workFolder();
      const count = { programs: 0, failAt: 0, after };
      const servers = ['s1', 's2'].map((host) => localServer(work, host, { through: failing(count) }));
      for (const { server } of servers) await server.start(false, []);
      let programs = 1;
      for (let failAt = 1; failAt <= programs; failAt += 1) {
        count.failAt = 0;
        const looks = new Map<string, Awaited<ReturnType<LocalServer['server']['look']>>>();
        for (const { server } of servers) looks.set(server.member.host, await server.look());
        Object.assign(count, { programs: 0, failAt });
        let bothDown = false;
        const gate = gateOf(servers, () => {
          bothDown = true;
        });
        const { ending } = await rollCluster(
          servers.map(({ server }) => server),
          {
            ...{ gate, looks, cutOffAt: [], forceAfter: undefined, emit: () => {}, isStopRequested: () => false },
            journal: new RollJournal(work, 'kafka'),
          },
        );
        count.failAt = 0;
        expect(bothDown).toBe(false);
        // As long as the n-th was reached there may be a next one.
        if (count.programs >= failAt) programs = failAt + 1;
        for (const { server, isUp } of servers) {
          const left = ending.left?.[server.member.host];
          if (ending.result === 'finished') expect(isUp()).toBe(true);
          // Whoever is down is named, and whoever is said to be down is.
          if (!isUp()) expect(['down', 'unknown']).toContain(left);
          if (left === 'down') expect(isUp()).toBe(false);
          if (!isUp()) await server.start(false, []);
        }
      }
      // A roll of two servers takes more programs than these, and each of them has failed once.
      expect(programs).toBeGreaterThan(10);
    },
    120_000,
  );
});
