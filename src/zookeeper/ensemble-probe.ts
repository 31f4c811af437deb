import { BrokkrError } from '../errors.ts';
import { type EnsembleHealth, ensembleHealth, type ServerReport, type ServerState } from './ensemble.ts';
import { type FourLetterOptions, fourLetter, parseConf, parseMntr, parseSrvr } from './four-letter.ts';
import type { ZookeeperServer } from './server.ts';

const words = ['srvr', 'mntr', 'conf'] as const;

/** Asks every server at once; takes at most `timeoutMs` milliseconds. A server that cannot be asked is part of the answer. */
export async function probeEnsemble(
  servers: readonly ZookeeperServer[],
  options: FourLetterOptions,
): Promise<EnsembleHealth> {
  const reports = await Promise.all(
    servers.map(async (server): Promise<ServerReport> => ({ server, state: await probeServer(server, options) })),
  );
  return ensembleHealth(reports);
}

async function probeServer(server: ZookeeperServer, options: FourLetterOptions): Promise<ServerState> {
  try {
    const [srvr, mntr, conf] = await Promise.all([
      fourLetter(server, 'srvr', options),
      fourLetter(server, 'mntr', options),
      fourLetter(server, 'conf', options),
    ]);
    const answers = { srvr, mntr, conf };
    const blocked = words.filter((word) => answers[word].kind === 'not-whitelisted');
    const believed = conf.kind === 'text' ? { conf: parseConf(conf.text) } : {};
    const untold = srvr.kind === 'not-whitelisted' ? { reason: 'srvr is not in its 4lw.commands.whitelist' } : {};
    if (srvr.kind !== 'text') return { state: 'not serving', ...untold, blocked, ...believed };
    const { mode, version, zxid } = parseSrvr(srvr.text);
    const synced = mntr.kind === 'text' ? parseMntr(mntr.text).get('zk_synced_followers') : undefined;
    return {
      state: mode,
      version,
      zxid,
      // A transaction id's upper 32 bits are the epoch of the leader that made it.
      epoch: Number(BigInt(zxid) >> 32n),
      ...(mode === 'leader' && synced !== undefined ? { syncedFollowers: Number(synced) } : {}),
      ...believed,
      blocked,
    };
  } catch (error) {
    options.signal.throwIfAborted();
    if (!(error instanceof BrokkrError)) throw error;
    return { state: 'unreachable', reason: error.message, blocked: [] };
  }
}
