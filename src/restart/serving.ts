import type { HostRun } from '../apply/host-run.ts';
import { BrokkrError } from '../errors.ts';
import type { Account } from '../plan/known.ts';
import { newNonce } from '../shell/frame.ts';
import { preamble } from '../shell/program.ts';
import type { Program } from '../transport/program-channel.ts';
import type { ClusterName, Member } from './members.ts';
import { findProcess, forProcesses } from './server-look.ts';

/**
 * Whether clients on other machines may be served by a host's server: its process takes connections, or nobody can tell.
 * One that still starts, hangs or ends again and again takes none.
 */
export type Serving = 'yes' | 'no' | 'unknown';

/** What stands in the command lines of a cluster's servers, whoever has written their units: their main classes. */
const mainClasses: Readonly<Record<ClusterName, readonly string[]>> = {
  kafka: ['kafka.Kafka', 'io.confluent.support.metrics.SupportedKafka'],
  zookeeper: ['org.apache.zookeeper.server.quorum.QuorumPeerMain'],
};

/**
 * A program that tells of each process of a server whether it takes connections: which of its sockets listen, by the tables of
 * its own network (proc_pid_net(5): state 0A is LISTEN, the tenth field the inode).
 */
export function servingProgram(cluster: ClusterName, member: Member | undefined): Program {
  const nonce = newNonce();
  const others = member === undefined ? mainClasses[cluster] : [member.commandLine];
  const lines = [
    preamble(nonce),
    'serves() {',
    '  [ -n "$p" ] && [ -e "/proc/$p" ] || return 0',
    '  f=$(ls -l "/proc/$p/fd" 2>/dev/null)',
    // What vanishes while it is listed is no matter; where nothing can be read nobody can tell.
    '  case $f in *"->"*) ;; *) [ ! -e "/proc/$p" ] || echo unknown; return 0 ;; esac',
    '  for t in tcp tcp6; do',
    '    [ -r "/proc/$p/net/$t" ] || continue',
    '    while read -r _ _ _ state _ _ _ _ _ inode _; do',
    '      [ "$state" = 0A ] || continue',
    '      case $f in *"socket:[$inode]"*) echo yes; return 0 ;; esac',
    '    done < "/proc/$p/net/$t"',
    '  done',
    '}',
    's serving',
    ...(member?.unit === undefined ? [] : [`${findProcess(member)}; serves`]),
    ...others.map((words) => forProcesses(words, 'serves')),
    's END',
  ];
  return { nonce, text: lines.join('\n') };
}

/** Asks a host. One that cannot be asked is part of the answer. */
export async function servingOn(
  { host }: HostRun,
  keeper: Account,
  program: Program,
  signal: AbortSignal,
): Promise<Serving> {
  const told: string[] = [];
  try {
    await host.run(
      keeper.become,
      program,
      { frame: (_, { payload }) => void told.push(...payload.toString().split('\n')) },
      { onBoth: false },
    );
  } catch (error) {
    if (!(error instanceof BrokkrError) || signal.aborted) throw error;
    return 'unknown';
  }
  if (told.includes('yes')) return 'yes';
  return told.includes('unknown') ? 'unknown' : 'no';
}
