import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { type Environment, openTunnel, proxyFor } from './proxy.ts';
import { SourceFailure } from './source-failure.ts';

interface HttpAnswer {
  /** From the Content-Length header. */
  readonly totalBytes: number | undefined;
  readonly body: Readable;
}

/** How a URL is read; a test puts its own in place. Rejects with a `SourceFailure` when the answer is not the file. */
export type HttpGet = (url: string, options?: { signal?: AbortSignal | undefined }) => Promise<HttpAnswer>;

/** Milliseconds until the server must have begun to answer, and that its answer may pause. */
const answerTimeoutMs = 10_000;
const pauseTimeoutMs = 30_000;

/** Reads a URL over HTTP or HTTPS, follows redirects, and goes through the proxy that the environment names. */
export function httpGet(environment: Environment = process.env): HttpGet {
  return async (url, options = {}) => {
    let at = new URL(url);
    for (let redirects = 0; redirects <= 5; redirects++) {
      const answer = await send(at, environment, options.signal).catch((error: unknown) => {
        options.signal?.throwIfAborted();
        throw explain(at, error);
      });
      const location = answer.headers.location;
      const status = answer.statusCode ?? 0;
      if (status === 200) return { totalBytes: contentLength(answer), body: answer };
      answer.destroy();
      if (status < 300 || status >= 400 || location === undefined) {
        throw new SourceFailure(
          `${at.host} answered HTTP ${status}${status === 404 ? ' (it does not have this file)' : ''}`,
        );
      }
      const next = new URL(location, at);
      if (at.protocol === 'https:' && next.protocol !== 'https:') {
        throw new SourceFailure(
          `${at.host} redirects from https to ${next.href}, where anybody on the way could alter it`,
        );
      }
      at = next;
    }
    throw new SourceFailure(`${at.host} redirects in a circle`);
  };
}

async function send(url: URL, environment: Environment, signal: AbortSignal | undefined): Promise<IncomingMessage> {
  const proxy = proxyFor(url, environment);
  const headers = { 'user-agent': 'brokkr', accept: '*/*', 'accept-encoding': 'identity' };
  const common: RequestOptions = { headers, agent: false, ...(signal === undefined ? {} : { signal }) };
  if (url.protocol === 'https:') {
    const socket = proxy === undefined ? undefined : await openTunnel(proxy, url, answerTimeoutMs, signal);
    return answerOf(httpsRequest(url, socket === undefined ? common : { ...common, createConnection: socket }));
  }
  if (url.protocol !== 'http:') throw new SourceFailure(`${url.protocol}// is not supported: http and https are`);
  if (proxy === undefined) return answerOf(httpRequest(url, common));
  const viaProxy = { ...common, headers: { ...headers, host: url.host, ...proxy.headers }, path: url.href };
  return answerOf(httpRequest({ ...viaProxy, host: proxy.host, port: proxy.port }));
}

function answerOf(request: ReturnType<typeof httpRequest>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const late = new SourceFailure(`no answer within ${answerTimeoutMs / 1000} seconds`);
    const timer = setTimeout(() => request.destroy(late), answerTimeoutMs);
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.on('response', (answer) => {
      clearTimeout(timer);
      request.setTimeout(pauseTimeoutMs, () => {
        answer.destroy(new SourceFailure(`the download stood still for ${pauseTimeoutMs / 1000} seconds`));
      });
      resolve(answer);
    });
    request.end();
  });
}

function contentLength(answer: IncomingMessage): number | undefined {
  const text = answer.headers['content-length'];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function explain(url: URL, error: unknown): SourceFailure {
  if (error instanceof SourceFailure) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error && error.message !== '' ? error.message : code;
  const known: Readonly<Record<string, string>> = {
    ENOTFOUND: `the name ${url.hostname} cannot be resolved`,
    EAI_AGAIN: `the name ${url.hostname} cannot be resolved (no name server answers)`,
    ECONNREFUSED: `${url.host} refuses the connection`,
    ECONNRESET: `${url.host} broke the connection off`,
    ENETUNREACH: `there is no route to ${url.host}`,
    EHOSTUNREACH: `there is no route to ${url.host}`,
  };
  return new SourceFailure(known[code] ?? `${url.host}: ${message}`, { cause: error });
}
