import { spawn } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BrokkrError } from '../../../src/errors.ts';
import { createEnvironment } from '../../../src/jinja/standard.ts';
import { compileTemplate } from '../../../src/jinja/template.ts';
import type { Value } from '../../../src/jinja/value.ts';
import { type ReadUrl, readUrl, type UrlRequest, urlLookup } from '../../../src/lookups/url.ts';

function evaluate(expression: string, read: ReadUrl): Value {
  const environment = createEnvironment({ lookups: { url: urlLookup(read) } });
  const scope = { lookup: () => undefined, names: () => [] };
  return compileTemplate(`{{ ${expression} }}`, { file: 'test', line: 1, column: 1 }, { environment }).evaluate(scope);
}

describe('lookup url', () => {
  test.each([
    ["lookup('url', 'http://a/sums')", 'one,two'],
    ["lookup('ansible.builtin.url', 'http://a/sums', wantlist=True)", ['one', 'two']],
    ["query('url', 'http://a/sums', split_lines=False)", ['one\r\ntwo\n']],
    ["query('url', 'http://a/sums', 'http://a/sums', split_lines=False) | length", 2],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression, () => 'one\r\ntwo\n')).toEqual(expected);
  });

  test('asks once for what many want, with the headers that are given', () => {
    const asked: UrlRequest[] = [];
    const read = (request: UrlRequest) => {
      asked.push(request);
      return 'x';
    };
    const same = "lookup('url', 'https://a/x', username='u', password='p', headers={'X-Team': 'kafka'}, timeout=3)";
    evaluate(`[${same}, ${same}, lookup('url', 'https://a/y')]`, read);
    expect(asked).toEqual([
      { url: 'https://a/x', headers: { 'X-Team': 'kafka', authorization: 'Basic dTpw' }, timeoutSeconds: 3 },
      { url: 'https://a/y', headers: {}, timeoutSeconds: 10 },
    ]);
  });

  test('asks once, also where there is no answer', () => {
    let asked = 0;
    const read = (): never => {
      asked += 1;
      throw new BrokkrError('no answer within 1 seconds');
    };
    const each = "lookup('url', 'https://a/x', errors='ignore')";
    evaluate(`[${each}, ${each}]`, read);
    expect(asked).toBe(1);
  });

  test('an option that it does not have, or does not want, is an error', () => {
    const none: ReadUrl = () => {
      throw new Error('nothing is to be read');
    };
    expect(() => evaluate("lookup('url', 'http://a', splitlines=False)", none)).toThrow("no option 'splitlines'");
    expect(() => evaluate("lookup('url', 'http://a', validate_certs=False)", none)).toThrow('verifies certificates');
  });

  test('reads from a server, and says why it could not', async () => {
    const port = await serve();
    const request = { headers: { 'x-word': 'hello' }, timeoutSeconds: 10 };
    expect(readUrl({ ...request, url: `http://127.0.0.1:${port}/word` })).toBe('hello');
    const missing = `http://127.0.0.1:${port}/none`;
    expect(() => readUrl({ ...request, url: missing })).toThrow(`cannot read ${missing}: the server answered HTTP 404`);
    const slow = `http://127.0.0.1:${port}/never`;
    expect(() => readUrl({ headers: {}, timeoutSeconds: 1, url: slow })).toThrow('no answer within 1 seconds');
    expect(() => readUrl({ ...request, url: 'file:///etc/passwd' })).toThrow('reads http:// and https://');
  });
});

/** A server in a process of its own: this one waits while the lookup reads. */
function serve(): Promise<string> {
  const program = `
    const server = require('node:http').createServer((request, answer) => {
      if (request.url === '/never') return;
      answer.statusCode = request.url === '/word' ? 200 : 404;
      answer.end(request.headers['x-word']);
    });
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  `;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
  });
}
