import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { Secret } from '../../../src/shell/redact.ts';
import { Routes } from '../../../src/transport/route.ts';
import { hasSshConfig, parseSshConfig } from '../../../src/transport/ssh-config.ts';
import type { Target } from '../../../src/transport/target.ts';
import { targetAt } from './ssh-server.ts';

const place = mkdtempSync(join(tmpdir(), 'brokkr-route-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
afterEach(() => void vi.unstubAllEnvs());

function configOf(text: string): string {
  const file = join(place, 'config');
  writeFileSync(file, text);
  return file;
}
const strict = (name: string): Target => targetAt(name, 22, { address: name, hostKeyChecking: 'yes' });
function complete(name: string, config: string, ...args: string[]): Promise<Target> {
  const configFile = configOf(config);
  return new Routes(() => false).complete(strict(name), {
    arguments: ['-F', configFile, ...args],
    host: name,
    configFile,
    required: true,
  });
}

describe('a host as ssh would reach it', () => {
  test('all that its configuration says of it', async () => {
    vi.stubEnv('MY_AGENT', '/run/my-agent');
    const config = `
Match host db-*
  HostName %h.internal
  Port 2222
  User adm
  IdentityFile ~/keys/%h-%r
  IdentityFile ${place}/other
  IdentitiesOnly yes
  IdentityAgent $MY_AGENT
  HostKeyAlias the-db
  UserKnownHostsFile ${place}/known
  GlobalKnownHostsFile none
  StrictHostKeyChecking accept-new
  ConnectTimeout 3
  AddressFamily inet6
  CertificateFile ${place}/cert.pub
  ProxyCommand nc --for %n %h %p %r 100%%
`;
    expect(await complete('db-1', config)).toMatchObject({
      name: 'db-1',
      address: 'db-1.internal',
      port: 2222,
      user: 'adm',
      identityFiles: [join(homedir(), 'keys/db-1.internal-adm'), join(place, 'other')],
      identitiesOnly: true,
      agent: '/run/my-agent',
      hostKeyAlias: 'the-db',
      knownHostsFiles: [join(place, 'known')],
      hostKeyChecking: 'accept-new',
      timeout: 3,
      family: 6,
      certificateFiles: [join(place, 'cert.pub')],
      proxyCommand: 'nc --for db-1 db-1.internal 2222 adm 100%',
    });
  });

  test('what the call says wins, and nothing configured is nothing said', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', '');
    const config = 'Host *\n  User adm\n  Port 2222\n';
    const said = ['-o', 'User=me', '-o', 'Port=22'];
    const target = await complete('s1', config, ...said);
    expect(target).toMatchObject({ user: 'me', port: 22, hostKeyChecking: 'yes', agent: 'none', timeout: 5 });
    expect(target.identityFiles).toBeUndefined();
    expect(
      (await complete('s1', 'IdentityFile ~/.ssh/id_rsa\nIdentityFile ~/.ssh/id_ed25519\n')).identityFiles,
    ).toEqual(['id_rsa', 'id_ed25519'].map((name) => join(homedir(), '.ssh', name)));
    expect(target).not.toHaveProperty('proxyCommand');
    expect(target).not.toHaveProperty('jump');
  });

  test('jump hosts, each with what is configured for it; the one that is named last is the nearest', async () => {
    const config = `
Host b1
  HostName 192.0.2.1
  User hop
  ProxyJump b0:2200
Host b2
  ProxyJump nobody
Host *.inner
  ProxyJump b1,ssh://you@b2:2022
  StrictHostKeyChecking no
`;
    const target = await complete('s1.inner', config, '-o', 'User=me');
    expect(target).toMatchObject({ address: 's1.inner', user: 'me', hostKeyChecking: 'no' });
    expect(target.jump).toMatchObject({ name: 'b2', port: 2022, user: 'you', hostKeyChecking: 'yes' });
    expect(target.jump?.jump).toMatchObject({ name: 'b1', address: '192.0.2.1', user: 'hop' });
    expect(target.jump?.jump?.jump).toMatchObject({ name: 'b0', port: 2200 });
    expect(target.jump?.jump?.jump).not.toHaveProperty('jump');
  });

  test('the password of a jump host is its own, never that of the target', async () => {
    const configFile = configOf('Host inner\n  ProxyJump b1,b2\n');
    const own = new Secret('of b2');
    const routes = new Routes(
      () => false,
      (jump) => (jump === 'b2' ? own : undefined),
    );
    const call = { arguments: ['-F', configFile], host: 'inner', configFile, required: true };
    const target = await routes.complete({ ...strict('inner'), password: new Secret('of the target') }, call);
    expect([target.jump?.password, target.jump?.jump?.password]).toEqual([own, undefined]);
  });

  test('a circle, a jump host that is none, and what ssh refuses', async () => {
    const circle = 'Host a\n  ProxyJump b\nHost b\n  ProxyJump c\nHost c\n  ProxyJump b\n';
    await expect(complete('a', circle)).rejects.toThrow(/lead to each other, without an end/);
    // What every answer about `Host *` with a jump host of its own comes to, ssh says itself.
    await expect(complete('a', 'Host *\n  ProxyJump b\n')).rejects.toThrow(/jumphost loop via b/);
    await expect(complete('a', 'Nonsense yes\n')).rejects.toThrow(/ssh refuses to reach a: .*Bad configuration option/);
    await expect(complete('-oProxyCommand=x', '')).rejects.toThrow(/ssh refuses to reach/);
  });

  test('ssh is asked once for the same call, and not at all when it has nothing to say', async () => {
    const routes = new Routes(() => false);
    const call = { arguments: ['-F', '/nowhere/at/all'], host: 's1', configFile: undefined, required: false };
    const target = strict('s1');
    expect(await routes.complete(target, call)).toEqual({ ...target, call });
    expect(await routes.complete(target, undefined)).toBe(target);
    await expect(routes.complete(target, { ...call, required: true })).rejects.toThrow(/No such file/);
    const local = { ...target, connection: 'local' } as const;
    expect(await routes.complete(local, { ...call, required: true })).toBe(local);
  });
});

describe('whether ssh is configured', () => {
  test.each([
    ['', false],
    ['# Port 22\nHost *\n    SendEnv LANG LC_*\n    HashKnownHosts yes\n    GSSAPIAuthentication yes\n', false],
    ['Host *\n  Port 2222\n', true],
    ['Include conf.d/*.conf\n', false],
    ['Include conf.d/*.idle\n', false],
    ['Include conf.d/*.more\n', true],
    ['Include conf.d/b.more\n', true],
    ['Include */x\n', true],
  ])('%j: %s', (text, expected) => {
    const system = configOf(text);
    const folder = join(place, 'conf.d');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.idle'), 'SendEnv X\n');
    writeFileSync(join(folder, 'b.more'), 'User me\n');
    expect(hasSshConfig(join(place, 'no-user-file'), system)).toBe(expected);
    expect(hasSshConfig(system, '/nowhere')).toBe(true);
  });

  test('the answer is read line by line', () => {
    expect(parseSshConfig('host a\nidentityfile x y\nidentityfile z\ncanonicalizePermittedcnames none\n')).toEqual(
      new Map([
        ['host', ['a']],
        ['identityfile', ['x y', 'z']],
        ['canonicalizepermittedcnames', ['none']],
      ]),
    );
  });
});
