import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { systemClock } from '../poll.ts';

/**
 * Runs `work` while no other process of this machine does so under the same name. The lock is an abstract Unix socket
 * (unix(7)), which the kernel releases when its owner ends in whatever way, so there is no stale lock to judge. Only Linux
 * has them: elsewhere `work` runs without a lock.
 */
export async function exclusively<T>(
  name: string,
  work: () => Promise<T>,
  options: { readonly onWait?: () => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<T> {
  if (process.platform !== 'linux') return await work();
  const address = `\0brokkr-lab-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  let release = await tryListen(address);
  if (release === undefined) options.onWait?.();
  while (release === undefined) {
    await systemClock.sleep(200, options.signal);
    release = await tryListen(address);
  }
  try {
    return await work();
  } finally {
    await release();
  }
}

function tryListen(path: string): Promise<(() => Promise<void>) | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path }, () => resolve(() => new Promise((closed) => server.close(() => closed()))));
  });
}
