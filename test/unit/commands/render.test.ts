import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../src/commands/options.ts';
import { render, renderOptions } from '../../../src/commands/render.ts';
import { compareTrees } from '../../../src/commands/render-compare.ts';
import { treeOf } from '../../../src/commands/render-tree.ts';
import { InputError } from '../../../src/errors.ts';
import { fakeIo, useFolders } from './fake-io.ts';
import { project, runCli } from './run-cli.ts';

const folderOf = useFolders();
const FILES = {
  'hosts.yml':
    'all:\n  hosts:\n    a: {ansible_host: 192.0.2.1, ansible_password: hunter22}\n    b: {ansible_host: 192.0.2.2}\n',
  'site.yml': `
- hosts: all
  tasks:
    - copy: {content: "name={{ inventory_hostname }}\\n", dest: /etc/app/app.conf, mode: "0640", owner: root}
    - copy: {content: "memory={{ ansible_facts.memtotal_mb }}\\n", dest: /etc/app/memory.conf}
`,
  'facts.json': '{"a": {"memtotal_mb": 900}, "b": {"memtotal_mb": 50}}',
};

async function rendered(folder: string, flags: Readonly<Record<string, unknown>> = {}) {
  const io = fakeIo();
  const given = {
    inventory: [path.join(folder, 'hosts.yml')],
    out: path.join(folder, 'out'),
    facts: path.join(folder, 'facts.json'),
    ...flags,
  };
  const code = await render(io, path.join(folder, 'site.yml'), readOptions(renderOptions, given));
  return { code, out: io.out(), err: io.err() };
}

