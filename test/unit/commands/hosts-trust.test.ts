import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { hostsTrust } from '../../../src/commands/hosts-trust.ts';
import { inspectOptions } from '../../../src/commands/inspection.ts';
import { readOptions } from '../../../src/commands/options.ts';
import { knownLine, makeKey, type SshServer, startSshServer } from '../transport/ssh-server.ts';
import { fakeIo } from './fake-io.ts';

const place = mkdtempSync(join(tmpdir(), 'brokkr-trust-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const key = makeKey(join(place, 'mine'));
const known = join(place, 'known_hosts');
const open: SshServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  rmSync(known, { force: true });
});

async function sshd(name: string): Promise<SshServer> {
  rmSync(join(place, `host-${name}`), { force: true });
  rmSync(join(place, `host-${name}.pub`), { force: true });
  const server = await startSshServer({ place, name, keys: [key] });
  open.push(server);
  return server;
}
/** `hosts` are lines of an inventory's `hosts:`. */
async function trust(hosts: string, flags: Record<string, unknown>, typed?: string) {
  const inventory = join(place, 'hosts.yml');
  writeFileSync(inventory, `all:\n  hosts:\n${hosts}`);
  const io = fakeIo(typed === undefined ? {} : { isTTY: true, typed });
  try {
    const code = await hostsTrust(io, 'all', readOptions(inspectOptions, { inventory: [inventory], ...flags }));
    return { code, out: io.out() };
  } catch (error) {
    return { code: 'error', out: io.out() + String(error) };
  }
}
const args = `ansible_ssh_common_args: -o UserKnownHostsFile=${known}`;

test('all that are new on one screen, kept after a yes; the second time they are known', async () => {
  const [one, two] = [await sshd('one'), await sshd('two')];
  const hosts = [
    `    s1: {ansible_host: 127.0.0.1, ansible_port: ${one.port}, ${args}}`,
    `    server-2: {ansible_host: 127.0.0.1, ansible_port: ${two.port}, ${args}}`,
    '    here: {ansible_connection: local}',
    '',
  ].join('\n');
  const asked = await trust(hosts, {});
  expect(asked.code).toBe('error');
  expect(asked.out).toMatch(
    /^s1 {8}127\.0\.0\.1:\d+ {2}new {4}ssh-ed25519 SHA256:\S+\nserver-2 {2}127\.0\.0\.1:\d+ {2}new {4}ssh-ed25519 SHA256:\S+\n.*nobody is at the terminal/,
  );
  expect(await trust(hosts, { yes: true })).toMatchObject({
    code: 0,
    out: expect.stringContaining(`2 keys were added to ${known}\n`),
  });
  expect(readFileSync(known, 'utf8').split('\n')).toHaveLength(3);
  const again = await trust(hosts, {});
  expect(again.code).toBe(0);
  expect(again.out.match(/ known {2}ssh-ed25519/g)).toHaveLength(2);
  expect([...one.attempts, ...two.attempts]).toEqual([]);
});

test('a changed key is told with both fingerprints and not kept; nor is one that nobody shows', async () => {
  const [one, two] = [await sshd('one'), await sshd('two')];
  writeFileSync(known, knownLine({ place, name: 'two' }, `[127.0.0.1]:${one.port}`));
  const before = readFileSync(known, 'utf8');
  const hosts = `    s1: {ansible_host: 127.0.0.1, ansible_port: ${one.port}, ${args}}
    s2: {ansible_host: 127.0.0.1, ansible_port: 1, ${args}}
    s3: {ansible_host: 127.0.0.1, ansible_port: ${two.port}, ${args}}
`;
  const { code, out } = await trust(hosts, { yes: true });
  expect(code).toBe(1);
  expect(out).toMatch(
    /s1 .* other {2}the host key of s1 has changed: it shows ssh-ed25519 SHA256:.*, known is .*SHA256:/,
  );
  expect(out).toMatch(/s2 .* none {3}s2 \(127.0.0.1 port 1\) cannot be reached: .*ECONNREFUSED/);
  expect(out).toContain('1 key was added');
  expect(readFileSync(known, 'utf8').startsWith(before)).toBe(true);
  expect(readFileSync(known, 'utf8').split('\n')).toHaveLength(3);
});

test('those in between come first, and those behind them when they are trusted', async () => {
  const [bastion, inside] = [await sshd('bastion'), await sshd('inside')];
  const config = join(place, 'config');
  writeFileSync(
    config,
    `Host bastion
  HostName 127.0.0.1
  Port ${bastion.port}
Host inside-1 inside-2
  Port ${inside.port}
  ProxyJump bastion
Host *
  IdentityFile ${key}
  UserKnownHostsFile ${known}
  GlobalKnownHostsFile none
`,
  );
  const hosts = `    inside-1: {ansible_ssh_common_args: -F ${config}}\n    inside-2: {ansible_ssh_common_args: -F ${config}}\n`;
  const { code, out } = await trust(hosts, { yes: true });
  expect({ code, out }).toMatchObject({ code: 0 });
  expect(out.split('\n').map((line) => line.split(' ')[0])).toEqual(['bastion', '1', 'inside-1', 'inside-2', '2', '']);
  expect(bastion.connections).toBe(2);
});

test('on a terminal it asks; nothing but yes is yes', async () => {
  const one = await sshd('one');
  const hosts = `    s1: {ansible_host: 127.0.0.1, ansible_port: ${one.port}, ${args}}\n`;
  const no = await trust(hosts, {}, '\n');
  expect(no.code).toBe(1);
  expect(no.out).toContain('Trust this key? [y/N]');
  expect(existsSync(known)).toBe(false);
  const yes = await trust(hosts, {}, 'y\n');
  expect(yes.code).toBe(0);
  expect(yes.out).toContain(`1 key was added to ${known}`);
});
