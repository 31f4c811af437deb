import { describe, expect, it } from 'vitest';
import type { ConfigNode } from '../../../../src/config/node.ts';
import type { Task, TaskOrBlock } from '../../../../src/config/play.ts';
import { load, play } from './fixture.ts';

function tasks(text: string): Task[] {
  return flat(load(play(text)).plays[0]?.tasks ?? []);
}

function flat(list: readonly TaskOrBlock[]): Task[] {
  return list.flatMap((entry) =>
    entry.kind === 'task' ? [entry] : flat([...entry.block, ...entry.rescue, ...entry.always]),
  );
}

function plain(node: ConfigNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
}

const installKafka = `---
- name: Install Kafka Cluster
  hosts: hadoop_cluster
  become: yes
  tasks:
    # --- ZooKeeper 설치 ---
    - name: Download and unarchive ZooKeeper
      unarchive:
        src: https://archive.apache.org/dist/zookeeper/zookeeper-3.7.0/apache-zookeeper-3.7.0-bin.tar.gz
        dest: /usr/local/
        remote_src: yes
        creates: /usr/local/apache-zookeeper-3.7.0-bin

    - name: Create symlink for ZooKeeper
      file:
        src: /usr/local/apache-zookeeper-3.7.0-bin
        dest: /usr/local/zookeeper
        state: link
`;

