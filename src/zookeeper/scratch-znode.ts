import { randomBytes } from 'node:crypto';
import { BrokkrError } from '../errors.ts';
import { formatEndpoint } from '../modules/dialing.ts';
import type { ZookeeperServer } from './server.ts';
import { type SessionOptions, ZookeeperSession } from './session.ts';

/**
 * Writes a znode on one server and reads it on each of the others. It belongs to the session, so nothing is left behind
 * whatever happens.
 * @returns whether each server's transaction id has moved to that of the write or beyond
 * @throws BrokkrError that names the server which could not write, or gives something else
 */
export async function proveZnode(
  servers: readonly ZookeeperServer[],
  options: SessionOptions,
): Promise<{
  readonly writer: ZookeeperServer;
  readonly readers: readonly ZookeeperServer[];
  readonly moved: boolean;
}> {
  const [writer, ...others] = servers;
  if (writer === undefined) throw new BrokkrError('there is no server to write on');
  const readers = others.length === 0 ? [writer] : others;
  const path = `/brokkr-proof-${randomBytes(8).toString('hex')}`;
  const data = randomBytes(32);
  const session = await ZookeeperSession.open(writer, options);
  try {
    const written = await session.createEphemeral(path, data);
    const zxids = await Promise.all(readers.map((reader) => readOn(reader, path, data, options)));
    await session.remove(path);
    return { writer, readers, moved: written > 0n && zxids.every((zxid) => zxid >= written) };
  } finally {
    await session.close();
  }
}

async function readOn(server: ZookeeperServer, path: string, data: Buffer, options: SessionOptions): Promise<bigint> {
  const session = await ZookeeperSession.open(server, options);
  try {
    const zxid = await session.sync(path);
    if (!(await session.getData(path)).equals(data))
      throw new BrokkrError(`${formatEndpoint(server)} gives something else than was written`);
    return zxid;
  } finally {
    await session.close();
  }
}
