import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { httpGet } from '../../../src/distributions/http-get.ts';
import { proxyFor } from '../../../src/distributions/proxy.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${portOf(server.address())}` };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not a port');
  return address.port;
}

const get = httpGet({});

describe('a URL', () => {
  test('is read, with its length, after redirects', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/old') response.writeHead(302, { location: '/new' }).end();
      else response.writeHead(200, { 'content-length': 5 }).end('hello');
    });
    const { body, totalBytes } = await get(`${url}/old`);
    expect([await text(body), totalBytes]).toEqual(['hello', 5]);
  });

  test.each([
    [404, 'answered HTTP 404 (it does not have this file)'],
    [503, 'answered HTTP 503'],
    [304, 'answered HTTP 304'],
  ])('that answers %d is a failure', async (status, message) => {
    const { url } = await serve((_, response) => response.writeHead(status).end('no'));
    await expect(get(url)).rejects.toThrow(message);
  });

  test('that redirects for ever is a failure', async () => {
    const { url } = await serve((_, response) => response.writeHead(301, { location: '/' }).end());
    await expect(get(url)).rejects.toThrow('redirects in a circle');
  });

  test('where nobody listens, of a name that nobody has, or of another kind, is a failure', async () => {
    const { url, server } = await serve(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    await expect(get(url)).rejects.toThrow('refuses the connection');
    await expect(get('http://no-such-host.invalid/')).rejects.toThrow(
      'the name no-such-host.invalid cannot be resolved',
    );
    await expect(get('ftp://example.com/')).rejects.toThrow('ftp:// is not supported');
  });

  test('that stops in the middle fails its reader', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('some', () => response.destroy());
    });
    const { body } = await get(url);
    await expect(text(body)).rejects.toThrow('aborted');
  });

  test('is given up when the run is', async () => {
    const stop = new AbortController();
    const { url } = await serve(() => stop.abort(new Error('Ctrl-C')));
    await expect(get(url, { signal: stop.signal })).rejects.toThrow('Ctrl-C');
  });

  test('goes through the proxy of the environment, with its password', async () => {
    const proxy = await serve((request, response) => {
      response.end(`${request.url} ${request.headers.host} ${request.headers['proxy-authorization']}`);
    });
    const environment = { http_proxy: proxy.url.replace('//', '//me:p%40ss@') };
    const { body } = await httpGet(environment)('http://example.com/a?b');
    expect(await text(body)).toBe(`http://example.com/a?b example.com Basic ${btoa('me:p@ss')}`);
  });

  test('of https asks the proxy for a tunnel', async () => {
    const asked: string[] = [];
    const proxy = await serve(() => undefined);
    proxy.server.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    await expect(httpGet({ HTTPS_PROXY: proxy.url })('https://example.com/')).rejects.toThrow(
      /refuses example.com:443: HTTP 407/,
    );
    expect(asked).toEqual(['example.com:443']);
  });

  test('of https speaks TLS through the tunnel', async () => {
    const { server: plain, url } = await serve(() => undefined);
    const proxy = await serve(() => undefined);
    proxy.server.on('connect', (_, socket) => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(connect(portOf(plain.address()), '127.0.0.1')).pipe(socket);
    });
    // What stands behind the tunnel is no TLS server: that it is told so shows that the handshake went through.
    const https = url.replace('http:', 'https:');
    await expect(httpGet({ https_proxy: proxy.url })(https)).rejects.toThrow(/wrong version number|packet length/i);
  });
});

describe('the proxy of the environment', () => {
  const url = new URL('https://kafka.example.com/x');
  test.each([
    [{}, undefined],
    [{ https_proxy: 'http://proxy:3128' }, 'proxy:3128'],
    [{ HTTPS_PROXY: 'proxy:3128' }, 'proxy:3128'],
    [{ ALL_PROXY: 'http://proxy' }, 'proxy:80'],
    [{ http_proxy: 'http://proxy:3128' }, undefined],
    [{ https_proxy: 'http://proxy:3128', no_proxy: 'localhost,.example.com' }, undefined],
    [{ https_proxy: 'http://proxy:3128', NO_PROXY: '*' }, undefined],
    [{ https_proxy: 'http://proxy:3128', no_proxy: 'ample.com, kafka.example.com:8443' }, 'proxy:3128'],
  ])('%j gives %s', (environment, expected) => {
    const proxy = proxyFor(url, environment);
    expect(proxy === undefined ? undefined : `${proxy.host}:${proxy.port}`).toBe(expected);
  });

  test('of a kind that is not spoken is told', () => {
    expect(() => proxyFor(url, { https_proxy: 'socks5://proxy:1080' })).toThrow('only http://HOST:PORT is supported');
  });
});