describe('loadPlaybook', () => {
  it('loads a playbook written for Ansible', () => {
    const playbook = load({ 'install_kafka.yml': installKafka });
    const [first] = playbook.plays;
    expect(playbook.warnings).toEqual([]);
    expect(first?.name).toBe('Install Kafka Cluster');
    expect(plain(first?.hosts)).toBe('hadoop_cluster');
    expect(plain(first?.become.become)).toBe(true);
    expect(first?.gatherFacts).toBeUndefined();
    expect(flat(first?.tasks ?? []).map(({ module, args, at }) => [module, plain(args), at.line])).toEqual([
      [
        'unarchive',
        {
          src: 'https://archive.apache.org/dist/zookeeper/zookeeper-3.7.0/apache-zookeeper-3.7.0-bin.tar.gz',
          dest: '/usr/local/',
          remote_src: true,
          creates: '/usr/local/apache-zookeeper-3.7.0-bin',
        },
        7,
      ],
      ['file', { src: '/usr/local/apache-zookeeper-3.7.0-bin', dest: '/usr/local/zookeeper', state: 'link' }, 14],
    ]);
  });

  it.each([
    ['command: ls -l creates=/x', 'command', { _raw_params: 'ls -l', creates: '/x' }],
    ['ansible.builtin.command: dd if=/dev/zero of=/x', 'command', { _raw_params: 'dd if=/dev/zero of=/x' }],
    ['ansible.legacy.copy: src=a dest="b c" mode=0644', 'copy', { src: 'a', dest: 'b c', mode: '0644' }],
    ['action: copy src=a dest=b', 'copy', { src: 'a', dest: 'b' }],
    ['action: {module: copy, src: a}', 'copy', { src: 'a' }],
    ['action: meta flush_handlers', 'meta', { _raw_params: 'flush_handlers' }],
    ['{copy: {src: a}, args: {src: b, dest: c}}', 'copy', { dest: 'c', src: 'a' }],
    ['{command: ls, args: {chdir: /tmp}}', 'command', { chdir: '/tmp', _raw_params: 'ls' }],
    ['set_fact: any_name=1 other="{{ x }}"', 'set_fact', { any_name: '1', other: '{{ x }}' }],
    ['debug:', 'debug', {}],
  ])('reads the action %s', (text, module, args) => {
    const [task] = tasks(`    - ${text}\n`);
    expect([task?.module, plain(task?.args)]).toEqual([module, args]);
  });

  it('delegates a local_action to the control machine', () => {
    const [task] = tasks('    - local_action: command ls\n');
    expect([task?.module, plain(task?.args), plain(task?.delegateTo)]).toEqual([
      'command',
      { _raw_params: 'ls' },
      'localhost',
    ]);
  });

  it('reads every keyword of a task', () => {
    const [task] = tasks(`    - name: all of it
      debug: {msg: "{{ item }}"}
      when: [a is defined, true]
      loop: "{{ ids }}"
      loop_control: {loop_var: id, index_var: n, label: "{{ id.name }}", pause: 2}
      register: out
      changed_when: false
      failed_when: out.rc != 0
      until: out.rc == 0
      retries: 3
      delay: 1.5
      notify: restart
      tags: [one, "two, three"]
      become: "{{ root }}"
      become_user: kafka
      vars: {x: 1}
      environment: {A: b}
      ignore_errors: yes
      run_once: true
      delegate_to: s1
      throttle: 1
  handlers:
    - {name: restart, service: {name: kafka, state: restarted}, listen: [kafka changed]}
`);
    expect(task?.when.map(plain)).toEqual(['a is defined', true]);
    expect([task?.loop?.style, plain(task?.loop?.items), task?.loop?.loopVar, task?.loop?.indexVar]).toEqual([
      'loop',
      '{{ ids }}',
      'id',
      'n',
    ]);
    expect([plain(task?.loop?.label), plain(task?.loop?.pause)]).toEqual(['{{ id.name }}', 2]);
    expect([task?.register, task?.changedWhen?.map(plain), task?.failedWhen?.map(plain)]).toEqual([
      'out',
      [false],
      ['out.rc != 0'],
    ]);
    expect([task?.until?.map(plain), plain(task?.retries)]).toEqual([['out.rc == 0'], 3]);
    expect([task?.notify.map(plain), task?.tags.map(plain)]).toEqual([['restart'], ['one', 'two', 'three']]);
    expect([plain(task?.become.become), plain(task?.become.becomeUser)]).toEqual(['{{ root }}', 'kafka']);
    expect([task?.vars.source, [...(task?.vars.variables.keys() ?? [])]]).toEqual(['task vars', ['x']]);
    expect([plain(task?.environment[0]), plain(task?.ignoreErrors), plain(task?.runOnce)]).toEqual([
      { A: 'b' },
      true,
      true,
    ]);
    expect([plain(task?.delegateTo), plain(task?.throttle)]).toEqual(['s1', 1]);
  });

  it.each(['items', 'list', 'flattened', 'dict', 'together', 'nested', 'cartesian', 'indexed_items'])(
    'loads with_%s',
    (style) => {
      const [task] = tasks(`    - {debug: {msg: x}, with_${style}: ["{{ a }}", b]}\n`);
      expect([task?.loop?.style, plain(task?.loop?.items), task?.loop?.loopVar]).toEqual([
        style,
        ['{{ a }}', 'b'],
        'item',
      ]);
    },
  );

  it('reads blocks with what they hand down', () => {
    const [first] = load(
      play(`    - block: [{debug: {msg: a}}]
      rescue: [{debug: {msg: b}}]
      always: [{debug: {msg: c}}]
      when: x
      become: yes
`),
    ).plays;
    const [block] = first?.tasks ?? [];
    if (block?.kind !== 'block') throw new Error('no block');
    expect([block.block, block.rescue, block.always].map((part) => flat(part).map(({ args }) => plain(args)))).toEqual([
      [{ msg: 'a' }],
      [{ msg: 'b' }],
      [{ msg: 'c' }],
    ]);
    expect([block.when.map(plain), plain(block.become.become)]).toEqual([['x'], true]);
  });

  it('reads the keywords of a play', () => {
    const [first] = load({
      'site.yml': `- hosts: [web, "!db"]
  gather_facts: no
  serial: [1, "30%", "{{ n }}"]
  vars: {a: 1}
  vars_files: [a.yml, [b.yml, c.yml]]
  max_fail_percentage: 20
  strategy: linear
  user: admin
  pre_tasks: [{debug: {msg: a}}]
  post_tasks: [{debug: {msg: b}}]
`,
    }).plays;
    expect([first?.name, plain(first?.gatherFacts), first?.serial.map(plain)]).toEqual([
      'web,!db',
      false,
      [1, '30%', '{{ n }}'],
    ]);
    expect([first?.varsFiles.map(plain), plain(first?.remoteUser)]).toEqual([['a.yml', ['b.yml', 'c.yml']], 'admin']);
    expect([first?.preTasks.length, first?.tasks.length, first?.postTasks.length]).toEqual([1, 0, 1]);
  });

  it('reads imported tasks as a block that hands down the keywords of the import', () => {
    const playbook = load({
      'books/site.yml': '- hosts: all\n  tasks:\n    - import_tasks: parts/a.yml\n      when: x\n      tags: t\n',
      'books/parts/a.yml': '- debug: {msg: a}\n- import_tasks: file=b.yml\n',
      'books/parts/b.yml': '- debug: {msg: b}\n',
    });
    const [block] = playbook.plays[0]?.tasks ?? [];
    expect([block?.kind, block?.when.map(plain), block?.tags.map(plain)]).toEqual(['block', ['x'], ['t']]);
    expect(flat(playbook.plays[0]?.tasks ?? []).map(({ at }) => `${at.file}:${at.line}`)).toEqual([
      'books/parts/a.yml:1',
      'books/parts/b.yml:1',
    ]);
  });

  it('reads imported playbooks and adds the tags of the import', () => {
    const { plays } = load({
      'site.yml': '- import_playbook: books/a.yml\n  tags: [x]\n- hosts: b\n  tasks: []\n',
      'books/a.yml': '- hosts: a\n  tags: y\n',
    });
    expect(plays.map(({ name, tags, at }) => [name, tags.map(plain), at.file])).toEqual([
      ['a', ['x', 'y'], 'books/a.yml'],
      ['b', [], 'site.yml'],
    ]);
  });

  it('warns of two handlers of one name', () => {
    const playbook = load({
      'site.yml': '- hosts: all\n  handlers:\n    - {name: r, debug: {msg: a}}\n    - {name: r, debug: {msg: b}}\n',
    });
    expect(playbook.warnings).toEqual([
      {
        message: "two handlers are named 'r': the one in line 3 runs, this one never does",
        at: { file: 'site.yml', line: 4, column: 7 },
      },
    ]);
  });
});