describe('render', () => {
  it('writes each file, with the facts of the given file, and what mode and owner it has', async () => {
    const folder = folderOf(FILES);
    expect((await rendered(folder)).code).toBe(0);
    const read = (name: string): string => readFileSync(path.join(folder, 'out', name), 'utf8');
    expect(read('a/etc/app/app.conf')).toBe('name=a\n');
    expect(read('b/etc/app/memory.conf')).toBe('memory=50\n');
    expect(JSON.parse(read('manifest.json'))[0]).toEqual({
      host: 'a',
      path: '/etc/app/app.conf',
      mode: '0640',
      owner: 'root',
    });
  });

  it('writes a template of another name at its place, in folders that nothing has made', async () => {
    const folder = folderOf({
      ...FILES,
      'site.yml': '- hosts: a\n  tasks:\n    - template: {src: app.hbs, dest: /opt/app/conf/app.conf}\n',
      'templates/app.hbs': 'host={{inventory_hostname}}\n',
    });
    expect((await rendered(folder)).code).toBe(0);
    expect(readFileSync(path.join(folder, 'out/a/opt/app/conf/app.conf'), 'utf8')).toBe('host=a\n');
  });

  it('checks a folder, names what is stale, and writes nothing', async () => {
    const folder = folderOf(FILES);
    await rendered(folder);
    expect(await rendered(folder, { check: true })).toMatchObject({ code: 0 });
    const changed = path.join(folder, 'out/a/etc/app/app.conf');
    writeFileSync(changed, 'name=other\n');
    writeFileSync(path.join(folder, 'out/a/old.conf'), '');
    const found = await rendered(folder, { check: true, diff: true });
    expect(found.code).toBe(2);
    expect(found.out).toContain('changed   a/etc/app/app.conf');
    expect(found.out).toContain('+name=a');
    expect(found.out).toContain('left over a/old.conf');
    expect(readFileSync(changed, 'utf8')).toBe('name=other\n');
    await expect(rendered(folder, { check: true, out: path.join(folder, 'none') })).rejects.toThrow(InputError);
  });

  it('leaves the files of other hosts alone when one is rendered', async () => {
    const folder = folderOf(FILES);
    await rendered(folder);
    const kept = readFileSync(path.join(folder, 'out/manifest.json'), 'utf8');
    expect((await rendered(folder, { host: 'b' })).out).toContain('2 files of 1 host');
    expect(existsSync(path.join(folder, 'out/a/etc/app/app.conf'))).toBe(true);
    expect(readFileSync(path.join(folder, 'out/manifest.json'), 'utf8')).toBe(kept);
  });

  it('tells the differences to a git revision', async () => {
    const folder = folderOf(FILES);
    await rendered(folder);
    const git = (...words: string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.email=a@example.org', '-c', 'user.name=a', ...words]);
    git('init', '-q');
    git('add', 'out');
    git('commit', '-qm', 'rendered');
    expect(await rendered(folder, { against: 'HEAD' })).toMatchObject({ code: 0 });
    writeFileSync(path.join(folder, 'facts.json'), FILES['facts.json'].replace('50', '60'));
    const found = await rendered(folder, { against: 'HEAD' });
    expect(found.code).toBe(2);
    expect(found.out).toContain('-memory=50');
    await expect(rendered(folder, { against: '--upload-pack=x' })).rejects.toThrow('neither a folder nor a revision');
  });

  it('fails where a file cannot be rendered, and neither removes nor calls left over what stands of it', async () => {
    const folder = folderOf(FILES);
    await rendered(folder);
    const manifest = readFileSync(path.join(folder, 'out/manifest.json'), 'utf8');
    writeFileSync(
      path.join(folder, 'site.yml'),
      FILES['site.yml'].replace('memtotal_mb }}', 'memtotal_mb }}{{ nope }}'),
    );
    for (const flags of [{ check: true }, {}]) {
      const found = await rendered(folder, flags);
      expect(found.code).toBe(1);
      expect(found.out).toContain('not all files of a, b could be rendered');
      expect(found.out).not.toContain('left over');
      expect(found.err).toMatch(/^a, b: .*: not rendered: [\s\S]*'nope' is undefined/);
    }
    expect(readFileSync(path.join(folder, 'out/b/etc/app/memory.conf'), 'utf8')).toBe('memory=50\n');
    expect(readFileSync(path.join(folder, 'out/manifest.json'), 'utf8')).toBe(manifest);
  });

  it('tells where a template that is missing was looked for', async () => {
    const site = '- hosts: a\n  tasks:\n    - copy: {content: "", dest: /x}\n    - template: {src: no.hbs, dest: /y}\n';
    const folder = folderOf({ ...FILES, 'site.yml': site });
    const { err } = await rendered(folder);
    expect(err).toContain('the template no.hbs was not found on the control machine\n');
    expect(err).toContain(`→ there is none of: ${folder}/templates/no.hbs, ${folder}/no.hbs, `);
  });

  it('says where facts come from when they are missing', async () => {
    const found = await rendered(folderOf(FILES), { facts: undefined });
    expect(found.err).toContain('not rendered');
    expect(found.err).toContain('brokkr facts -o facts.json');
  });

  it('keeps to a folder of its own', async () => {
    const folder = folderOf({ ...FILES, 'out/mine.txt': '' });
    await expect(rendered(folder)).rejects.toThrow('holds no rendered files');
    const file = {
      host: '..',
      path: '/x',
      bytes: Buffer.from(''),
      mode: undefined,
      owner: undefined,
      group: undefined,
    };
    expect(() => treeOf([file], (text) => text)).toThrow('leaves the folder');
    expect(() => treeOf([{ ...file, host: 'a', path: '/b/../../c' }], (text) => text)).toThrow('leaves the folder');
  });

  it('replaces a link, and does not write through it', async () => {
    const folder = folderOf({ ...FILES, 'elsewhere.txt': 'mine' });
    mkdirSync(path.join(folder, 'out/a/etc/app'), { recursive: true });
    writeFileSync(path.join(folder, 'out/manifest.json'), '[]');
    symlinkSync(path.join(folder, 'elsewhere.txt'), path.join(folder, 'out/a/etc/app/app.conf'));
    await rendered(folder);
    expect(readFileSync(path.join(folder, 'elsewhere.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(path.join(folder, 'out/a/etc/app/app.conf'), 'utf8')).toBe('name=a\n');
  });

  it('redacts secrets, unless they are to be revealed to whoever may read the file', async () => {
    const lines = [
      'p={{ ansible_password }}',
      'ssl.keystore.password=changeit',
      'sasl.jaas.config=PlainLoginModule required username="u" password="word";',
      'ssl.keystore.type=PKCS12',
    ];
    const site = `- hosts: a\n  tasks:\n    - copy: {content: ${JSON.stringify(lines.join('\n'))}, dest: /etc/app/app.conf}\n`;
    const folder = folderOf({ ...FILES, 'site.yml': site });
    const target = path.join(folder, 'out/a/etc/app/app.conf');
    await rendered(folder);
    expect(readFileSync(target, 'utf8').split('\n')).toEqual([
      'p=<redacted>',
      'ssl.keystore.password=<redacted>',
      'sasl.jaas.config=PlainLoginModule required username="u" password="<redacted>";',
      'ssl.keystore.type=PKCS12',
    ]);
    await rendered(folder, { reveal: true });
    expect(readFileSync(target, 'utf8').split('\n').slice(0, 2)).toEqual([
      'p=hunter22',
      'ssl.keystore.password=changeit',
    ]);
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });
});

it('compares trees both ways', () => {
  const [one, two] = [Buffer.from('1'), Buffer.from('2')];
  expect(
    compareTrees(
      new Map([
        ['a', one],
        ['b', one],
      ]),
      new Map([
        ['b', two],
        ['c', one],
      ]),
    ),
  ).toEqual([
    { name: 'a', is: 'left over' },
    { name: 'b', is: 'changed' },
    { name: 'c', is: 'missing' },
  ]);
});

it('gives the same bytes in another time zone', async () => {
  const folder = project();
  await runCli(folder, ['render', '--out', 'one'], { TZ: 'Pacific/Kiritimati' });
  const second = await runCli(folder, ['render', '--out', 'one', '--check'], {
    TZ: 'America/Los_Angeles',
    LC_ALL: 'tr_TR.UTF-8',
  });
  const files = ['etc/kafka/server.properties', 'etc/zookeeper/zoo.cfg', 'var/lib/zookeeper/myid'];
  expect(files.map((name) => statSync(path.join(folder, 'one/s1', name)).isFile())).toEqual([true, true, true]);
  expect(second.stdout).toContain('is what would be written: 27 files');
  expect(second.status).toBe(0);
});
