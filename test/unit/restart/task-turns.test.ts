import { describe, expect, it, vi } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { HandlerCluster } from './handler-cluster.ts';

// Real processes and shells, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const turn = (host: string) => ['gate', 'stopping', 'starting', 'returning', 'back'].map((each) => `${each} ${host}`);

const delegated = `run_once: true, delegate_to: "{{ item }}", loop: "{{ groups.kafka }}", command: {argv: ["{{ hostvars[item].kafka_config_dir }}/kafka-daemon.sh", restart]}`;

describe('whose turn a task takes', () => {
  it.each([
    ['a handler', 'handler'],
    ['a task', 'task'],
  ])(
    'refuses in the plan %s that is delegated to the other servers: nobody would keep their turns',
    async (_, kind) => {
      const cluster = new HandlerCluster();
      cluster.start();
      const before = cluster.pids();
      cluster.handler = delegated;
      const run =
        kind === 'handler'
          ? cluster.change('broker.id=1')
          : cluster.play(['  tasks:', `    - {name: Now, ${delegated}}`]);
      const refused = await run.catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(InputError);
      expect(refused).toMatchObject({
        problems: [
          { message: expect.stringContaining('nobody keeps the turn of h2'), at: { line: kind === 'handler' ? 6 : 4 } },
        ],
      });
      expect(cluster.pids()).toEqual(before);
    },
  );

  it('goes one by one with a loop over stop and start, which is a restart', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.handler = `loop: [stop, start], command: {argv: ["{{ kafka_config_dir }}/kafka-daemon.sh", "{{ item }}"]}`;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.servers()).toEqual(['h1', 'h2', 'h3'].flatMap(turn));
    expect(cluster.pids().some((pid) => pid === undefined || before.includes(pid))).toBe(false);
  });

  it('refuses it when the cluster has come up after the plan', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.listsIds = true;
    cluster.handler = delegated;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids()).toEqual(before);
    expect(cluster.events).toContainEqual(
      expect.objectContaining({
        ...{ event: 'task', host: 'h1', status: 'failed' },
        failure: expect.objectContaining({ message: expect.stringContaining('nobody keeps the turn of h2') }),
      }),
    );
  });

  it('goes no further after a failure that is ignored, where no gate can tell whether the server is back', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.hasGate = false;
    cluster.handler = `shell: "{{ kafka_config_dir }}/kafka-daemon.sh restart; false", ignore_errors: true`;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids().map((pid, index) => pid === before[index])).toEqual([false, true, true]);
    expect(cluster.owed()).toEqual(['h1', 'h2', 'h3']);
  });

  it('goes one by one where what is delegated to this machine reaches for the servers', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.handler = `delegate_to: localhost, command: {argv: ["{{ kafka_config_dir }}/kafka-daemon.sh", restart]}`;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.servers()).toEqual(['h1', 'h2', 'h3'].flatMap(turn));
    expect(cluster.pids().some((pid) => before.includes(pid))).toBe(false);
  });
});
