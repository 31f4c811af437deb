/** The version that a file is for, when nobody says: the one its neighbours name, else the one that brokkr installs. */
export function guessZooKeeperVersion(text: string, neighbours: readonly string[]): string {
  for (const each of [...neighbours, text]) {
    const found = /(?:Apache ZooKeeper |zookeeper-)(\d+\.\d+\.\d+)/.exec(each)?.[1];
    if (found !== undefined) return found;
  }
  return '3.7.0';
}
