import type { AdHocResult, AdHocSetting } from '../ad-hoc.ts';
import { runAdHoc } from '../ad-hoc.ts';
import { selectSomeHosts } from '../config/inventory/pattern.ts';
import { ExitCode, InterruptedError } from '../errors.ts';
import { type InspectOptions, openHosts } from './inspection.ts';
import { askSecret, type Io, print } from './io.ts';
import { warn } from './warn.ts';

/** Runs a shell command on the hosts of a pattern and prints what it said, the same words of several hosts once. */
export async function exec(
  io: Io,
  pattern: string,
  words: readonly string[],
  options: InspectOptions,
  connect?: AdHocSetting['connect'],
): Promise<ExitCode> {
  const results = await onHosts(io, pattern, words.join(' '), options, connect);
  if (options.json)
    print(
      io,
      results.map((result) => JSON.stringify(jsonOf(result))),
    );
  else print(io, foldedLines(results));
  return results.every((each) => 'output' in each && each.output.rc === 0) ? ExitCode.done : ExitCode.failed;
}

/** Runs one command on all hosts of a pattern; Ctrl-C ends what runs there. */
export async function onHosts(
  io: Io,
  pattern: string,
  command: string,
  options: InspectOptions,
  connect?: AdHocSetting['connect'],
  meanwhile?: AdHocSetting['meanwhile'],
): Promise<AdHocResult[]> {
  const setting = await openHosts(io, options);
  const { hosts, warnings, limitWarnings } = selectSomeHosts(setting.inventory, pattern, options.limit);
  warn(io, [...warnings, ...limitWarnings]);
  const passwords = {
    connection: options.askPass ? await askSecret(io, 'SSH password: ') : undefined,
    become: options.askBecomePass ? await askSecret(io, 'BECOME password: ') : undefined,
    askPassphrase: io.stdin.isTTY === true ? (question: string) => askSecret(io, question) : undefined,
  };
  const interruption = new AbortController();
  const onSignal = (): void => interruption.abort(new InterruptedError('interrupted: what ran on the hosts was ended'));
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const results = await runAdHoc(
      {
        setting,
        options,
        passwords,
        redactor: io.redactor,
        signal: interruption.signal,
        onNewKey: (host, key) => warn(io, [{ message: `${host}: the new host key ${key} was added to known_hosts` }]),
        ...(connect === undefined ? {} : { connect }),
        meanwhile,
      },
      hosts,
      command,
    );
    interruption.signal.throwIfAborted();
    return results;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** Hosts that said the same stand in one heading, in the order of the first of them. */
function foldedLines(results: readonly AdHocResult[]): string[] {
  const folded = new Map<string, { hosts: string[]; status: string; body: string[] }>();
  for (const result of results) {
    const { status, body } = told(result);
    const key = JSON.stringify([status, body]);
    const known = folded.get(key) ?? { hosts: [], status, body };
    known.hosts.push(result.host);
    folded.set(key, known);
  }
  return [...folded.values()].flatMap(({ hosts, status, body }) => {
    const count = hosts.length > 1 ? ` (${hosts.length} hosts)` : '';
    return [`${hosts.join(', ')}${count}: ${status}`, ...body.map((line) => `  ${line}`)];
  });
}

function told(result: AdHocResult): { status: string; body: string[] } {
  if ('error' in result) {
    const { message, hint } = result.error;
    return { status: 'failed', body: [message, ...(hint === undefined ? [] : [`→ ${hint}`])] };
  }
  const { rc, stdout, stderr, dropped } = result.output;
  const cut = dropped > 0 ? [`(${dropped} bytes more)`] : [];
  return { status: rc === 0 ? 'ok' : `exit status ${rc}`, body: [...linesOf(stdout), ...linesOf(stderr), ...cut] };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function jsonOf(result: AdHocResult): unknown {
  if ('output' in result) return { host: result.host, ...result.output };
  return { host: result.host, error: result.error.message };
}
