import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Command, Sample } from './measure.ts';
import { brokkr, type Place, sshOptions } from './peers.ts';

/** Asks until an answer has come, as often as a shell can. */
const until = (test: string): string => `until ${test} 2>/dev/null; do sleep 0.05; done`;

/**
 * The lower bound of a cluster from nothing: all hosts at once, bare ssh, and no step more than there must be. It looks at
 * nothing, could not be run twice, and goes on the moment that the servers can be used.
 */
export function bareCluster(place: Place, archives: Readonly<Record<'zookeeper' | 'kafka', string>>): Command {
  const { lab, variables } = place;
  const onAll = (does: (name: string, ssh: string, address: string) => readonly string[]): string => {
    const all = lab.hosts.flatMap(({ name, address }) =>
      does(name, `ssh ${sshOptions(lab)} ${lab.user}@${address}`, address).map((line) => `( ${line} ) & all="$all $!"`),
    );
    return ['all=', ...all, 'for each in $all; do wait "$each" || exit 1; done'].join('\n');
  };
  const unpack = onAll((name, ssh) => [
    `${ssh} 'tar -xzf - -C /usr/local' < ${archives.zookeeper}`,
    `${ssh} 'tar -xzf - -C /usr/local' < ${archives.kafka}`,
    `tar -cf - -C ${String(variables.rendered)}/${name} . | ${ssh} 'tar -xf - -C /'`,
  ]);
  const begin = onAll((_, ssh) => [
    `${ssh} '${[
      'set -e; ln -s apache-zookeeper-3.7.0-bin /usr/local/zookeeper; ln -s kafka_2.13-2.8.1 /usr/local/kafka',
      'for p in zookeeper kafka; do useradd -r -M -s /usr/sbin/nologin $p; mkdir -p /var/lib/$p /var/log/$p; done',
      'mkdir -p /var/lib/kafka/data; chown -R zookeeper: /var/lib/zookeeper /var/log/zookeeper; chown -R kafka: /var/lib/kafka /var/log/kafka',
      'chgrp -R zookeeper /etc/zookeeper; chgrp -R kafka /etc/kafka; chmod -R g+rX /etc/zookeeper /etc/kafka',
      'systemctl daemon-reload; systemctl start zookeeper',
    ].join('; ')}'`,
  ]);
  const quorum = onAll((_, ssh, address) => [
    `${ssh} "${until(`bash -c 'exec 3<>/dev/tcp/${address}/2181 && printf srvr >&3 && grep -q Mode: <&3'`)}; systemctl start kafka"`,
  ]);
  const ports = onAll((_, ssh, address) => [`${ssh} "${until(`bash -c ': >/dev/tcp/${address}/9092'`)}"`]);
  return { file: 'sh', args: ['-c', [unpack, begin, quorum, ports].join('\n')] };
}

/** From the start of the program until a host hears of it: a run on a host that only listens. The program is ended then. */
export async function firstByte(place: Place): Promise<Sample> {
  const server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen on a port');
  const aim = ['ansible_host=127.0.0.1', `ansible_port=${address.port}`].flatMap((each) => ['-e', each]);
  const { file, args, cwd } = brokkr(place, 'provision', '--yes', ...aim);
  const begun = performance.now();
  const child = spawn(file, args, { cwd, stdio: 'ignore' });
  try {
    await Promise.race([
      once(server, 'connection'),
      once(child, 'exit').then(() => Promise.reject(new Error('it has dialled nobody'))),
    ]);
    return { wall: (performance.now() - begun) / 1000, cpu: 0, peak: 0 };
  } finally {
    child.kill('SIGKILL');
    server.close();
  }
}
