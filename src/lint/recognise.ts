import type { FileKind } from './subject.ts';

/** Keys that only a broker or a controller has, whatever else stands in its file. */
const KAFKA_KEYS =
  /^[ \t]*(?:broker\.id|node\.id|process\.roles|log\.dirs?|num\.io\.threads|controller\.quorum\.\w+|offsets\.topic\.\S+|inter\.broker\.listener\.name)[ \t]*[=: \t]/m;
/** Keys that an old consumer, Kafka Connect, a registry or a proxy may have, too. */
const SHARED_KEYS = /^[ \t]*(?:zookeeper\.connect|listeners|advertised\.listeners|num\.network\.threads)[ \t]*[=: \t]/m;
const ZOOKEEPER_KEYS =
  /^[ \t]*(?:dataDir|dataLogDir|clientPort|tickTime|initLimit|syncLimit|server\.\d+)[ \t]*[=: \t]/im;
/** What marks the file of a client, of Connect, or of the log. */
const OTHERS =
  /^[ \t]*(?:log4j\.|rootLogger|bootstrap\.servers|group\.id|plugin\.path|key\.converter|kafkastore\.|spring\.)/m;

/** What a file is, by its path on the host and its text; `undefined` for one that no rule knows. */
export function recognise(path: string, text: string): FileKind | undefined {
  const name = path.replace(/^.*\//, '');
  if (name === 'myid') return 'myid';
  if (name.endsWith('.service')) return /kafka|zookeeper|zkServer/i.test(text) ? 'unit' : undefined;
  if (/\.env$|^zookeeper-env\.sh$/.test(name) || /\/etc\/(?:default|environment|profile)/.test(path))
    return /KAFKA_|SERVER_JVMFLAGS|ZK_SERVER_HEAP|ZOO_|JMX_PORT/.test(text) ? 'environment' : undefined;
  if (/\/sysctl(?:\.d\/[^/]+)?\.conf$/.test(path)) return 'sysctl';
  if (!/\.(?:properties|cfg|conf|config)(?:\.\w+)?$/.test(name)) return undefined;
  if (KAFKA_KEYS.test(text)) return 'kafka';
  if (OTHERS.test(text)) return undefined;
  if (SHARED_KEYS.test(text) || /^(?:server|broker|controller|kafka)[-_.\d]*\.properties/.test(name)) return 'kafka';
  return ZOOKEEPER_KEYS.test(text) || /^(?:zoo|zk)[-_.\d]*\.cfg/.test(name) ? 'zookeeper' : undefined;
}

/** What a file that was named one by one must be: the user knows what it is, unless it is plainly something else. */
export function recogniseGiven(path: string, text: string): FileKind | undefined {
  const found = recognise(path, text);
  const name = path.replace(/^.*\//, '');
  if (found !== undefined || /log4j|^connect-|^(?:consumer|producer|client|application)/.test(name)) return found;
  if (/zoo/i.test(name) || /\.cfg$/.test(name)) return 'zookeeper';
  return /\.properties$|^server[-.]|kafka/.test(name) || KAFKA_KEYS.test(text) ? 'kafka' : undefined;
}
