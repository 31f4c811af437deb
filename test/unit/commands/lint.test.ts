import { chmodSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { lint, lintOptions } from '../../../src/commands/lint.ts';
import { readOptions } from '../../../src/commands/options.ts';
import { fakeIo, useFolders } from './fake-io.ts';

const folderOf = useFolders();
const openFolderOf = useFolders('/tmp');

async function linted(text: string, flags: Readonly<Record<string, unknown>>) {
  const io = fakeIo();
  const file = path.join(folderOf({ 'server.properties': text }), 'server.properties');
  const code = await lint(io, [file], readOptions(lintOptions, { format: 'json', ...flags }));
  const { problems } = JSON.parse(io.out()) as { problems: { rule: string }[] };
  return { code, rules: problems.map(({ rule }) => rule) };
}

const text = 'broker.id=1\nzookeeper.connect=h1:2181\nlog.dirs=/tmp/kafka\nnum.io.threads=many\n';

it('ends with 1 for an error, and with 0 for warnings', async () => {
  expect(await linted(text, {})).toEqual({ code: 1, rules: ['kafka/tmp-dir', 'kafka/wrong-type'] });
  expect((await linted(text.replace('many', '8'), {})).code).toBe(0);
});

it('leaves rules out, with or without a reason', async () => {
  expect(await linted(text, { disable: ['kafka/wrong-type: it is a trial', 'kafka/tmp-dir'] })).toEqual({
    code: 0,
    rules: [],
  });
  await expect(linted(text, { disable: ['kafka/tmp-dirs'] })).rejects.toThrow('did you mean kafka/tmp-dir?');
});

it('refuses YAML, which it would read as properties', async () => {
  const file = path.join(folderOf({ 'kafka.yml': 'kafka_heap: 1g\n' }), 'kafka.yml');
  await expect(lint(fakeIo(), [file], readOptions(lintOptions, {}))).rejects.toThrow(
    /kafka\.yml is YAML: .*\n {2}→ brokkr lint, without a path, judges the files of the playbook/,
  );
});

it('counts what could not be rendered as an error', async () => {
  const folder = folderOf({
    'hosts.yml': 'all: {hosts: {h1: , h2: }}\n',
    'site.yml': `- hosts: all
  tasks:
    - copy: {dest: /etc/kafka/server.properties, content: "broker.id=1\\nzookeeper.connect=h1:2181\\nlog.dirs=/data/k\\n"}
    - copy: {dest: /etc/kafka/kafka.env, content: "KAFKA_HEAP_OPTS={{ kafka_hepa }}\\n"}
`,
  });
  const io = fakeIo();
  const options = readOptions(lintOptions, {
    inventory: [path.join(folder, 'hosts.yml')],
    playbook: path.join(folder, 'site.yml'),
  });
  expect(await lint(io, [], options)).toBe(1);
  expect(io.out()).toMatch(/2 files: \d+ errors \(2 not rendered\)/);
  expect(io.err()).toMatch(/^h1, h2: .*: not rendered: .*'kafka_hepa' is undefined/m);
});

it('asks no hosts about files that nobody renders', async () => {
  await expect(linted(text, { hosts: true })).rejects.toThrow('--hosts asks the hosts of the inventory');
});

it('judges what a playbook would write, with facts from a file, and tells where a value comes from', async () => {
  const folder = folderOf({
    'hosts.yml': 'all:\n  hosts: {h1: {}}\n  vars:\n    kafka_num_io_threads: many\n',
    'facts.json': '{"h1": {"processor_vcpus": 4}}',
    'site.yml': `- hosts: all
  tasks:
    - copy: {dest: /etc/kafka/server.properties, content: "broker.id=1\\nzookeeper.connect=h1:2181\\nlog.dirs=/data/k\\nnum.io.threads={{ kafka_num_io_threads }}\\nnum.network.threads={{ ansible_facts.processor_vcpus }}\\n"}
`,
  });
  const io = fakeIo();
  const given = { format: 'json', inventory: [path.join(folder, 'hosts.yml')], facts: path.join(folder, 'facts.json') };
  const options = readOptions(lintOptions, { ...given, playbook: path.join(folder, 'site.yml') });
  expect(await lint(io, [], options)).toBe(1);
  expect(JSON.parse(io.out())).toMatchObject({
    file: 'h1/etc/kafka/server.properties',
    problems: expect.arrayContaining([
      expect.objectContaining({
        rule: 'kafka/wrong-type',
        line: 4,
        origin: expect.objectContaining({ file: path.join(folder, 'hosts.yml'), line: 4 }),
      }),
    ]),
  });
});

/** Who reads it as nobody: root may read everything. */
async function asNobody(read: () => Promise<unknown>): Promise<unknown> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    return await read();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

it.each([
  ['a file', 'server.properties', 'server.properties'],
  ['a file of a folder', '', 'server.properties'],
  ['a folder in a folder', '', 'closed'],
])('tells that %s cannot be read, as bad input', async (_, given, closed) => {
  const folder = openFolderOf({ 'server.properties': text, 'closed/zoo.cfg': '' });
  chmodSync(folder, 0o755);
  chmodSync(path.join(folder, closed), 0);
  const options = readOptions(lintOptions, { format: 'json' });
  const message = `${path.join(folder, closed)} cannot be read: permission denied`;
  await expect(asNobody(async () => lint(fakeIo(), [path.join(folder, given)], options))).rejects.toThrow(message);
  chmodSync(path.join(folder, closed), 0o700);
});

it('tells that a folder on the way may not be entered, as bad input', async () => {
  const file = path.join(openFolderOf({ 'server.properties': text }), 'server.properties');
  const told = asNobody(async () => lint(fakeIo(), [file], readOptions(lintOptions, { format: 'json' })));
  await expect(told).rejects.toThrow(`${file} cannot be read: permission denied`);
});

it('does not read what is too large for a configuration', async () => {
  const file = path.join(folderOf({ 'server.properties': '' }), 'server.properties');
  truncateSync(file, 2 ** 30);
  const told = lint(fakeIo(), [file], readOptions(lintOptions, { format: 'json' }));
  await expect(told).rejects.toThrow('is larger than 1 MiB');
});

it.each(['json', 'sarif', 'github', 'text'])('shows no secret of a file as %s', async (format) => {
  const io = fakeIo();
  const secrets = [
    'ssl.truststore.password=hunter22\\x',
    'ssl.keystore.pasword=hunter22',
    'ssl.truststore.passwort hunter22',
    'plain.sasl.jaas.config=Plain required password=hunter22\\x;',
    'listener.name.a.plain.sasl.jaas.config=PlainLoginModule required username=u password=hunter22',
    "listener.name.b.plain.sasl.jaas.config=PlainLoginModule required password='hunter22'",
  ];
  const file = path.join(folderOf({ 'server.properties': `${text}${secrets.join('\n')}\n` }), 'server.properties');
  await lint(io, [file], readOptions(lintOptions, { format }));
  expect(io.out()).toContain('kafka/jaas-login');
  expect(io.out()).toContain('properties/backslash');
  expect(io.out()).not.toContain('hunter');
});

it('says no secret of the inventory', async () => {
  const folder = folderOf({
    'hosts.yml': 'all:\n  hosts: {h1: {}}\n  vars:\n    my_password: hunter22\n',
    'site.yml': `- hosts: all
  tasks:
    - copy: {dest: /etc/kafka/server.properties, content: "broker.id=1\\nzookeeper.connect=h1:2181\\nnum.io.threads={{ my_password }}\\n"}
`,
  });
  const io = fakeIo();
  io.redactor.add('hunter22');
  const options = {
    format: 'json',
    inventory: [path.join(folder, 'hosts.yml')],
    playbook: path.join(folder, 'site.yml'),
  };
  await lint(io, [], readOptions(lintOptions, options));
  expect(io.out()).toContain('kafka/wrong-type');
  expect(io.out()).not.toContain('hunter22');
});
