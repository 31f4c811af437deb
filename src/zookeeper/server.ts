import { z } from 'zod';
import { parseEndpoint } from '../modules/dialing.ts';

/** A server that the ensemble should have. */
export interface ZookeeperServer {
  /** What its `myid` holds. */
  readonly id: number;
  readonly host: string;
  /** Where it listens for clients. */
  readonly port: number;
}

/** The smallest and the largest id that a server may have (ZooKeeper administrator's guide, `myid`). */
const idSchema = z.coerce.number().int().min(1).max(255);

const defaultPort = 2181;

const longForm = z.strictObject({
  id: idSchema,
  host: z.string().min(1),
  port: z.coerce.number().int().min(1).max(65_535).default(defaultPort),
});

const shortForm = z.string().transform((text, context): ZookeeperServer => {
  const [, id, address = ''] = /^\s*(\d+)@(\S+)\s*$/.exec(text) ?? [];
  const known = idSchema.safeParse(id);
  const endpoint = parseEndpoint(/:\d+$/.test(address) ? address : `${address}:${defaultPort}`);
  if (known.success && endpoint !== undefined) return { id: known.data, ...endpoint };
  context.addIssue({ code: 'custom', message: `"${text}" is not id@host or id@host:port with an id from 1 to 255` });
  return z.NEVER;
});

/** `1@s1`, `1@s1:2181` or `{ id: 1, host: s1, port: 2181 }`, with no id or address twice. */
export const serversSchema = z
  .array(z.union([shortForm, longForm]), 'a list of id@host:port is wanted')
  .min(1, 'at least one id@host:port is wanted')
  .check((context) => {
    for (const [index, server] of context.value.entries()) {
      const earlier = context.value.slice(0, index);
      const message = earlier.some(({ id }) => id === server.id)
        ? `two servers have the id ${server.id}`
        : earlier.some(({ host, port }) => host === server.host && port === server.port)
          ? `${server.host}:${server.port} is named twice`
          : undefined;
      if (message !== undefined) context.issues.push({ code: 'custom', message, input: server, path: [index] });
    }
  });
