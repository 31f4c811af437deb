import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { z } from 'zod';
import { within } from '../deadline.ts';
import { BrokkrError } from '../errors.ts';
import type { Json } from '../shell/question.ts';
import { dialFailure } from './dialing.ts';
import type { Answerer, ControlContext, Performer } from './module.ts';

/** The topic of HTTP requests that go out from a host. */
export const requestTopic = 'http-request';

/** Bytes of an answer that are read; more is a failure. */
const maxBytes = 16 * 1024 * 1024;
const maxRedirects = 10;

const parametersSchema = z.object({
  host: z.string(),
  url: z.string(),
  method: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
  /** Seconds. */
  timeout: z.number(),
  follows: z.boolean(),
  verifies: z.boolean(),
});
type Parameters = z.infer<typeof parametersSchema>;

export const responseSchema = z.object({
  status: z.number(),
  reason: z.string(),
  /** Where the answer came from, after redirections. */
  url: z.string(),
  /** Names in lower case with underscores, as Ansible tells them. */
  headers: z.record(z.string(), z.string()),
  content: z.string(),
  /** Seconds, whole. */
  elapsed: z.number(),
});

/** Makes the request; any answer of the server is one. */
export const answerRequest: Answerer = async (parameters, context) => {
  try {
    return { ok: true, value: await follow(parametersSchema.parse(parameters), context) };
  } catch (error) {
    if (!(error instanceof BrokkrError)) throw error;
    return { ok: false, error: error.message };
  }
};

/** Makes the request as a step. */
export const performRequest: Performer = async (parameters, context) => {
  const value = await follow(parametersSchema.parse(parameters), context);
  return { rc: 0, stdout: '', stderr: '', value };
};

async function follow(wanted: Parameters, context: ControlContext): Promise<Json> {
  const startedAt = Date.now();
  const signal = within(wanted.timeout * 1000, context.signal);
  try {
    let { url, method, body, headers } = wanted;
    for (let times = 0; ; times += 1) {
      const response = await send({ ...wanted, url, method, body, headers }, context, signal);
      const location = response.headers.location;
      const isRedirection = [301, 302, 303, 307, 308].includes(response.statusCode ?? 0) && location !== undefined;
      if (!isRedirection || !wanted.follows) return await told(response, url, startedAt);
      if (times === maxRedirects) throw new BrokkrError(`${wanted.url} leads on more than ${maxRedirects} times`);
      response.destroy();
      const next = new URL(location, url);
      // What is meant for one server is not told to another.
      if (next.host !== new URL(url).host) {
        headers = Object.fromEntries(
          Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)),
        );
      }
      url = next.href;
      if (response.statusCode === 303) [method, body] = [method === 'HEAD' ? 'HEAD' : 'GET', null];
    }
  } catch (error) {
    if (error instanceof BrokkrError || context.signal.aborted) throw error;
    throw new BrokkrError(`${wanted.url} cannot be asked from ${wanted.host}: ${dialFailure(error)}`, { cause: error });
  }
}

async function send(wanted: Parameters, context: ControlContext, signal: AbortSignal): Promise<IncomingMessage> {
  const { protocol, hostname, port, pathname, search, host } = new URL(wanted.url);
  const isTls = protocol === 'https:';
  if (!isTls && protocol !== 'http:') throw new BrokkrError(`${wanted.url} is neither http nor https`);
  const name = hostname.replace(/^\[(.*)\]$/, '$1');
  const plain = await context.connectFrom(wanted.host, name, Number(port) || (isTls ? 443 : 80), signal);
  const stream = isTls ? encrypted(plain, name, wanted.verifies) : plain;
  const body = wanted.body === null ? undefined : Buffer.from(wanted.body);
  const length = body === undefined ? {} : { 'Content-Length': String(body.length) };
  return new Promise((resolve, reject) => {
    const headers = { Host: host, Connection: 'close', ...length, ...wanted.headers };
    const path = `${pathname}${search}`;
    const outgoing = request({ createConnection: () => stream, method: wanted.method, path, headers, signal }, resolve);
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function encrypted(socket: Duplex, name: string, verifies: boolean): Duplex {
  const isAddress = /^[\d.]+$|:/.test(name);
  return connectTls({ socket, host: name, rejectUnauthorized: verifies, ...(isAddress ? {} : { servername: name }) });
}

async function told(response: IncomingMessage, url: string, startedAt: number): Promise<Json> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) throw new BrokkrError(`the answer of ${url} is larger than 16 MB`);
    chunks.push(bytes);
  }
  const headers = Object.entries(response.headers).map(([name, value]) => [
    name.replaceAll('-', '_'),
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    url,
    headers: Object.fromEntries(headers),
    content: Buffer.concat(chunks).toString(),
    elapsed: Math.floor((Date.now() - startedAt) / 1000),
  };
}
