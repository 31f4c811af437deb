import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Task, TaskOrBlock } from '../../../src/config/play.ts';
import { loadPlaybook } from '../../../src/config/playbook/load-playbook.ts';
import type { VariableScope } from '../../../src/config/variables/scope.ts';
import { isDict, type Value } from '../../../src/jinja/value.ts';
import { iterate } from '../../../src/jinja/values/sequence.ts';
import { toText } from '../../../src/jinja/values/text.ts';
import { toValue } from '../templates/values.ts';
import { catalogue, checkArguments } from './catalogue.ts';
import { type Cluster, cluster, loopback, root } from './cluster.ts';

const playbooks = readdirSync(join(root, 'playbooks')).sort();
const load = (name: string) => loadPlaybook(join(root, 'playbooks', name), catalogue);

function tasksOf(list: readonly TaskOrBlock[]): Task[] {
  return list.flatMap((entry) =>
    entry.kind === 'task' ? [entry] : tasksOf([...entry.block, ...entry.rescue, ...entry.always]),
  );
}

/** Every task and handler of a playbook, in order. */
const allTasks = (name: string) => load(name).plays.flatMap((play) => tasksOf([...play.tasks, ...play.handlers]));

/** What a fresh host would leave registered. */
function register(world: Cluster): void {
  for (const host of world.hosts) {
    world.state.register(host, 'java', toValue({ stat: { exists: true, executable: true } }));
    world.state.register(host, 'zookeeper_listens', toValue({ msg: 'Timeout' }));
    world.state.register(host, 'kafka_listens', toValue({ msg: 'Timeout' }));
    world.state.register(host, 'topics', toValue({ changed: true, results: [] }));
  }
}

interface Call {
  readonly task: Task;
  readonly args: ReadonlyMap<string, Value>;
}

/** The arguments of every task whose condition holds on a host, once for every item of its loop. */
function callsOf(name: string, scope: VariableScope): Call[] {
  return allTasks(name).flatMap((task) => {
    const items = task.loop === undefined ? [undefined] : iterate(scope.template(task.loop.items));
    return items.flatMap((item) => {
      const here = scope.within([task.vars], item === undefined ? undefined : new Map([['item', item]]));
      if (!here.condition(task.when)) return [];
      for (const words of [task.name, task.loop?.label]) if (words !== undefined) here.text(words);
      const args = here.template(task.args);
      if (!isDict(args)) throw new Error(`the arguments of ${task.module} are no mapping`);
      checkArguments(task, args);
      return [{ task, args: new Map([...args].map(([key, value]) => [toText(key), value])) }];
    });
  });
}

const worlds = [
  { place: 'the shipped inventory', world: await cluster() },
  { place: 'a lab without root', world: await cluster({ hosts: loopback }) },
];
for (const { world } of worlds) register(world);

const text = (call: Call, name: string) => toText(call.args.get(name) ?? '');

describe.each(playbooks)('%s', (playbook) => {
  it('is loaded without a problem or a warning', () => {
    const { plays, warnings } = load(playbook);
    expect(plays.length).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
  });

  it.each(worlds)(
    'knows every variable, and gives every module what it takes, on every host of $place',
    ({ world }) => {
      for (const host of world.hosts) expect(callsOf(playbook, world.scope(host)).length).toBeGreaterThan(0);
    },
  );

  it('asks for no facts', () => {
    for (const play of load(playbook).plays) expect(play.gatherFacts).toMatchObject({ kind: 'scalar', value: false });
  });

  it('gives every task a name', () => {
    for (const task of allTasks(playbook)) expect(task.name, task.module).toBeDefined();
  });
});

describe('site.yml', () => {
  const world = worlds[0]?.world;
  if (world === undefined) throw new Error('there is no inventory');
  const calls = callsOf('site.yml', world.scope('s1'));

  it('uses every template, and each is there', () => {
    const lab = worlds.flatMap((each) => callsOf('site.yml', each.world.scope('s1')));
    const used = lab.filter(({ task }) => task.module === 'template').map((call) => text(call, 'src'));
    expect([...new Set(used)].sort()).toEqual(readdirSync(join(root, 'templates')).sort());
  });

  it('starts ZooKeeper, waits for its quorum, and only then starts brokers', () => {
    const order = calls
      .filter(({ task }) => ['systemd', 'zookeeper_ensemble', 'kafka_cluster', 'kafka_topic'].includes(task.module))
      .filter(({ args }) => args.get('state') !== 'restarted')
      .map((call) => (call.task.module === 'systemd' ? `start ${text(call, 'name')}` : call.task.module));
    expect(order).toEqual(['start zookeeper', 'zookeeper_ensemble', 'start kafka', 'kafka_cluster', 'kafka_topic']);
  });

  it('compares ids with the disk before it writes anything', () => {
    for (const name of ['zookeeper.yml', 'kafka.yml']) {
      const modules = callsOf(name, world.scope('s1')).map(({ task }) => task.module);
      expect(modules.slice(0, 2)).toEqual(['assert', name.replace('.yml', '_identity')]);
    }
  });

  it('pays owed restarts before it starts anything, so that nothing is started twice', () => {
    for (const name of ['zookeeper.yml', 'kafka.yml']) {
      const modules = allTasks(name).map(({ module }) => module);
      expect(modules.indexOf('meta')).toBeGreaterThan(modules.lastIndexOf('template'));
      expect(modules.indexOf('meta')).toBeLessThan(modules.indexOf('systemd'));
    }
  });

  it('restarts a server whenever a file that it reads at its start has changed', () => {
    const silent = calls
      .filter(({ task }) => ['template', 'unarchive'].includes(task.module) && task.notify.length === 0)
      .map((call) => text(call, 'src'));
    expect(silent).toEqual(['myid.hbs']);
  });

  it('runs no program on a host with systemd', () => {
    expect(calls.filter(({ task }) => ['command', 'shell', 'wait_for'].includes(task.module))).toEqual([]);
  });

  it('gives configuration to root, and lets the world read the units only', () => {
    for (const call of calls.filter(({ task }) => task.module === 'template')) {
      expect(call.args.get('owner')).toBe('root');
      const isUnit = text(call, 'dest').startsWith('/etc/systemd/system/');
      expect(call.args.get('mode')).toBe(isUnit ? '0644' : '0640');
      expect(call.args.get('group')).toBe(
        isUnit ? 'root' : text(call, 'dest').includes('kafka') ? 'kafka' : 'zookeeper',
      );
    }
    for (const call of calls.filter((each) => text(each, 'path').startsWith('/etc/'))) {
      expect([call.args.get('owner'), call.args.get('mode')]).toEqual(['root', '0750']);
    }
  });

  it('never changes the owner of what is below a folder', () => {
    for (const task of allTasks('site.yml')) {
      expect(task.args.entries.map(({ key }) => key)).not.toContain('recurse');
    }
  });

  it('touches nothing outside the folders of a lab without root', () => {
    const lab = worlds[1]?.world;
    if (lab === undefined) throw new Error('there is no lab');
    for (const call of callsOf('site.yml', lab.scope('s2'))) {
      for (const name of ['path', 'dest'])
        expect(text(call, name)).toMatch(/^(\/lab\/hosts\/s2\/|$|\/usr\/bin\/java$)/);
      expect(call.args.has('owner')).toBe(false);
      expect(['systemd', 'user', 'group']).not.toContain(call.task.module);
    }
  });
});
