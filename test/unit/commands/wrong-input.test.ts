import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsOf, project, runCli } from './run-cli.ts';

const slow = 60_000;

describe('wrong input on the command line', () => {
  it.each([
    ['a number that is none', ['plan', '--forks', 'x'], '--forks: a whole number from 1 to 1000 is wanted'],
    ['no fork at all', ['plan', '-f', '0'], '--forks: a whole number from 1 to 1000 is wanted'],
    ['a playbook that is not there', ['plan', 'nosuch.yml'], 'there is no playbook nosuch.yml'],
    ['a plan where no file can be', ['plan', '-o', 'nosuch/plan.json'], 'the plan cannot be written'],
    [
      'a plan in the place of an inventory',
      ['plan', '-o', 'inventory/hosts.yml'],
      'hosts.yml is there already, and is no plan',
    ],
    ['an inventory that is to be applied', ['apply', 'inventory/hosts.yml'], 'inventory/hosts.yml is no plan'],
    ['a trace where no file can be', ['plan', '--profile', 'nosuch/t.json'], 'the trace cannot be written'],
    ['a report where no file can be', ['verify', '--html', 'nosuch/v.html'], 'the HTML report cannot be written'],
    ['a time that is none', ['status', '--watch=x'], '--watch: a number of seconds is wanted, at least 1'],
    ['an unknown option', ['plan', '--nosuch'], "unknown option '--nosuch'"],
    ['a flag after the host of lab ssh', ['lab', 'ssh', 's1', '--folder', 'x'], '--folder stands after the host s1'],
    ['an inventory behind the command of exec', ['exec', 's1', 'uptime', '-i', '.'], '-i . stands behind the command'],
    ['a flag after the pattern of exec', ['exec', 's1', '-b', 'id'], '-b stands after the pattern s1'],
    ['a restart of nothing', ['restart'], "missing required argument 'kafka|zookeeper|all'"],
    ['an unknown verb', ['forge'], "unknown command 'forge'"],
  ])(
    'tells of %s and ends with 4, in text and in JSON',
    async (_what, args, message) => {
      const folder = project();
      const text = await runCli(folder, args);
      expect(text).toMatchObject({ status: 4, stdout: '' });
      expect(text.stderr).toContain(message);
      expect(text.stderr).not.toMatch(/bug in brokkr|\n\s+at /);

      const json = await runCli(folder, [...args, '--json']);
      const events = eventsOf(json);
      expect(json.status).toBe(4);
      expect(events.map(({ event }) => event)).toEqual(['run', 'problem', 'recap']);
      expect(events[1]).toMatchObject({ message: expect.stringContaining(message) });
      expect(events[2]).toMatchObject({ failed: true });
    },
    slow,
  );

  it(
    'proposes no command that would write a plan over an inventory',
    async () => {
      const { stderr } = await runCli(project(), ['apply', 'inventory/hosts.yml']);
      expect(stderr).toContain('→ make one, in a file of its own: brokkr plan -o FILE');
    },
    slow,
  );

  it(
    'tells every problem of a playbook as an event with its place',
    async () => {
      const folder = project();
      writeFileSync(
        path.join(folder, 'bad.yml'),
        '- hosts: all\n  tasks:\n    - fil: {}\n    - debug:\n        mgs: x\n',
      );
      const events = eventsOf(await runCli(folder, ['provision', 'bad.yml', '--json']));
      expect(events.slice(1, -1)).toMatchObject([
        { event: 'problem', file: 'bad.yml', line: 3, column: 7 },
        { event: 'problem', file: 'bad.yml', line: 5, column: 9 },
      ]);
    },
    slow,
  );

  it(
    'tells of a bundle that was damaged before any host is touched',
    async () => {
      const folder = project();
      const files = [{ name: 'archives/kafka.tgz', sha256: '0'.repeat(64), bytes: 1 }];
      mkdirSync(path.join(folder, 'bundle', 'archives'), { recursive: true });
      writeFileSync(path.join(folder, 'bundle', 'archives', 'kafka.tgz'), 'x');
      writeFileSync(path.join(folder, 'bundle', 'bundle.json'), JSON.stringify({ brokkr: '1', files }));
      const { status, stderr } = await runCli(folder, ['provision', '--yes', '--bundle', 'bundle']);
      expect({ status, stderr }).toMatchObject({
        status: 4,
        stderr: expect.stringMatching(/archives\/kafka\.tgz of the bundle has the SHA-256 [\s\S]*no host was touched/),
      });
    },
    slow,
  );

  it(
    'blames a typo in --limit on --limit, once, and says when a playbook has no tags',
    async () => {
      const folder = project();
      writeFileSync(path.join(folder, 'hosts.yml'), 'kafka: {hosts: {s1: {ansible_connection: local}}}\n');
      const play = '- {hosts: kafka, gather_facts: false, tasks: [{debug: {}}]}\n';
      writeFileSync(path.join(folder, 'two.yml'), play + play);
      const { stderr } = await runCli(folder, ['plan', '-i', 'hosts.yml', '-l', 's1,kafak', '-t', 'confg', 'two.yml']);
      expect(stderr).toBe(
        'warning: --limit s1,kafak: the pattern kafak matches no host and no group\n  → did you mean kafka?\n' +
          'warning: no task has the tag confg; the playbook has no tags\n',
      );
    },
    slow,
  );

  it(
    'tells that a host which a task adds has the id of another one',
    async () => {
      const folder = project();
      const hosts = 'all: {children: {zookeeper: {hosts: {z1: {zookeeper_id: 1, ansible_connection: local}}}}}\n';
      writeFileSync(path.join(folder, 'hosts.yml'), hosts);
      writeFileSync(
        path.join(folder, 'grows.yml'),
        `
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - add_host: {name: z4, groups: zookeeper, zookeeper_id: 1, ansible_connection: local}
- hosts: zookeeper
  gather_facts: false
  tasks:
    - zookeeper_identity: {id: "{{ zookeeper_id }}", data_dir: ${folder}}
`,
      );
      const ran = await runCli(folder, ['provision', '-i', 'hosts.yml', 'grows.yml', '--yes']);
      expect(ran.status).toBe(4);
      expect(ran.stderr).toContain('z4 has the zookeeper_id 1, which z1 has already');
    },
    slow,
  );
});
