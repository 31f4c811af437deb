import type { BrokerLook, ClusterLook } from '../../../src/kafka/cluster-look.ts';
import type { Partition } from '../../../src/kafka/metadata.ts';
import type { Subject } from '../../../src/verify/subject.ts';
import type { HostSurvey, Survey } from '../../../src/verify/survey.ts';
import { ensembleHealth, type ServerState } from '../../../src/zookeeper/ensemble.ts';

const ids = [1, 2, 3];

function never(): never {
  throw new Error('nothing is asked in this test');
}

/** Three hosts with a server of ZooKeeper and a broker each. Nothing can be asked of them. */
export const subject: Subject = {
  hosts: ids.map((id) => ({
    name: `s${id}`,
    get run() {
      return never();
    },
    get keeper() {
      return never();
    },
    members: (['zookeeper', 'kafka'] as const).map((cluster) => ({
      host: `s${id}`,
      cluster,
      id,
      unit: `${cluster}.service`,
      script: undefined,
      scriptUser: undefined,
      commandLine: cluster,
      files: [],
      log: `/var/log/${cluster}`,
      folders: [],
      stopTimeout: 300,
      handler: /restart/,
    })),
    folders: [],
    dataFolders: [],
  })),
  zookeeper: ids.map((id) => ({ id, host: `10.0.0.${id}`, port: 2181 })),
  bootstrap: ids.map((id) => ({ host: `10.0.0.${id}`, port: 9092 })),
  brokers: ids,
  get control() {
    return never();
  },
  nameOf: (cluster, id) => (cluster === 'kafka' ? `broker ${id} (s${id})` : `s${id}`),
  hostOf: (_, id) => (ids.includes(id) ? `s${id}` : undefined),
};

const members = new Map(ids.map((id) => [id, `10.0.0.${id}:2888:3888`]));

export function serverState(id: number): ServerState {
  const leads = id === 2;
  return {
    state: leads ? 'leader' : 'follower',
    version: '3.7.0',
    zxid: '0x100000001',
    epoch: 1,
    conf: { serverId: id, members },
    blocked: [],
    ...(leads ? { syncedFollowers: 2 } : {}),
  };
}

export function ensembleOf(states: readonly ServerState[]): Survey['ensemble'] {
  return ensembleHealth(subject.zookeeper.map((server, index) => ({ server, state: states[index] ?? never() })));
}

export function partition(number: number, replicas: readonly number[], isr = replicas): Partition {
  return { partition: number, leader: isr[0] ?? -1, replicas, isr, offlineReplicas: [], errorCode: 0 };
}

export function brokerLook(id: number): BrokerLook {
  const listeners = [{ name: 'PLAINTEXT', host: `10.0.0.${id}`, port: 9092 }];
  return { id, host: `10.0.0.${id}`, port: 9092, silent: undefined, configs: [], listeners };
}

export function clusterLook(partitions: readonly Partition[], brokers = ids.map(brokerLook)): ClusterLook {
  return {
    metadata: {
      clusterId: 'abc',
      controllerId: 1,
      brokers: brokers.map(({ id, host, port }) => ({ id, host, port, rack: null })),
      topics: [{ name: 'logs', internal: false, errorCode: 0, partitions }],
    },
    brokers,
    minInsyncReplicas: new Map([['logs', 2]]),
    reassignments: [],
  };
}

export const wholePartitions = [partition(0, [1, 2, 3]), partition(1, [2, 3, 1]), partition(2, [3, 1, 2])];

export function hostSurvey(id: number, isKafkaUp = true): Extract<HostSurvey, { look: unknown }> {
  const look = (up: boolean) => ({
    now: 1000,
    process: up ? { pid: 7, startedAt: 900 } : undefined,
    unitState: up ? 'active' : 'failed (failed)',
    needsReload: false,
    stopTimeout: 300,
    newerFiles: [],
    space: new Map<string, number>(),
    owed: new Map(),
  });
  return {
    look: {
      clockAhead: 0,
      disks: [{ path: '/var/lib/kafka/data', mount: '/', usedPercent: 20, inodesPercent: 3 }],
      identities: [{ folder: '/var/lib/kafka/data', clusterId: 'abc', brokerId: id }],
      servers: new Map([['kafka', { version: '2.8.1', errors: 0, lastErrors: [] }]]),
    },
    servers: new Map([
      ['zookeeper', look(true)],
      ['kafka', look(isKafkaUp)],
    ]),
  };
}

/** Everything well. */
export function healthy(): Survey {
  return {
    hosts: new Map(ids.map((id) => [`s${id}`, hostSurvey(id)])),
    ensemble: ensembleOf(ids.map(serverState)),
    cluster: { look: clusterLook(wholePartitions) },
    contacts: ids.flatMap((broker) =>
      [undefined, 's1', 's2', 's3'].map((from) => ({
        broker,
        listener: { name: 'PLAINTEXT', host: `10.0.0.${broker}`, port: 9092 },
        from,
        reach: { reached: true } as const,
      })),
    ),
  };
}
