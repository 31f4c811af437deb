import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { labAccounts } from '../../src/lab/lab.ts';
import { packageFolder } from '../../src/package-folder.ts';
import { compileApply } from '../../src/shell/apply-program.ts';
import { Secret } from '../../src/shell/redact.ts';
import type { Host } from '../../src/transport/host.ts';
import { JumpHosts } from '../../src/transport/jump-hosts.ts';
import { askForKey } from '../../src/transport/shown-key.ts';
import type { Target } from '../../src/transport/target.ts';
import { startDelayProxy } from '../proxy/delay-proxy.ts';
import { say } from '../say.ts';
import { failureOf, marksOf, OPTIONS, run, SmallLab, stepOf, sudo } from './small-lab.ts';

const small = new SmallLab();
const PORTS = { quantum: 2201, certificates: 2202 } as const;
const at = (name: string): string => join(small.place, name);

/** The folders of connections that are held, and the processes that hold them. */
function held(): { folders: string[]; processes: string[] } {
  const folders = readdirSync(tmpdir()).filter((name) => /^brokkr-\w{6}$/.test(name));
  const listing = execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' });
  return { folders, processes: listing.split('\n').filter((line) => /ControlMaster=(yes|no)/.test(line)) };
}

beforeAll(async () => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('authority')]);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('certified')]);
  execFileSync('ssh-keygen', ['-q', '-s', at('authority'), '-I', 'me', '-n', 'root', `${at('certified')}.pub`]);
  const common = ['PidFile none', 'PermitRootLogin yes', 'UsePAM yes'];
  const lab = 'AuthorizedKeysFile /etc/ssh/lab_authorized_keys';
  const quantum = [...common, lab, `Port ${PORTS.quantum}`, 'KexAlgorithms sntrup761x25519-sha512@openssh.com'];
  const certificates = [
    ...common,
    `Port ${PORTS.certificates}`,
    'TrustedUserCAKeys /etc/ssh/authority.pub',
    'AuthorizedKeysFile none',
  ];
  const authority = readFileSync(`${at('authority')}.pub`, 'utf8').trim();
  await small.onHost(
    's1',
    `echo '${authority}' >/etc/ssh/authority.pub
printf '%s\\n' ${quantum.map((line) => `'${line}'`).join(' ')} >/etc/ssh/quantum
printf '%s\\n' ${certificates.map((line) => `'${line}'`).join(' ')} >/etc/ssh/certificates
for each in quantum certificates; do systemd-run -q --unit=sshd-$each /usr/sbin/sshd -D -f /etc/ssh/$each; done`,
  );
  const keys = readFileSync(small.lab.knownHostsFile, 'utf8').split('\n');
  const { address } = small.targetOf('s1');
  const mine = keys.filter((line) => line.startsWith(`${address} `));
  for (const port of Object.values(PORTS))
    keys.push(...mine.map((line) => line.replace(address, `[${address}]:${port}`)));
  writeFileSync(at('known'), keys.join('\n'));
  await small.until('s1', 'ss -ltn | grep -c ":220[12] " | sed "s/[2-9]/up/"', 'up');
});

const targetAt = (port: number, changes: Partial<Target> = {}): Target =>
  small.targetOf('s1', { port, knownHostsFiles: [at('known')], ...changes });
const hostAt = (port: number, changes: Partial<Target> = {}, options = {}): Host =>
  small.hostOf('s1', targetAt(port, changes), options);

