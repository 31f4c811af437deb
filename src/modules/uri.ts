import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import type { ControlAnswer, ControlQuestion, Json } from '../shell/question.ts';
import { choice, flag, integer, text } from './argument-types.ts';
import { failed } from './decisions.ts';
import { answerRequest, performRequest, requestTopic, responseSchema } from './http-request.ts';
import { plainOf } from './json-value.ts';
import type { Conclusion, Module } from './module.ts';
import { parseJsonText } from './response-json.ts';
import { fields } from './results.ts';

const statusCodes = z.unknown().transform((given, context): readonly number[] => {
  const list = Array.isArray(given) ? given : String(given).split(',');
  const codes = list.map((each) => Number(plainOf(each)));
  if (codes.every((code) => Number.isInteger(code) && code !== 0)) return codes;
  context.addIssue({ code: 'custom', message: 'a list of status codes is wanted' });
  return z.NEVER;
});

const dictionary = z.custom<ReadonlyMap<Value, Value>>((value) => value instanceof Map, 'a dict is wanted');

const schema = z.strictObject({
  url: text.refine((url) => /^https?:\/\//.test(url) && URL.canParse(url), {
    message: 'a URL that begins with http:// or https:// is wanted',
  }),
  method: text.transform((method) => method.toUpperCase()).default('GET'),
  body: z.custom<Value>().optional(),
  body_format: choice(['raw', 'json', 'form-urlencoded']).default('raw'),
  headers: dictionary.optional(),
  status_code: statusCodes.default([200]),
  return_content: flag.default(false),
  timeout: integer.default(30),
  follow_redirects: choice(['safe', 'all', 'yes', 'none', 'no']).default('safe'),
  validate_certs: flag.default(true),
  url_username: text.optional(),
  url_password: text.optional(),
  force_basic_auth: flag.default(false),
  http_agent: text.default('ansible-httpget'),
});

type UriArguments = z.infer<typeof schema>;

/** A request to a server, as the host would make it. */
export const uri: Module<UriArguments> = {
  name: 'uri',
  collection: 'ansible.builtin',
  summary: 'Makes an HTTP request from the host, through its SSH connection, and tells the answer.',
  schema,
  aliases: { user: 'url_username', password: 'url_password' },
  example: `- name: The REST interface answers
  uri:
    url: http://127.0.0.1:8083/connectors
    return_content: yes
  register: connectors
  until: connectors.status == 200
  retries: 10
  delay: 3`,
  noticedByOthers: true,
  answerers: { [requestTopic]: answerRequest },
  performers: { [requestTopic]: performRequest },
  probe(args, context) {
    if (args.url_password !== undefined) context.addSecret(args.url_password);
    return isSafe(args) ? [question(args, context.host)] : [];
  },
  decide(args, answers, context) {
    if (isSafe(args)) {
      const end = conclude(args, answers.get(question(args, context.host)));
      if (!end.failed) return { verdict: 'unchanged', result: end.result };
      return {
        ...failed({ message: end.message ?? '', ...(end.hint === undefined ? {} : { hint: end.hint }) }),
        result: end.result,
      };
    }
    return {
      verdict: 'change',
      actions: [{ do: 'control', topic: requestTopic, parameters: parametersOf(args, context.host) }],
      diff: [{ kind: 'note', text: `${args.method} ${args.url}` }],
      result: fields({ url: args.url }),
      pending: ['status', 'msg', 'content', 'json', 'redirected', 'elapsed'],
      conclude([outcome]) {
        const answer: ControlAnswer =
          outcome?.rc === 0 && outcome.value !== undefined
            ? { ok: true, value: outcome.value }
            : { ok: false, error: outcome?.stderr ?? '' };
        return conclude(args, answer);
      },
    };
  },
};

/** GET and HEAD change nothing (RFC 9110, 9.2.1), so they are made to decide, also by a plan. */
function isSafe({ method }: UriArguments): boolean {
  return method === 'GET' || method === 'HEAD';
}

function question(args: UriArguments, host: string): ControlQuestion {
  return { ask: 'control', topic: requestTopic, parameters: parametersOf(args, host), life: 'volatile' };
}

function parametersOf(args: UriArguments, host: string): Json {
  const headers: Record<string, string> = { 'User-Agent': args.http_agent, Accept: '*/*' };
  const body = bodyOf(args);
  if (body !== undefined && args.body_format === 'json') headers['Content-Type'] = 'application/json';
  if (body !== undefined && args.body_format === 'form-urlencoded')
    headers['Content-Type'] = 'application/x-www-form-urlencoded';
  if (args.url_username !== undefined) {
    const credentials = Buffer.from(`${args.url_username}:${args.url_password ?? ''}`).toString('base64');
    headers.Authorization = `Basic ${credentials}`;
  }
  for (const [name, value] of args.headers ?? []) headers[String(name)] = String(plainOf(value));
  const { url, method, timeout, validate_certs } = args;
  const follows =
    args.follow_redirects === 'all' ||
    args.follow_redirects === 'yes' ||
    (args.follow_redirects === 'safe' && isSafe(args));
  return { host, url, method, headers, body: body ?? null, timeout, follows, verifies: validate_certs };
}

function bodyOf({ body, body_format }: UriArguments): string | undefined {
  if (body === undefined || body === null) return undefined;
  const plain = plainOf(body);
  if (body_format === 'form-urlencoded' && body instanceof Map) {
    const pairs = [...body].flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each): [string, string] => [String(name), String(plainOf(each))]),
    );
    return new URLSearchParams(pairs).toString();
  }
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}

function conclude(args: UriArguments, answer: ControlAnswer): Conclusion {
  if (!answer.ok) {
    const msg = `Status code was -1 and not [${args.status_code.join(', ')}]: Request failed: ${answer.error}`;
    const known = { url: args.url, status: -1, redirected: false, elapsed: 0, msg };
    if (args.status_code.includes(-1)) return { changed: false, failed: false, result: fields(known) };
    return { changed: false, failed: true, message: msg, result: fields(known) };
  }
  const { status, reason, url, headers, content, elapsed } = responseSchema.parse(answer.value);
  const isRight = args.status_code.includes(status);
  const length = Buffer.byteLength(content);
  const said =
    status < 400 ? `${reason} (${headers.content_length ?? length} bytes)` : `HTTP Error ${status}: ${reason}`;
  const msg = isRight ? said : `Status code was ${status} and not [${args.status_code.join(', ')}]: ${said}`;
  const json = /[/+]json/.test(headers.content_type ?? '') ? parseJsonText(content) : undefined;
  const shown = args.return_content || !isRight ? content : undefined;
  const known = { ...headers, status, url, redirected: url !== args.url, elapsed, content: shown, json, msg };
  return { changed: false, failed: !isRight, ...(isRight ? {} : { message: msg }), result: fields(known) };
}
