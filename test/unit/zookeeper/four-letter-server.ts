import { createServer, type Server } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a server says to a word; `silence` accepts and says nothing. */
export type Script = (word: string) => string | 'silence';

/** A server that answers ZooKeeper's four-letter words from a script, and fails on a word that the script throws on. */
export async function fourLetterServer(script: Script): Promise<{ port: number; words: string[] }> {
  const words: string[] = [];
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (data) => {
      const word = data.toString('utf8');
      words.push(word);
      const answer = script(word);
      if (answer !== 'silence') socket.end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, words };
}

export const notWhitelisted = (word: string) => `${word} is not executed because it is not in the whitelist.\n`;
export const notServing = 'This ZooKeeper instance is not currently serving requests\n';

export const srvr = (mode: string, zxid = '0x100000042') =>
  [
    'Zookeeper version: 3.7.0-e3704b390a6697bfdf4b0bef79e3da7a4f6bac4b, built on 2021-03-17 09:46 UTC',
    'Latency min/avg/max: 0/0.0/0',
    'Received: 1',
    'Sent: 0',
    'Connections: 1',
    'Outstanding: 0',
    `Zxid: ${zxid}`,
    `Mode: ${mode}`,
    ...(mode === 'leader' ? ['Proposal sizes last/min/max: 36/36/36'] : []),
    'Node count: 5',
    '',
  ].join('\n');

export const conf = (id: number, members: readonly string[]) =>
  [
    'clientPort=2181',
    'secureClientPort=-1',
    'dataDir=/var/lib/zookeeper/version-2',
    'tickTime=2000',
    `serverId=${id}`,
    'initLimit=10',
    'peerType=0',
    'membership: ',
    ...members,
    'version=0',
  ].join('\n');

export const threeMembers = [1, 2, 3].map((id) => `server.${id}=s${id}:2888:3888:participant;0.0.0.0:2181`);

export const mntr = (synced?: number) =>
  [
    'zk_version\t3.7.0-e3704b390a6697bfdf4b0bef79e3da7a4f6bac4b, built on 2021-03-17 09:46 UTC',
    `zk_server_state\t${synced === undefined ? 'follower' : 'leader'}`,
    'zk_peer_state\tfollowing - broadcast',
    ...(synced === undefined ? [] : ['zk_learners\t2', `zk_synced_followers\t${synced}`]),
    '',
  ].join('\n');
