/**
 * Times brokkr against a tuned ansible-playbook on labs of three hosts, and against three `ssh HOST true` at a time, in one
 * run: `npx tsx test/bench/against-ansible.ts [rounds]` after `npm run build`, as root.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { obtain } from '../../src/distributions/obtain.ts';
import { labDown } from '../../src/lab/control.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { labExec } from '../../src/lab/ssh.ts';
import { labUp } from '../../src/lab/up.ts';
import { packageFolder } from '../../src/package-folder.ts';
import { runAnsible } from '../differential/hosts/ansible.ts';
import { mustRun } from '../differential/hosts/local.ts';
import { serveFiles } from '../differential/hosts/sides.ts';

const rounds = Number(process.argv[2] ?? 3);
const cli = join(packageFolder(), 'dist', 'cli.js');
const place = mkdtempSync(join(tmpdir(), 'brokkr-bench-'));
const times = new Map<string, number[]>();

async function time(what: string, run: () => Promise<void>): Promise<void> {
  const started = performance.now();
  await run();
  times.set(what, [...(times.get(what) ?? []), (performance.now() - started) / 1000]);
}

function median(what: string): number {
  const sorted = [...(times.get(what) ?? [])].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function brokkr(lab: Lab, verb: string, ...more: string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [cli, verb, '-i', lab.inventoryPath, ...more], {
      cwd: join(place, 'project'),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', (status) =>
      status === 0 ? resolve() : reject(new Error(`brokkr ${verb} ended with ${status}`)),
    );
  });
}

async function sshTrue(lab: Lab): Promise<void> {
  await Promise.all(lab.hosts.map(({ name }) => labExec(lab, name, 'true')));
}

async function main(): Promise<void> {
  await mustRun(process.execPath, [cli, 'init', join(place, 'project')]);
  const archives = [
    await obtain({ product: 'zookeeper', version: '3.7.0' }),
    await obtain({ product: 'kafka', version: '2.8.1' }),
  ];
  const server = await serveFiles(archives.map(({ file }) => file));
  const up = (name: string): Promise<Lab> =>
    labUp({
      folder: join(place, name),
      inventoryPath: join(place, 'project', 'inventory', `${name}.yml`),
      withPython: true,
    });
  const ansibleLab = await up('ansible');
  const brokkrLab = await up('brokkr');
  const rendered = join(place, 'rendered');
  await brokkr(ansibleLab, 'render', '--out', rendered);
  const playbook = fileURLToPath(new URL('site-for-ansible.yml', import.meta.url));
  const ansible = async (withTopic: boolean): Promise<void> => {
    const variables = { rendered, base_url: `http://${ansibleLab.network}.1:${server.port}`, with_topic: withTopic };
    const { exitCode, output } = await runAnsible({ playbook, inventory: ansibleLab.inventoryPath, variables });
    if (exitCode !== 0) throw new Error(output);
  };
  try {
    await time('from nothing, ansible-playbook', () => ansible(true));
    await time('from nothing, brokkr', () => brokkr(brokkrLab, 'provision', '--yes', '--no-verify'));
    for (let round = 0; round < rounds; round += 1) {
      await time('converged, ansible-playbook', () => ansible(false));
      await time('converged, brokkr', () => brokkr(brokkrLab, 'provision', '--yes', '--no-verify'));
      await time('three ssh true', () => sshTrue(brokkrLab));
    }
  } finally {
    await server.close();
    for (const lab of [ansibleLab, brokkrLab]) await labDown({ folder: lab.folder });
    rmSync(place, { recursive: true, force: true });
  }
}

await main();
const ratio = (of: string, to: string): string => (median(of) / median(to)).toFixed(1);
const lines = [...times].map(
  ([what, all]) => `${what}: ${median(what).toFixed(2)} s (${all.map((each) => each.toFixed(2)).join(' ')})`,
);
lines.push(
  `from nothing: ansible-playbook takes ${ratio('from nothing, ansible-playbook', 'from nothing, brokkr')} times brokkr's time`,
);
lines.push(
  `converged: ansible-playbook takes ${ratio('converged, ansible-playbook', 'converged, brokkr')} times brokkr's time`,
);
lines.push(`converged: brokkr takes ${ratio('converged, brokkr', 'three ssh true')} times that of three ssh true`);
process.stdout.write(`${lines.join('\n')}\n`);
