import { kafkaCluster } from './kafka/kafka-cluster.ts';
import { kafkaIdentity } from './kafka/kafka-identity.ts';
import { kafkaRoundTrip } from './kafka/kafka-round-trip.ts';
import { kafkaTopic } from './kafka/kafka-topic.ts';
import { addHost } from './modules/add-host.ts';
import { alternatives } from './modules/alternatives.ts';
import { apt } from './modules/apt.ts';
import { aptKey } from './modules/apt-key.ts';
import { aptRepository } from './modules/apt-repository.ts';
import type { Obtain } from './modules/archive.ts';
import { archive } from './modules/archive-file.ts';
import { assemble } from './modules/assemble.ts';
import { assert } from './modules/assert.ts';
import { authorizedKey } from './modules/authorized-key.ts';
import { blockinfile } from './modules/blockinfile.ts';
import { command } from './modules/command.ts';
import { copy } from './modules/copy.ts';
import { cron } from './modules/cron.ts';
import { debug } from './modules/debug.ts';
import { dnf } from './modules/dnf.ts';
import { fail } from './modules/fail.ts';
import { fetch } from './modules/fetch.ts';
import { file } from './modules/file.ts';
import { find } from './modules/find.ts';
import { getUrl } from './modules/get-url.ts';
import { getent } from './modules/getent.ts';
import { git } from './modules/git.ts';
import { group } from './modules/group.ts';
import { groupBy } from './modules/group-by.ts';
import { hostname } from './modules/hostname.ts';
import { includeRole } from './modules/include-role.ts';
import { includeTasks } from './modules/include-tasks.ts';
import { includeVars } from './modules/include-vars.ts';
import { iniFile } from './modules/ini-file.ts';
import { javaCert } from './modules/java-cert.ts';
import { knownHosts } from './modules/known-hosts.ts';
import { lineinfile } from './modules/lineinfile.ts';
import { meta } from './modules/meta.ts';
import type { Module } from './modules/module.ts';
import { mount } from './modules/mount.ts';
import { packageModule } from './modules/package.ts';
import { packageFacts } from './modules/package-facts.ts';
import { pamLimits } from './modules/pam-limits.ts';
import { pause } from './modules/pause.ts';
import { ping } from './modules/ping.ts';
import { pip } from './modules/pip.ts';
import { raw } from './modules/raw.ts';
import { reboot } from './modules/reboot.ts';
import { replace } from './modules/replace.ts';
import { script } from './modules/script.ts';
import { service } from './modules/service.ts';
import { serviceFacts } from './modules/service-facts.ts';
import { setFact } from './modules/set-fact.ts';
import { setStats } from './modules/set-stats.ts';
import { setup } from './modules/setup.ts';
import { shell } from './modules/shell.ts';
import { slurp } from './modules/slurp.ts';
import { stat } from './modules/stat.ts';
import { sysctl } from './modules/sysctl.ts';
import { systemd } from './modules/systemd.ts';
import { tempfile } from './modules/tempfile.ts';
import { template } from './modules/template.ts';
import { timezone } from './modules/timezone.ts';
import { unarchive } from './modules/unarchive.ts';
import { uri } from './modules/uri.ts';
import { user } from './modules/user.ts';
import { validateArgumentSpec } from './modules/validate-argument-spec.ts';
import { waitFor } from './modules/wait-for.ts';
import { waitForConnection } from './modules/wait-for-connection.ts';
import { yumRepository } from './modules/yum-repository.ts';
import { zookeeperEnsemble } from './zookeeper/zookeeper-ensemble.ts';
import { zookeeperIdentity } from './zookeeper/zookeeper-identity.ts';

/** Every module there is, general and domain, by its name: a new module is one line here. */
export function allModules(obtain: Obtain) {
  return {
    add_host: addHost,
    alternatives,
    apt,
    apt_key: aptKey(obtain),
    apt_repository: aptRepository,
    archive,
    assemble,
    assert,
    authorized_key: authorizedKey,
    blockinfile,
    command,
    copy,
    cron,
    debug,
    dnf,
    fail,
    fetch,
    file,
    find,
    get_url: getUrl(obtain),
    getent,
    git,
    group,
    group_by: groupBy,
    hostname,
    include_role: includeRole,
    include_tasks: includeTasks,
    include_vars: includeVars,
    ini_file: iniFile,
    java_cert: javaCert,
    kafka_cluster: kafkaCluster,
    kafka_identity: kafkaIdentity,
    kafka_round_trip: kafkaRoundTrip,
    kafka_topic: kafkaTopic,
    known_hosts: knownHosts,
    lineinfile,
    meta,
    mount,
    package: packageModule,
    package_facts: packageFacts,
    pam_limits: pamLimits,
    pause,
    ping,
    pip,
    raw,
    reboot,
    replace,
    script,
    service,
    service_facts: serviceFacts,
    set_fact: setFact,
    set_stats: setStats,
    setup,
    shell,
    slurp,
    stat,
    sysctl,
    systemd,
    tempfile,
    template,
    timezone,
    unarchive: unarchive(obtain),
    uri,
    user,
    validate_argument_spec: validateArgumentSpec,
    wait_for: waitFor,
    wait_for_connection: waitForConnection,
    yum_repository: yumRepository,
    zookeeper_ensemble: zookeeperEnsemble,
    zookeeper_identity: zookeeperIdentity,
  } satisfies Record<string, Module>;
}
