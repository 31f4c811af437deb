import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab } from '../../src/lab/lab.ts';
import { packageFolder } from '../../src/package-folder.ts';
import { tunedAnsible } from '../differential/hosts/ansible.ts';
import { mustRun } from '../differential/hosts/local.ts';
import type { Command } from './measure.ts';

/** What is measured beside brokkr; the versions are part of the page. */
export const peerVersions = { 'ansible-core': '2.19.14', mitogen: '0.3.54', pyinfra: '3.10.0' } as const;

const here = dirname(fileURLToPath(import.meta.url));

/** The peers' programs, installed once from PyPI into a virtual environment below `node_modules/.cache`. */
export async function ensurePeers(): Promise<string> {
  const folder = join(packageFolder(), 'node_modules', '.cache', 'bench-peers');
  const wanted = Object.entries(peerVersions).map(([name, version]) => `${name}==${version}`);
  const mark = join(folder, wanted.join('_'));
  if (existsSync(mark)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  await mustRun('python3', ['-m', 'venv', folder]);
  await mustRun(join(folder, 'bin', 'pip'), ['install', '--quiet', '--no-input', ...wanted]);
  writeFileSync(`${mark}.new`, '');
  renameSync(`${mark}.new`, mark);
  return folder;
}

/** What the tools are given: the lab's hosts, the files that brokkr renders, and where archives are served. */
export interface Place {
  readonly lab: Lab;
  readonly project: string;
  readonly scratch: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly peers: string;
  /** Another inventory than the lab's own: hosts behind a delay. */
  readonly inventory?: string;
}

export function brokkr(place: Place, ...args: readonly string[]): Command {
  const inventory = place.inventory ?? place.lab.inventoryPath;
  const [verb = '', ...more] = args;
  return {
    file: process.execPath,
    args: [join(packageFolder(), 'dist', 'cli.js'), verb, '-i', inventory, ...more],
    cwd: place.project,
  };
}

/** What they are called in tables. */
export const FLOOR = 'bare ssh, no step more than it must';
export const KEPT = 'brokkr, connections kept';

/** The same with connections that stay for the next run, as ControlPersist lets those of a tuned Ansible. */
export function brokkrKept(place: Place, ...args: readonly string[]): Command {
  const { env, ...command } = brokkr(place, ...args, '-e', 'brokkr_ssh_persist=120');
  return { ...command, env: { ...env, XDG_RUNTIME_DIR: place.scratch } };
}

/** `ansible-playbook`: as it comes, tuned as its documentation advises, or with Mitogen's strategy. */
export function ansible(place: Place, how: 'default' | 'tuned' | 'mitogen', ...args: readonly string[]): Command {
  const modules = join(place.peers, 'lib');
  const python = readdirSync(modules).find((name) => name.startsWith('python')) ?? 'python3';
  const settings = join(place.scratch, 'ansible.cfg');
  writeFileSync(settings, '[defaults]\n');
  const strategy = join(modules, python, 'site-packages', 'ansible_mitogen', 'plugins', 'strategy');
  return {
    file: join(place.peers, 'bin', 'ansible-playbook'),
    args: ['-i', place.inventory ?? place.lab.inventoryPath, '-e', JSON.stringify(place.variables), ...args],
    cwd: here,
    env: {
      ANSIBLE_CONFIG: settings,
      ANSIBLE_LOCALHOST_WARNING: 'False',
      ANSIBLE_SSH_CONTROL_PATH_DIR: place.scratch,
      LC_ALL: 'C.UTF-8',
      ...(how === 'default' ? {} : tunedAnsible),
      ...(how === 'mitogen' ? { ANSIBLE_STRATEGY_PLUGINS: strategy, ANSIBLE_STRATEGY: 'mitogen_linear' } : {}),
    },
  };
}

export function pyinfra(place: Place, deploy: string, ...args: readonly string[]): Command {
  const { lab, scratch, variables } = place;
  const inventory = join(scratch, 'pyinfra_hosts.py');
  const hosts = lab.hosts.map(({ name, address }) => {
    const data = {
      ssh_user: lab.user,
      ssh_key: lab.identityFile,
      ssh_known_hosts_file: lab.knownHostsFile,
      inventory_name: name,
      ...variables,
    };
    return `    (${JSON.stringify(address)}, ${JSON.stringify(data).replaceAll('true', 'True').replaceAll('false', 'False')}),`;
  });
  writeFileSync(inventory, `hosts = [\n${hosts.join('\n')}\n]\n`);
  return {
    file: join(place.peers, 'bin', 'pyinfra'),
    args: ['-y', ...args, inventory, deploy],
    cwd: scratch,
    env: { LC_ALL: 'C.UTF-8' },
  };
}

/** The lower bound of whatever asks hosts something: `ssh HOST true`, all at once. */
export function sshTrue({ lab }: Place): Command {
  return onAll(lab, 'true', '');
}

/** The lower bound of an upload: the archive through ssh into tar, all hosts at once. */
export function sshUnpack({ lab }: Place, archive: string, folder: string): Command {
  return onAll(lab, `'mkdir ${folder} && tar -xzf - -C ${folder}'`, ` < ${archive}`);
}

/** What ssh needs to come to a host of the lab. */
export function sshOptions({ identityFile, knownHostsFile }: Lab): string {
  return `-F none -i ${identityFile} -o UserKnownHostsFile=${knownHostsFile} -o BatchMode=yes`;
}

function onAll(lab: Lab, command: string, input: string): Command {
  const options = sshOptions(lab);
  const one = ({ address }: { readonly address: string }): string =>
    `ssh ${options} ${lab.user}@${address} ${command}${input} & all="$all $!";`;
  const waits = 'for each in $all; do wait "$each" || exit 1; done';
  return { file: 'sh', args: ['-c', `${lab.hosts.map(one).join(' ')} ${waits}`] };
}

export const siteForAnsible = join(here, 'site-for-ansible.yml');
export const siteForPyinfra = join(here, 'site_for_pyinfra.py');
