import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import path from 'node:path';
import { BrokkrError } from '../errors.ts';

/** Milliseconds that ssh may take to say what it would do: `Match exec` runs programs of the user. */
const ASK_MS = 15_000;

/** What ssh would do, by the names of its options in lower case; some stand there several times. */
export type SshConfig = ReadonlyMap<string, readonly string[]>;

/**
 * Asks ssh itself, by `ssh -G`, so that Include, Match, patterns and tokens mean what they mean to it. No connection is made.
 * @throws BrokkrError with ssh's own words when it refuses the arguments or its configuration
 */
export function askSsh(args: readonly string[], host: string): Promise<SshConfig> {
  return new Promise((resolve, reject) => {
    const child = execFile('ssh', ['-G', ...args, '--', host], { timeout: ASK_MS }, (error, stdout, stderr) => {
      if (error === null) return resolve(parseSshConfig(stdout));
      if (typeof error.code === 'string')
        return reject(
          new BrokkrError(`ssh cannot be asked how it would reach ${host}: ${error.message}`, {
            cause: error,
            hint: 'the configuration of ssh and its options are read by ssh itself: install it (openssh-client)',
          }),
        );
      const said = stderr.replaceAll(/^Pseudo-terminal will not.*$/gm, '').trim();
      const ended =
        error.killed === true
          ? `it was not done after ${ASK_MS / 1000} s`
          : (error.signal ?? `exit status ${error.code}`);
      reject(
        new BrokkrError(`ssh refuses to reach ${host}: ${said === '' ? ended : said}`, { hint: `try: ssh -G ${host}` }),
      );
    });
    // A program of `Match exec` finds nothing to read.
    child.stdin?.end();
  });
}

export function parseSshConfig(text: string): SshConfig {
  const config = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (name === '') continue;
    const key = name.toLowerCase();
    const values = config.get(key);
    if (values === undefined) config.set(key, [value]);
    else values.push(value);
  }
  return config;
}

/** What Debian and others write into /etc/ssh/ssh_config, and what changes nothing for us. */
const IDLE = /^(host|sendenv|hashknownhosts|gssapi\w*|forwardx11\w*|visualhostkey|xauthlocation|loglevel)$/i;

/** Have the configuration files of ssh anything to say? When not, ssh need not be asked, which is a process for each host. */
export function hasSshConfig(
  user = path.join(homeOfAccount() ?? '/', '.ssh', 'config'),
  system = '/etc/ssh/ssh_config',
): boolean {
  return existsSync(user) || saysSomething(system, 0);
}

/** ssh asks for it and not for HOME; undefined for a user id without an account, as containers have them. */
function homeOfAccount(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    return undefined;
  }
}

function saysSomething(file: string, depth: number): boolean {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return false;
  }
  return text.split('\n').some((line) => {
    const [, keyword = '', rest = ''] = /^\s*([A-Za-z0-9]+)[\s=]+(.*)$/.exec(line) ?? [];
    if (keyword === '' || IDLE.test(keyword)) return false;
    if (!/^include$/i.test(keyword) || depth > 16) return true;
    return rest.split(/\s+/).some((pattern) => {
      const full = path.resolve(path.dirname(file), pattern);
      const [folder, name] = [path.dirname(full), path.basename(full)];
      if (!/^[^?[\]*]*\*?[^?[\]*]*$/.test(name) || /[?[\]*]/.test(folder)) return true;
      const [head = '', tail] = name.split('*');
      const isMeant = (each: string): boolean =>
        tail === undefined ? each === name : each.startsWith(head) && each.endsWith(tail) && !each.startsWith('.');
      return (
        existsSync(folder) &&
        readdirSync(folder).some((each) => isMeant(each) && saysSomething(path.join(folder, each), depth + 1))
      );
    });
  });
}

/** The tokens of ssh_config(5) that paths and commands may hold. */
export interface Tokens {
  readonly host: string;
  readonly original: string;
  readonly port: number;
  readonly user: string;
}

/** `%h`, `%p`, `%r` and the like; one that is not known stays as it is. */
export function expandTokens(text: string, { host, original, port, user }: Tokens): string {
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    d: userInfo().homedir,
    h: host,
    k: host,
    l: hostname(),
    L: hostname().replace(/\..*/, ''),
    n: original,
    p: String(port),
    r: user,
    u: userInfo().username,
    i: String(userInfo().uid),
  };
  return text.replaceAll(/%(.)/g, (all, letter: string) => values[letter] ?? all);
}

/** `~` is the home of the user, `${NAME}` a variable of the environment. */
export function expandPath(text: string, tokens: Tokens): string {
  const named = expandTokens(text, tokens).replaceAll(
    /\$\{([A-Za-z0-9_]+)\}/g,
    (all, name: string) => process.env[name] ?? all,
  );
  return named === '~' || named.startsWith('~/') ? path.join(homedir(), named.slice(1)) : named;
}
