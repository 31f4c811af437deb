import type { FileKind } from './subject.ts';

const KAFKA_KEYS =
  /^[ \t]*(?:broker\.id|node\.id|process\.roles|zookeeper\.connect|log\.dirs?|listeners|advertised\.listeners|num\.io\.threads|num\.network\.threads|controller\.quorum\.\w+|offsets\.topic\.\S+)[ \t]*[=: \t]/m;
const ZOOKEEPER_KEYS =
  /^[ \t]*(?:dataDir|dataLogDir|clientPort|tickTime|initLimit|syncLimit|server\.\d+)[ \t]*[=: \t]/im;

/** What a file is, by its path on the host and its text; `undefined` for one that no rule knows. */
export function recognise(path: string, text: string): FileKind | undefined {
  const name = path.replace(/^.*\//, '');
  if (name === 'myid') return 'myid';
  if (name.endsWith('.service')) return /kafka|zookeeper|zkServer/i.test(text) ? 'unit' : undefined;
  if (/\.env$|^zookeeper-env\.sh$/.test(name) || /\/etc\/(?:default|environment|profile)/.test(path))
    return /KAFKA_|SERVER_JVMFLAGS|ZK_SERVER_HEAP|ZOO_|JMX_PORT/.test(text) ? 'environment' : undefined;
  if (/\/sysctl(?:\.d\/[^/]+)?\.conf$/.test(path)) return 'sysctl';
  if (!/\.(?:properties|cfg|conf|config)(?:\.\w+)?$/.test(name) || /^[ \t]*log4j\./m.test(text)) return undefined;
  if (KAFKA_KEYS.test(text)) return 'kafka';
  return ZOOKEEPER_KEYS.test(text) ? 'zookeeper' : undefined;
}

/** What a file that was named one by one must be. */
export function recogniseGiven(path: string, text: string): FileKind | undefined {
  const found = recognise(path, text);
  if (found !== undefined || /^[ \t]*(?:log4j\.|rootLogger|bootstrap\.servers|group\.id|plugin\.path)/m.test(text))
    return found;
  return /\.cfg$/.test(path) ? 'zookeeper' : /\.properties$/.test(path) ? 'kafka' : undefined;
}
