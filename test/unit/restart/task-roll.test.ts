import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { BrokkrError } from '../../../src/errors.ts';
import { RollJournal } from '../../../src/restart/journal.ts';
import { HandlerCluster } from './handler-cluster.ts';

// Real processes and shells, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const turn = (host: string) => ['gate', 'stopping', 'starting', 'returning', 'back'].map((each) => `${each} ${host}`);
const looks = (host: string) => [`before ${host}`, `until gone ${host} while ${host} is down`, `after ${host}`];

describe('a handler that restarts running brokers', () => {
  it('takes them one after the other through the gate, and leaves neither debt, journal nor lock', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    const { good } = await cluster.change('broker.id=1');
    expect({ good, servers: cluster.servers(), log: cluster.log }).toEqual({
      good: true,
      servers: ['h1', 'h2', 'h3'].flatMap(turn),
      log: [...['h1', 'h2', 'h3'].flatMap(looks), 'whole'],
    });
    for (const [index, pid] of cluster.pids().entries()) {
      expect(pid).toBeGreaterThan(0);
      expect(pid).not.toBe(before[index]);
    }
    expect(cluster.owed()).toEqual([]);
    expect(existsSync(cluster.journal)).toBe(false);
    expect(['h1', 'h2', 'h3'].filter((host) => existsSync(path.join(cluster.work, '.state', host, 'holder')))).toEqual(
      [],
    );
  });

  it('leaves no journal of a restart that was not begun, since its canary could not be started', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.wantsCanary = true;
    cluster.listsIds = true;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids()).toEqual(before);
    expect(existsSync(cluster.journal)).toBe(false);
    expect(cluster.owed()).toEqual(['h1', 'h2', 'h3']);
  });

  it('refuses variables that cannot be used before anybody is stopped', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.stopTimeout = '5min';
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids()).toEqual(before);
    expect(cluster.events).toContainEqual(
      expect.objectContaining({
        ...{ event: 'task', host: 'h2', status: 'failed' },
        failure: expect.objectContaining({
          message: expect.stringContaining('the variable kafka_stop_timeout of h2 is "5min"'),
        }),
      }),
    );
  });

  it('begins with whoever does not run', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    process.kill(cluster.pidOf('h2') ?? 0, 'SIGKILL');
    await vi.waitFor(() => expect(cluster.pidOf('h2')).toBeUndefined());
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.log.slice(0, 3)).toEqual(['until gone h2 while h2 is down', 'after h2', 'before h1']);
  });

  it('touches nobody while the gate is closed: the restart stays owed, and the next run pays it', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    const closed = async () => {
      throw new BrokkrError('after 5 s still: broker 2 is not registered');
    };
    cluster.faults = { before: closed };
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids()).toEqual(before);
    const failures = cluster.events.flatMap((event) =>
      event.event === 'task' && event.status === 'failed' ? [`${event.host}: ${event.failure?.message}`] : [],
    );
    expect(failures.sort()).toEqual([
      'h1: after 5 s still: broker 2 is not registered',
      'h2: not restarted: after 5 s still: broker 2 is not registered (on h1)',
      'h3: not restarted: after 5 s still: broker 2 is not registered (on h1)',
    ]);
    expect(cluster.owed()).toEqual(['h1', 'h2', 'h3']);
    const told = cluster.events.find((event) => event.event === 'server' && event.status === 'failed');
    expect(told).toMatchObject({ text: expect.stringContaining('run the same command again') });
    expect(told).not.toMatchObject({ text: expect.stringContaining('--resume') });
    expect(new RollJournal(cluster.work, 'kafka').unfinished()).toMatchObject({ ended: 'failed' });
    cluster.faults = {};
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.owed()).toEqual([]);
    expect(cluster.pids().some((pid) => before.includes(pid))).toBe(false);
    expect(new RollJournal(cluster.work, 'kafka').unfinished()).toBeUndefined();
  });

  it('brings the current one back after Ctrl-C, and begins no other', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.stopRequested = (events) => events.some((event) => event.event === 'server' && event.status === 'stopping');
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids().map((pid, index) => pid !== undefined && pid === before[index])).toEqual([false, true, true]);
    expect(cluster.pidOf('h1')).toBeGreaterThan(0);
    expect(cluster.owed()).toEqual(['h2', 'h3']);
    expect(new RollJournal(cluster.work, 'kafka').unfinished()).toMatchObject({ ended: 'interrupted' });
  });

  it('owes a restarted server nothing after Ctrl-C, also where another handler of the topic was not come to', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    cluster.stopRequested = (events) =>
      events.some((event) => event.event === 'server' && event.status === 'returning');
    expect(await cluster.changeForEither('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.servers().at(-1)).toBe('back h1');
    expect(cluster.owed()).toEqual(['h2', 'h3']);
    const paid = cluster.events.flatMap((event) =>
      event.event === 'owed' && event.what === 'paid' ? [`${event.host} ${event.handler}`] : [],
    );
    expect(paid.toSorted()).toEqual(['h1 Restart Kafka', 'h1 Restart the Kafka daemon']);
    cluster.stopRequested = () => false;
    const [first] = cluster.pids();
    expect(await cluster.changeForEither('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.owed()).toEqual([]);
    expect(cluster.pidOf('h1')).toBe(first);
  });

  it('owes a server nothing that was restarted with a cluster that served nobody', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    cluster.isUp = false;
    cluster.stopRequested = (events) =>
      events.some((event) => event.event === 'task' && event.task.task === 'Restart the Kafka daemon');
    await cluster.changeForEither('broker.id=1');
    expect(cluster.owed()).toEqual([]);
  });

  it('ends at one that does not come back, with the end of its log; the others are not touched', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.faults = {
      after: async (_, isAlive) => {
        writeFileSync(path.join(cluster.work, 'h1', 'broken'), '');
        writeFileSync(path.join(cluster.work, 'h1', 'server.log'), 'ConfigException: none');
        await vi.waitFor(() => expect(cluster.pidOf('h1')).toBeUndefined());
        const why = await isAlive?.();
        throw new BrokkrError(why ?? 'it is not in step');
      },
    };
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids().slice(1)).toEqual(before.slice(1));
    const failed = cluster.events.find((event) => event.event === 'server' && event.status === 'failed');
    expect(failed).toMatchObject({ host: 'h1', text: expect.stringContaining('ConfigException: none') });
    expect(failed).toMatchObject({ text: expect.stringContaining('h1: it does not run, and was not started again') });
    expect(failed).toMatchObject({ text: expect.stringContaining('go on with: brokkr restart kafka --resume') });
    expect(cluster.owed()).toEqual(['h2', 'h3']);
  });

  it('goes one by one with a script that nobody knows, too', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    cluster.script = 'kafka-server-stop.sh';
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.log).toEqual([
      ...['h1', 'h2', 'h3'].flatMap((host) => [`before ${host}`, `after ${host}`]),
      'whole',
    ]);
  });

  it('stops one only where it is not started again', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    cluster.verb = 'stop';
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids().map((pid) => pid !== undefined)).toEqual([false, true, true]);
    expect(cluster.events).toContainEqual(
      expect.objectContaining({
        ...{ event: 'task', host: 'h2', status: 'failed' },
        failure: expect.objectContaining({ message: expect.stringContaining('leaves kafka on h1 stopped') }),
      }),
    );
  });

  it('stops one only where nobody can tell whether the others can do without it, too', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    cluster.verb = 'stop';
    cluster.hasGate = false;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pids().map((pid) => pid !== undefined)).toEqual([false, true, true]);
  });

  it('starts a server again whose task fails before it comes to that, and goes no further', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.handler = `shell: "false && {{ kafka_config_dir }}/kafka-daemon.sh restart"`;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: false });
    expect(cluster.pidOf('h1')).toBeGreaterThan(0);
    expect(cluster.pids().map((pid, index) => pid === before[index])).toEqual([false, true, true]);
    expect(cluster.owed()).toEqual(['h1', 'h2', 'h3']);
  });

  it('starts a server that its task does not start when it does not run', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.verb = 'try-restart';
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.pids().every((pid) => pid !== undefined && !before.includes(pid))).toBe(true);
  });

  it('ends at a gate as asked, where everybody has come to already', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const before = cluster.pids();
    cluster.stopRequested = (events) => events.some((event) => event.event === 'server' && event.status === 'gate');
    const restart = `{command: {argv: ["{{ kafka_config_dir }}/kafka-daemon.sh", restart]}}`;
    expect(await cluster.play(['  tasks:', `    - ${restart}`])).toMatchObject({ good: false });
    expect(cluster.pids()).toEqual(before);
  });

  it.each([
    ['where brokers are looked for', ''],
    ['which brokers there are', '["127.0.0.1:1"]'],
  ])('goes one by one where the variables do not tell %s', async (_, bootstrap) => {
    const cluster = new HandlerCluster();
    cluster.start();
    cluster.bootstrap = bootstrap;
    cluster.hasGate = false;
    const before = cluster.pids();
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    expect(cluster.events).toContainEqual({
      event: 'warning',
      message: expect.stringMatching(
        /so one host at a time: .*kafka_broker_ids is not set.*\n {2}→ see .*your-own-roles\.md.*\n.*kafka_broker_ids: \[1, 2, 3\]/s,
      ),
    });
    const each = (host: string) => ['gate', 'stopping', 'returning', 'back'].map((status) => `${status} ${host}`);
    expect(cluster.servers()).toEqual(['h1', 'h2', 'h3'].flatMap(each));
    expect(cluster.pids().some((pid) => before.includes(pid))).toBe(false);
  });

  it('leaves the journal of a restart that was cut off to whoever goes on with it on other hosts', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    const journal = new RollJournal(cluster.work, 'kafka');
    const hosts = { h1: 0, h2: Date.now() / 1000 + 3600, h3: 0 };
    journal.begin({
      ...{ version: 1, run: 'earlier', cluster: 'kafka', startedAt: '2026-01-01T00:00:00.000Z', hosts },
      ...{ current: { hosts: ['h2'], doing: 'gate' }, ended: null },
    });
    const argv = '["{{ kafka_config_dir }}/kafka-daemon.sh", restart]';
    cluster.handler = `when: "inventory_hostname == 'h1'", command: {argv: ${argv}}`;
    expect(await cluster.change('broker.id=1')).toMatchObject({ good: true });
    const left = journal.unfinished();
    expect(left).toMatchObject({ ended: 'interrupted', hosts: { h2: hosts.h2 } });
    // The third has been restarted since.
    expect(Object.keys(left?.hosts ?? {}).sort()).toEqual(['h1', 'h2']);
    const message =
      "the restart that began at 2026-01-01T00:00:00.000Z did not finish: 'brokkr restart kafka --resume' goes on with h2";
    expect(cluster.events).toContainEqual({ event: 'warning', message });
  });

  it('keeps locks, looks and journal also where a task has added one of them', async () => {
    const cluster = new HandlerCluster();
    cluster.start();
    cluster.listsThird = false;
    const lines = [
      '  tasks: [{add_host: {name: h3, groups: kafka, broker_id: 3}}]',
      '- hosts: kafka',
      '  gather_facts: false',
      '  tasks: [{command: {argv: ["{{ kafka_config_dir }}/kafka-daemon.sh", restart]}}]',
    ];
    expect(await cluster.play(lines)).toMatchObject({ good: true });
    expect(cluster.servers()).toEqual(['h1', 'h2', 'h3'].flatMap(turn));
  });
});
