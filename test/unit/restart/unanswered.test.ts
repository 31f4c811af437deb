import { describe, expect, it, vi } from 'vitest';
import { HandlerCluster } from './handler-cluster.ts';

// Real processes and shells, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const turn = (host: string) => ['gate', 'stopping', 'starting', 'returning', 'back'].map((each) => `${each} ${host}`);

/** Three brokers, of which some take connections. */
async function running(...listening: readonly string[]): Promise<HandlerCluster> {
  const cluster = new HandlerCluster();
  cluster.listening(...listening);
  cluster.start();
  await cluster.untilOpen(...listening);
  return cluster;
}

describe('a restart of a cluster of which nobody answers', () => {
  it('starts all together where the cluster is not up', async () => {
    const cluster = new HandlerCluster();
    cluster.listsIds = true;
    cluster.isUp = false;
    const { good } = await cluster.change('broker.id=1');
    expect({ good, servers: cluster.servers(), log: cluster.log }).toEqual({ good: true, servers: [], log: [] });
    expect(cluster.events.filter(({ event }) => event === 'warning')).toEqual([]);
    expect(cluster.pids().every((pid) => pid !== undefined)).toBe(true);
  });

  it('starts all together where servers run that take no connections: they hang, or end again and again', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.isUp = false;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.servers()).toEqual([]);
    expect(cluster.pids().some((pid) => pid === undefined || before.includes(pid))).toBe(false);
  });

  it('restarts the only one that takes connections, too: the others are away already', async () => {
    const cluster = await running('h1');
    const before = cluster.pids();
    cluster.isUp = false;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.pids().some((pid) => pid === undefined || before.includes(pid))).toBe(false);
  });

  it('takes down none of two that take connections while nobody can ask them, and restarts the third', async () => {
    const cluster = await running('h1', 'h3');
    const before = cluster.pids();
    cluster.isUp = false;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids().map((pid, index) => pid === before[index])).toEqual([true, false, true]);
    expect(cluster.pidOf('h2')).toBeGreaterThan(0);
    expect(cluster.owed()).toEqual(['h1', 'h3']);
    const failures = cluster.events.flatMap((event) =>
      event.event === 'task' && event.status === 'failed' ? [event.failure?.message] : [],
    );
    expect(failures).toHaveLength(2);
    for (const failure of failures) {
      expect(failure).toContain('Kafka does not answer this machine (no broker answers)');
      expect(failure).toContain('on h1, h3 it runs and takes connections');
      expect(failure).toContain('kafka_bootstrap');
    }
  });

  it('takes down none of servers that the variables do not describe while nobody can ask them', async () => {
    const cluster = await running('h1', 'h2', 'h3');
    const before = cluster.pids();
    cluster.isUp = false;
    cluster.script = 'kafka-server-stop.sh';
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids()).toEqual(before);
  });

  it('takes none down with its host either', async () => {
    const cluster = await running('h1', 'h2', 'h3');
    const before = cluster.pids();
    cluster.isUp = false;
    cluster.handler = 'command: {argv: ["{{ kafka_config_dir }}/reboot", restart]}';
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids()).toEqual(before);
  });

  it('goes one by one where servers that were just started answer after a while', async () => {
    const cluster = await running('h1', 'h2', 'h3');
    let asked = 0;
    cluster.isUp = () => ++asked > 3;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.servers()).toEqual(['h1', 'h2', 'h3'].flatMap(turn));
  });

  it('waits no longer for an answer after Ctrl-C, and touches nobody', async () => {
    const cluster = await running('h1', 'h2', 'h3');
    const before = cluster.pids();
    cluster.isUp = false;
    cluster.stopRequested = (events) => events.some((event) => event.event === 'progress');
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids()).toEqual(before);
    expect(cluster.owed()).toEqual(['h1', 'h2', 'h3']);
  });
});
