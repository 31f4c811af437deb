import { request } from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import { SourceFailure } from './source-failure.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Proxy {
  readonly host: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The proxy for a URL by the usual variables: `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`, in small or
 * capital letters (`HTTP_PROXY` in capitals too, as this is no CGI program). `undefined` when it is reached directly.
 */
export function proxyFor(url: URL, environment: Environment): Proxy | undefined {
  const read = (name: string) => environment[name] || environment[name.toUpperCase()] || undefined;
  if (isExempt(url, read('no_proxy'))) return undefined;
  const text = read(`${url.protocol.slice(0, -1)}_proxy`) ?? read('all_proxy');
  if (text === undefined) return undefined;
  const proxy = parse(text);
  if (proxy === undefined || proxy.protocol !== 'http:') {
    throw new SourceFailure(`the proxy in the environment cannot be used: only http://HOST:PORT is supported`);
  }
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const headers = proxy.username === '' ? {} : { 'proxy-authorization': `Basic ${btoa(credentials)}` };
  return { host: proxy.hostname, port: Number(proxy.port || '80'), headers };
}

function parse(text: string): URL | undefined {
  const url = text.includes('://') ? text : `http://${text}`;
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** `no_proxy` names hosts and, with or without a dot before them, domains; `*` is everything; a port may narrow it. */
function isExempt(url: URL, list: string | undefined): boolean {
  return (list ?? '').split(/[\s,]+/).some((item) => {
    const [name = '', port] = item
      .toLowerCase()
      .replace(/^\*?\./, '')
      .split(':');
    if (name === '*') return true;
    if (name === '' || (port !== undefined && port !== url.port)) return false;
    return url.hostname === name || url.hostname.endsWith(`.${name}`);
  });
}

/** Asks the proxy for a tunnel to the URL's host, and gives the function that makes a TLS connection through it. */
export async function openTunnel(
  proxy: Proxy,
  url: URL,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<() => Socket> {
  const target = `${url.hostname}:${url.port || '443'}`;
  const socket = await new Promise<Socket>((resolve, reject) => {
    const asking = request({
      ...{ host: proxy.host, port: proxy.port, method: 'CONNECT', path: target, agent: false },
      headers: { host: target, ...proxy.headers },
      ...(signal === undefined ? {} : { signal }),
    });
    const late = new SourceFailure(`the proxy ${proxy.host}:${proxy.port} does not answer`);
    const timer = setTimeout(() => asking.destroy(late), timeoutMs);
    asking.on('close', () => clearTimeout(timer));
    asking.on('error', (error) => {
      if (error instanceof SourceFailure) reject(error);
      else reject(new SourceFailure(`the proxy ${proxy.host}:${proxy.port}: ${error.message}`, { cause: error }));
    });
    asking.on('connect', (answer, opened) => {
      clearTimeout(timer);
      if (answer.statusCode === 200) return resolve(opened);
      opened.destroy();
      reject(new SourceFailure(`the proxy ${proxy.host}:${proxy.port} refuses ${target}: HTTP ${answer.statusCode}`));
    });
    asking.end();
  });
  return () => connect({ socket, servername: url.hostname });
}
