import { describe, expect, it, vi } from 'vitest';
import { loadInventory } from '../../../src/config/inventory/load.ts';
import { returnTopic } from '../../../src/modules/return-of-host.ts';
import { rebootOf } from '../../../src/restart/reboots.ts';
import type { Action } from '../../../src/shell/action.ts';
import { HandlerCluster } from './handler-cluster.ts';

// Real processes and shells, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const shell = (script: string): Action => ({
  do: 'run',
  command: { kind: 'shell', script, executable: '/bin/sh' },
  environment: new Map(),
});
const wait = (parameters: { bootId?: string }): Action => ({ do: 'control', topic: returnTopic, parameters });

describe('a host that is started anew', () => {
  it.each([
    [wait({ bootId: 'x' }), 'restarts'],
    [wait({}), 'neither'],
    [shell('reboot'), 'restarts'],
    [shell('sudo -n /sbin/reboot now'), 'restarts'],
    [shell('sync; systemctl reboot'), 'restarts'],
    [shell('shutdown -r now'), 'restarts'],
    [shell('shutdown -h now'), 'stops'],
    [shell('poweroff'), 'stops'],
    [shell('shutdown -c'), 'neither'],
    [shell('test -e /run/reboot-required'), 'neither'],
    [shell('needs-restarting -r || echo reboot'), 'neither'],
  ])('%j', async (action, expected) => {
    const inventory = await loadInventory(['a,']);
    expect(rebootOf(action, 'a', inventory)).toBeUndefined();
    const grouped = await loadInventory([new HandlerCluster().inventory()]);
    const found = rebootOf(action, 'h1', grouped);
    expect(found === undefined ? 'neither' : found.stays ? 'stops' : 'restarts').toBe(expected);
    if (found !== undefined) expect(found.cluster).toBe('kafka');
    expect(rebootOf(action, 'elsewhere', grouped)).toBeUndefined();
  });

  it('takes its turn, as its broker goes down with it', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.script = 'reboot';
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.servers()).toEqual(
      ['h1', 'h2', 'h3'].flatMap((host) => ['gate', 'stopping', 'returning', 'back'].map((each) => `${each} ${host}`)),
    );
    expect(cluster.pids().some((pid) => pid === undefined || before.includes(pid))).toBe(false);
  });
});