describe("what the SSH library cannot do is done by the system's ssh", () => {
  test('a host whose key exchange is post-quantum only', async () => {
    const host = hostAt(PORTS.quantum);
    expect(await say(host, 'id -un; echo "$0"')).toBe('root\nsh\n');
    expect(await say(host, 'printf "%s" "a\\0b\\377"; echo')).toBe('a\\0b\\377\n');
    expect(held().folders).toHaveLength(1);
    const channel = await (await host.connection())?.dial('127.0.0.1', 22);
    expect(String((await channel?.[Symbol.asyncIterator]().next())?.value)).toContain('SSH-2.0');
    channel?.destroy();
    await expect((await host.connection())?.dial('127.0.0.1', 9)).rejects.toThrow(/Connection refused/);
    await host.close();
    await expect.poll(held).toEqual({ folders: [], processes: [] });
    const plain = await failureOf(say(hostAt(PORTS.quantum, { ssh: 'builtin' }), 'true'));
    expect(String(plain)).toContain('no matching key exchange');
  });

  test('a host that takes certificates only', async () => {
    expect(await say(hostAt(PORTS.certificates, { privateKeyFile: at('certified') }), 'id -un')).toBe('root\n');
    const refused = await failureOf(say(hostAt(PORTS.certificates, { ssh: 'system' }), 'true'));
    expect(String(refused)).toMatch(
      /the system's ssh, asked since brokkr_ssh says so, does not reach s1: .*Permission denied \(publickey/,
    );
  });

  test('through jump hosts, of which each is connected to once', async () => {
    const jumps = new JumpHosts();
    const jump = targetAt(PORTS.quantum, { name: 'jump' });
    const hosts = [hostAt(PORTS.certificates, { privateKeyFile: at('certified'), jump }, { jumps })];
    hosts.push(hostAt(PORTS.quantum, { jump }, { jumps }));
    expect(await Promise.all(hosts.map((host) => say(host, 'echo here')))).toEqual(['here\n', 'here\n']);
    const masters = held().processes.filter((line) => /^ssh .*ControlMaster=yes/.test(line));
    expect(masters).toHaveLength(3);
    // A target of the library behind a jump host that the library cannot reach.
    const plain = hostAt(22, { jump }, { jumps });
    expect(await say(plain, 'echo there')).toBe('there\n');
    for (const host of [...hosts, plain]) await host.close();
    await expect.poll(held).toEqual({ folders: [], processes: [] });
  });

  test('with a password, which no argument and no environment has', async () => {
    const { password } = labAccounts.ops;
    const host = hostAt(22, { ssh: 'system', user: 'ops', privateKeyFile: undefined, password: new Secret(password) });
    expect(await say(host, 'id -un', sudo(password))).toBe('root\n');
    const everything = execFileSync(
      'sh',
      [
        '-c',
        'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" "\\n"; cat /tmp/brokkr-??????/* 2>/dev/null & sleep 0.3; kill $! 2>/dev/null; true',
      ],
      { encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    expect(everything).toContain('ControlMaster');
    expect(everything).not.toContain(password);
    const wrong = hostAt(22, { ssh: 'system', user: 'ops', privateKeyFile: undefined, password: new Secret('wrong') });
    expect(String(await failureOf(say(wrong, 'true')))).toContain('Permission denied');
  });

  test('with a password, where no program can be run from the folder for temporary files', async () => {
    const folder = at('noexec');
    execFileSync('sh', ['-c', 'mkdir "$1" && mount -t tmpfs -o noexec,size=1m none "$1"', 'sh', folder]);
    vi.stubEnv('TMPDIR', folder);
    try {
      const password = new Secret(labAccounts.ops.password);
      const host = hostAt(22, { ssh: 'system', user: 'ops', privateKeyFile: undefined, password });
      expect(await say(host, 'id -un')).toBe('ops\n');
      expect(readdirSync(folder)).toEqual([]);
      await host.close();
    } finally {
      vi.unstubAllEnvs();
      execFileSync('umount', [folder]);
    }
  });
});

describe('host keys', () => {
  test('an unknown one is refused, or kept; a changed one is refused with both fingerprints', async () => {
    writeFileSync(at('nothing'), '');
    const strict = { knownHostsFiles: [at('nothing')] };
    expect(String(await failureOf(say(hostAt(PORTS.quantum, strict), 'true')))).toContain(
      'the host key of s1 is not known',
    );
    expect(readFileSync(at('nothing'), 'utf8')).toBe('');
    const told: string[] = [];
    const accepting = hostAt(
      PORTS.quantum,
      { ...strict, hostKeyChecking: 'accept-new' },
      { onNewKey: (host: string, shown: string) => void told.push(`${host} ${shown}`) },
    );
    expect(await say(accepting, 'echo in')).toBe('in\n');
    expect(told).toEqual([expect.stringMatching(/^s1 ssh-ed25519 SHA256:/)]);
    expect(await say(hostAt(PORTS.quantum, strict), 'echo in')).toBe('in\n');
    const other = readFileSync(`${at('authority')}.pub`, 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
    writeFileSync(at('nothing'), `[${small.targetOf('s1').address}]:${PORTS.quantum} ${other}\n`);
    for (const hostKeyChecking of ['yes', 'accept-new'] as const) {
      const failure = await failureOf(say(hostAt(PORTS.quantum, { ...strict, hostKeyChecking }), 'true'));
      expect(String(failure)).toMatch(
        /the host key of s1 has changed: it shows \S+ SHA256:\S+, known is ssh-ed25519 SHA256:/,
      );
    }
  });
});

test('a host that only ssh itself can shake hands with shows its key to hosts trust', async () => {
  writeFileSync(at('none'), '');
  const nobody = (): never => {
    throw new Error('there is no jump host');
  };
  const known = await askForKey(targetAt(PORTS.quantum), nobody);
  expect(known.verdict).toBe('known');
  const unknown = await askForKey(targetAt(PORTS.quantum, { knownHostsFiles: [at('none')] }), nobody);
  expect(unknown).toMatchObject({ verdict: 'new', shown: known.verdict === 'known' && known.shown });
});

describe('a link that is killed', () => {
  const SLEEPERS = 'ps -ef | grep -c "[s]leep 7654329"';

  async function behindProxy(keepalive = { intervalMs: 1000, count: 2 }) {
    const proxy = await startDelayProxy({ target: { host: small.targetOf('s1').address, port: PORTS.quantum } });
    small.later(() => proxy.close());
    const changes = { address: '127.0.0.1', port: proxy.port, hostKeyChecking: 'no' } as const;
    return { proxy, host: hostAt(proxy.port, changes, { keepalive }) };
  }

  test.each(['cut', 'freeze'] as const)(
    '%s in the middle of a program is a failure, and the program ends',
    async (way) => {
      const { proxy, host } = await behindProxy();
      const failure = failureOf(marksOf(host, compileApply([stepOf(run('sleep 7654329; sleep 7654329'))], OPTIONS)));
      expect(await small.until('s1', SLEEPERS, '1')).toBe('1');
      proxy[way]();
      expect(String(await failure)).toContain('was lost');
      if (way === 'freeze') proxy.cut();
      await host.close();
      expect(await small.until('s1', SLEEPERS, '0')).toBe('0');
      await expect.poll(held).toEqual({ folders: [], processes: [] });
    },
  );

  test('the process that holds the connection is killed', async () => {
    const { host } = await behindProxy();
    const failure = failureOf(say(host, 'sleep 7654329'));
    expect(await small.until('s1', SLEEPERS, '1')).toBe('1');
    execFileSync('pkill', ['-KILL', '-f', `^ssh -N -S ${join(tmpdir(), 'brokkr-')}`]);
    expect(String(await failure)).toContain('was lost');
    expect(await small.until('s1', SLEEPERS, '0')).toBe('0');
    host.disconnect();
    expect(await say(host, 'echo again')).toBe('again\n');
    await host.close();
    await expect.poll(held).toEqual({ folders: [], processes: [] });
  });

  test('brokkr itself is killed: nothing stays on either side', async () => {
    const { address } = small.targetOf('s1');
    const inventory = {
      all: {
        hosts: {
          s1: {
            ansible_host: address,
            ansible_port: PORTS.quantum,
            ansible_user: 'root',
            ansible_ssh_private_key_file: small.lab.identityFile,
            ansible_ssh_common_args: `-o UserKnownHostsFile=${at('known')}`,
            brokkr_ssh: 'system',
          },
        },
      },
    };
    writeFileSync(at('inventory.json'), JSON.stringify(inventory));
    const words = [join(packageFolder(), 'dist', 'cli.js'), 'exec', '-i', at('inventory.json'), 's1', '--'];
    const child = spawn(process.execPath, [...words, 'sleep 7654329'], { stdio: 'ignore' });
    expect(await small.until('s1', `[ "$(${SLEEPERS})" -gt 0 ] && echo yes`, 'yes')).toBe('yes');
    expect(held().folders).toHaveLength(1);
    child.kill('SIGKILL');
    expect(await small.until('s1', SLEEPERS, '0')).toBe('0');
    await expect.poll(held).toEqual({ folders: [], processes: [] });
  });
});
