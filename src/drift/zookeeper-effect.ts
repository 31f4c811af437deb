import type { Effect } from './drift.ts';

/** Names that `conf` has and that are not of zoo.cfg, or are not said there. */
const ownNames = new Set([
  'secureClientPort',
  'dataDirSize',
  'dataLogSize',
  'clientPortListenBacklog',
  'electionAlg',
  'electionPort',
  'quorumPort',
  'peerType',
]);

/**
 * What the four-letter word `conf` tells, under the names of zoo.cfg. It tells less than the file has; a key that it does
 * not tell has no value in effect that could differ.
 */
export function zookeeperEffect(conf: string, said: ReadonlySet<string>): ReadonlyMap<string, Effect> {
  const found = new Map<string, Effect>();
  for (const line of conf.split('\n')) {
    const [, name = '', value = ''] = /^([\w.]+)=(.*)$/.exec(line.trim()) ?? [];
    const key = name === 'serverId' ? 'myid' : name;
    // The version of the membership is hexadecimal, and nobody sets it.
    if (key === '' || key === 'version' || ownNames.has(key)) continue;
    const isMember = /^server\.\d+$/.test(key);
    if (!said.has(key) && !isMember) continue;
    found.set(key, { value: inFileForm(key, value), source: 'static', sensitive: false });
  }
  return found;
}

/** It appends the folder of the format to data folders, and the role to members. */
function inFileForm(key: string, value: string): string {
  if (key === 'dataDir' || key === 'dataLogDir') return value.replace(/\/version-2$/, '');
  return value.replace(/:participant$/, '');
}
