import { spawnSync } from 'node:child_process';
import { BrokkrError } from '../errors.ts';
import type { Lookup } from '../jinja/environment.ts';
import { isDict, type Value } from '../jinja/value.ts';
import { LookupOptions, textOf } from './options.ts';

/** What is asked of a server, and the text that it answers with. */
export interface UrlRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}
export type ReadUrl = (request: UrlRequest) => string;

/**
 * `url`: what a server answers, read once by the control machine however many hosts and tasks ask for it.
 * Lines, or the whole text with `split_lines=False`.
 */
export function urlLookup(read: ReadUrl = readUrl): Lookup {
  // Failures as well: one that does not answer would keep each task waiting.
  const known = new Map<string, string | BrokkrError>();
  const answerOf = (request: UrlRequest): string => {
    const key = JSON.stringify(request);
    const answer = known.get(key) ?? attempt(read, request);
    known.set(key, answer);
    if (answer instanceof BrokkrError) throw answer;
    return answer;
  };
  return (terms, named) => {
    const options = new LookupOptions('url', named, OPTIONS);
    if (!options.flag('validate_certs', true)) {
      throw new BrokkrError('the lookup url verifies certificates: validate_certs=False is not supported', {
        hint: 'have the control machine trust the certificate: NODE_EXTRA_CA_CERTS=FILE',
      });
    }
    const headers = { ...headersOf(options.get('headers')), ...authorization(options) };
    const timeoutSeconds = options.integer('timeout', 10);
    return terms.flatMap((term) => {
      const text = answerOf({ url: textOf(term, 'the URL of the lookup url'), headers, timeoutSeconds });
      return options.flag('split_lines', true) ? lines(text) : [text];
    });
  };
}

function attempt(read: ReadUrl, request: UrlRequest): string | BrokkrError {
  try {
    return read(request);
  } catch (error) {
    if (error instanceof BrokkrError) return error;
    throw error;
  }
}

const OPTIONS = ['split_lines', 'validate_certs', 'username', 'password', 'headers', 'timeout', 'force_basic_auth'];

function lines(text: string): readonly string[] {
  const all = text.split(/\r\n|\r|\n/);
  return all.at(-1) === '' ? all.slice(0, -1) : all;
}

function headersOf(value: Value | undefined): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isDict(value)) throw new BrokkrError('headers of the lookup url must be a dict');
  return Object.fromEntries(
    [...value].map(([name, text]) => [
      textOf(name, 'a header of the lookup url'),
      textOf(text, 'a header of the lookup url'),
    ]),
  );
}

function authorization(options: LookupOptions): Readonly<Record<string, string>> {
  const user = options.text('username', '');
  if (user === '') return {};
  const credentials = Buffer.from(`${user}:${options.text('password', '')}`).toString('base64');
  return { authorization: `Basic ${credentials}` };
}

/** Reads standard input, so that what is secret in the request stands in no list of processes. */
const PROGRAM = `
  const { url, headers } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
  fetch(url, { headers: { 'user-agent': 'brokkr', ...headers } })
    .then(async (answer) => {
      if (!answer.ok) throw new Error('the server answered HTTP ' + answer.status);
      process.stdout.write(await answer.text());
    })
    .catch((error) => {
      process.stderr.write(error.cause?.message || error.cause?.code || error.message);
      process.exitCode = 1;
    });
`;

const LARGEST_ANSWER = 64 * 1024 * 1024;

/**
 * Expressions have their values at once, so a Node of its own waits for the server. Proxies of the environment are for
 * Node 24 to follow; those before go to the server itself.
 * @throws BrokkrError with the URL and the reason
 */
export function readUrl(request: UrlRequest): string {
  if (!/^https?:\/\//.test(request.url)) {
    throw new BrokkrError(`the lookup url reads http:// and https://, not ${request.url}`, {
      hint: "lookup('file', …) reads files of this machine",
    });
  }
  const run = spawnSync(process.execPath, ['-e', PROGRAM], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    maxBuffer: LARGEST_ANSWER,
    timeout: request.timeoutSeconds * 1000,
    env: { ...process.env, NODE_USE_ENV_PROXY: '1', NODE_NO_WARNINGS: '1' },
  });
  if (run.error === undefined && run.status === 0) return run.stdout;
  const isLate = run.error !== undefined && 'code' in run.error && run.error.code === 'ETIMEDOUT';
  const late = `no answer within ${request.timeoutSeconds} seconds`;
  const why = isLate ? late : (run.error?.message ?? run.stderr.trim());
  throw new BrokkrError(`cannot read ${request.url}: ${why}`, {
    hint: "check the address from this machine, or give errors='ignore' for what may be missing",
  });
}
