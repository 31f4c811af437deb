import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { clearPaidAlone } from '../../../src/restart/debts.ts';
import { paidBefore } from '../../../src/restart/earlier-roll.ts';
import type { Journal } from '../../../src/restart/journal.ts';
import { owedKey } from '../../../src/shell/apply-program.ts';
import { localServer, workFolder } from './local-servers.ts';

// Real processes and shells, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

function rolled(hosts: Record<string, number>): Journal {
  const startedAt = '2026-01-01T00:00:00.000Z';
  return { version: 1, run: 'abc', cluster: 'kafka', startedAt, hosts, current: null, ended: 'interrupted' };
}

it('what a restart has paid goes when the roll is gone on with; what was owed since then, and elsewhere, stays', async () => {
  const work = workFolder();
  const servers = ['s1', 's2'].map((host) => localServer(work, host).server);
  const recorded = (host: string, handler: string, second: number): string => {
    const folder = path.join(work, `${host}-state`, 'owed');
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, owedKey(handler));
    writeFileSync(file, `${handler}\n`);
    utimesSync(file, second, second);
    return folder;
  };
  for (const server of servers) await server.start(false, []);
  const look = await servers[0]?.look();
  const since = (look?.process?.startedAt ?? 0) - 1;
  const first = recorded('s1', 'restart a', since - 10);
  recorded('s1', 'restart b', since + 0.5);
  const second = recorded('s2', 'restart a', since - 10);
  const unfinished = rolled({ s1: since, s2: (look?.now ?? 0) + 60 });
  expect(paidBefore(unfinished, 's1', await servers[0]?.look())).toEqual(['restart a']);
  await clearPaidAlone(servers, servers, unfinished, undefined, () => {});
  for (const server of servers) {
    const { owed } = await server.look();
    expect([...owed.keys()]).toEqual(server.member.host === 's1' ? ['restart b'] : ['restart a']);
    await server.stop(undefined);
  }
  expect([first, second].map((folder) => readdirSync(folder).length)).toEqual([1, 1]);
  expect(existsSync(path.join(work, 's1-state', 'holder'))).toBe(false);
});
