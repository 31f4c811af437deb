import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Lab, LabHost } from './lab.ts';

type Vars = Record<string, string | number | boolean | readonly string[]>;

/** The first line of a lab's inventory: by it `lab down` knows that the file is its own to remove. */
export function inventoryMark(lab: Pick<Lab, 'folder'>): string {
  return `# Written by \`brokkr lab up\` for the lab in ${lab.folder}; \`brokkr lab down\` removes it.`;
}

/**
 * The lab's inventory as YAML text. Ordinary hosts are in `hadoop_cluster`, `zookeeper` and `kafka`; the hosts `bare` and
 * `busybox` are in groups of their own (`without_systemd`, `with_busybox`) and never in a cluster. All variables are the
 * hosts' own: what group_vars/ beside the inventory says of a group wins over what the inventory says of it.
 */
export function inventoryText(lab: Lab): string {
  const cluster = lab.hosts.filter(({ kind }) => kind === 'debian' || kind === 'process');
  const names = Object.fromEntries(cluster.map(({ name }) => [name, {}]));
  const vars = cluster.map((host, index): [string, Vars] => [host.name, serverVars(lab, host, index + 1)]);
  const inventory = {
    all: {
      children: {
        hadoop_cluster: { hosts: Object.fromEntries(vars) },
        zookeeper: { hosts: names },
        kafka: { hosts: names },
        ...extraGroup(lab, 'without_systemd', 'without-systemd'),
        ...extraGroup(lab, 'with_busybox', 'busybox'),
      },
    },
  };
  return `${inventoryMark(lab)}\n${stringify(inventory, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function extraGroup(lab: Lab, group: string, kind: LabHost['kind']): Record<string, { hosts: Record<string, Vars> }> {
  const hosts = lab.hosts.filter((host) => host.kind === kind);
  if (hosts.length === 0) return {};
  return { [group]: { hosts: Object.fromEntries(hosts.map((host) => [host.name, connectionVars(lab, host)])) } };
}

function connectionVars(lab: Lab, host: LabHost): Vars {
  return {
    ansible_host: host.address,
    ansible_port: host.port,
    ansible_user: lab.user,
    ansible_ssh_private_key_file: lab.identityFile,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${lab.knownHostsFile}`,
    ...(lab.withPython ? { ansible_python_interpreter: '/usr/bin/python3' } : {}),
  };
}

/** The code that a compiler of the JVM's second tier makes pays after minutes; a lab's servers start often and live briefly. */
const QUICK_START: readonly string[] = ['-XX:TieredStopAtLevel=1'];

/** Heaps are small: three hosts with both servers share the memory of one machine. */
function serverVars(lab: Lab, host: LabHost, id: number): Vars {
  return {
    ...connectionVars(lab, host),
    zookeeper_id: id,
    broker_id: id,
    zookeeper_heap: '128m',
    zookeeper_jvm_options: QUICK_START,
    kafka_heap: '256m',
    kafka_jvm_options: QUICK_START,
    restart_canary: true,
    ...(host.services === undefined ? {} : loopbackVars(host, host.services)),
  };
}

/** Hosts that share 127.0.0.1 and its file system need ports and folders of their own, and change user for nothing. */
function loopbackVars(host: LabHost, ports: NonNullable<LabHost['services']>): Vars {
  const under = (...names: string[]) => join(host.folder, ...names);
  return {
    ansible_become: false,
    service_manager: 'daemon',
    install_dir: under('opt'),
    zookeeper_home: under('opt', 'zookeeper'),
    zookeeper_data_dir: under('data', 'zookeeper'),
    zookeeper_log_dir: under('log', 'zookeeper'),
    zookeeper_client_port: ports.zookeeperClient,
    zookeeper_peer_port: ports.zookeeperPeer,
    zookeeper_election_port: ports.zookeeperElection,
    zookeeper_admin_port: ports.zookeeperAdmin,
    kafka_home: under('opt', 'kafka'),
    kafka_log_dirs: under('data', 'kafka'),
    kafka_log_dir: under('log', 'kafka'),
    kafka_port: ports.kafka,
  };
}
