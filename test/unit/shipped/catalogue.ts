import type { ModuleCatalogue } from '../../../src/config/play.ts';

const file = ['path', 'src', 'dest', 'state', 'owner', 'group', 'mode', 'force'];

/** The modules that the shipped playbooks use, and of their arguments those that they give. */
const modules: ReadonlyMap<string, readonly string[]> = new Map([
  ['assert', ['that', 'fail_msg', 'quiet']],
  ['command', ['argv']],
  ['file', file],
  ['group', ['name', 'system']],
  ['meta', []],
  ['stat', ['path', 'follow', 'get_checksum', 'get_mime', 'get_attributes']],
  ['systemd', ['name', 'state', 'enabled', 'daemon_reload']],
  ['template', ['src', 'dest', 'owner', 'group', 'mode']],
  ['unarchive', ['src', 'dest', 'remote_src', 'creates', 'owner', 'group']],
  ['user', ['name', 'group', 'system', 'home', 'create_home', 'shell']],
  ['wait_for', ['port', 'timeout']],
  ['kafka_cluster', ['bootstrap_servers', 'brokers', 'timeout', 'log_file']],
  ['kafka_identity', ['broker_id', 'log_dirs']],
  ['kafka_round_trip', ['bootstrap_servers', 'topic']],
  ['kafka_topic', ['bootstrap_servers', 'name', 'partitions', 'replication_factor', 'config']],
  ['zookeeper_ensemble', ['servers', 'timeout', 'log_file']],
  ['zookeeper_identity', ['id', 'data_dir']],
]);

export const catalogue: ModuleCatalogue = {
  names: [...modules.keys()],
  canonicalName: (name) => {
    const short = name.replace(/^ansible\.builtin\./, '');
    return modules.has(short) ? short : undefined;
  },
  describe: (name) => ({ arguments: modules.get(name) ?? [], freeForm: name === 'meta', open: false }),
};
