import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import type { Problem } from '../errors.ts';
import { Undefined, type Value } from '../jinja/value.ts';
import { isTruthy } from '../jinja/values/compare.ts';
import { toText } from '../jinja/values/text.ts';
import { Secret } from '../shell/redact.ts';
import type { VariableScope } from './variables/scope.ts';

/** How a host is reached, as its variables and the command line say. */
export interface ConnectionSettings {
  readonly connection: 'ssh' | 'local';
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly privateKeyFile: string | undefined;
  readonly password: Secret | undefined;
  readonly knownHostsFiles: readonly string[];
  readonly hostKeyChecking: 'yes' | 'accept-new' | 'no';
  /** Seconds. */
  readonly timeout: number;
}

/** The command line's share: weaker than the inventory's variables, as in Ansible. */
export interface ConnectionDefaults {
  readonly user?: string | undefined;
  readonly privateKeyFile?: string | undefined;
  readonly password?: Secret | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  readonly acceptNewHostKeys?: boolean | undefined;
  /** `host_key_checking` of ansible.cfg. */
  readonly hostKeyChecking?: boolean | undefined;
  /** `remote_port` of ansible.cfg. */
  readonly port?: number | undefined;
  /** `ssh_args`, `ssh_common_args` and `ssh_extra_args` of ansible.cfg. */
  readonly sshArgs?: string | undefined;
  readonly sshCommonArgs?: string | undefined;
  readonly sshExtraArgs?: string | undefined;
}

/** Reads `ansible_host`, `ansible_port`, `ansible_user` and the like; what is wrong with them is added to `problems`. */
export function readConnection(
  scope: VariableScope,
  defaults: ConnectionDefaults,
  problems: Problem[],
): ConnectionSettings {
  const name = scope.host;
  const text = (...names: string[]): string | undefined => {
    for (const each of names) {
      const value = scope.lookup(each);
      if (value !== undefined && value !== null && !(value instanceof Undefined)) return toText(value);
    }
    return undefined;
  };
  const kind =
    text('ansible_connection') ??
    (/^(localhost|127\.0\.0\.1|::1)$/.test(name) && !scope.has('ansible_host') ? 'local' : 'ssh');
  if (!/^(ssh|smart|paramiko|paramiko_ssh|local)$/.test(kind)) {
    problems.push({
      message: `${name}: ansible_connection: ${kind} is not supported`,
      hint: 'supported are: ssh, local',
    });
  }
  const port = Number(text('ansible_port', 'ansible_ssh_port') ?? defaults.port ?? 22);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    problems.push({ message: `${name}: ansible_port must be a port number from 1 to 65535` });
  const options = sshOptions(
    name,
    [
      text('ansible_ssh_common_args') ?? defaults.sshCommonArgs,
      text('ansible_ssh_extra_args') ?? defaults.sshExtraArgs,
      text('ansible_ssh_args') ?? defaults.sshArgs,
    ].join(' '),
    problems,
  );
  const checking = options.get('stricthostkeychecking');
  const said = [scope.lookup('ansible_host_key_checking'), scope.lookup('ansible_ssh_host_key_checking')].filter(
    (value) => value !== undefined,
  );
  const checks = said.length === 0 ? defaults.hostKeyChecking !== false : said.every(isOn);
  const password = text('ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password');
  const key =
    text('ansible_ssh_private_key_file', 'ansible_private_key_file') ??
    options.get('identityfile') ??
    defaults.privateKeyFile;
  return {
    connection: kind === 'local' ? 'local' : 'ssh',
    address: text('ansible_host', 'ansible_ssh_host') ?? name,
    port,
    user: text('ansible_user', 'ansible_ssh_user') ?? options.get('user') ?? defaults.user ?? userInfo().username,
    privateKeyFile: key === undefined ? undefined : expandHome(key),
    password: password === undefined ? defaults.password : new Secret(password),
    knownHostsFiles: (options.get('userknownhostsfile') ?? '~/.ssh/known_hosts ~/.ssh/known_hosts2')
      .split(/\s+/)
      .map(expandHome)
      .concat('/etc/ssh/ssh_known_hosts'),
    hostKeyChecking:
      checking === 'no' || checking === 'off' || !checks
        ? 'no'
        : checking === 'accept-new' || defaults.acceptNewHostKeys === true
          ? 'accept-new'
          : 'yes',
    timeout: Number(
      text('ansible_timeout', 'ansible_ssh_timeout') ?? options.get('connecttimeout') ?? defaults.timeout ?? 10,
    ),
  };
}

function isOn(value: Value): boolean {
  return typeof value === 'string' ? /^(yes|true|on|1)$/i.test(value.trim()) : isTruthy(value);
}

/** Options of ssh(1) that change nothing for us, or that mean here what they mean there. */
const UNDERSTOOD = new Set(['userknownhostsfile', 'stricthostkeychecking', 'identityfile', 'user', 'connecttimeout']);
const HARMLESS =
  /^(controlmaster|controlpersist|controlpath|serveraliveinterval|serveralivecountmax|tcpkeepalive|loglevel|batchmode|identitiesonly|preferredauthentications|pubkeyauthentication|compression|forwardagent|requesttty|passwordauthentication|updatehostkeys|hashknownhosts|gssapiauthentication|addressfamily)$/;

/** The `-o Name=value` options (and `-i`, `-l`) of ssh arguments, names in lower case. */
function sshOptions(host: string, text: string, problems: Problem[]): Map<string, string> {
  const options = new Map<string, string>();
  const words = (text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const [, flag = '', attached = ''] = /^-([oilpCqTtAxv])(.*)$/.exec(word) ?? [];
    const value = 'oilp'.includes(flag) && flag !== '' ? (attached === '' ? (words[++i] ?? '') : attached) : '';
    if (flag === 'i') options.set('identityfile', value);
    else if (flag === 'l') options.set('user', value);
    else if (flag === 'o') {
      const [, name = '', setting = ''] = /^([A-Za-z]+)[ =]\s*"?(.*?)"?$/.exec(value) ?? [];
      const key = name.toLowerCase();
      if (UNDERSTOOD.has(key)) options.set(key, key === 'stricthostkeychecking' ? setting.toLowerCase() : setting);
      else if (!HARMLESS.test(key))
        problems.push({ message: `${host}: the ssh option ${name || value} is not supported` });
    } else if (!/^[CqTtAxv]$/.test(flag))
      problems.push({ message: `${host}: the ssh argument ${word} is not supported` });
  }
  return options;
}

function expandHome(file: string): string {
  return file === '~' || file.startsWith('~/') ? path.join(homedir(), file.slice(1)) : file;
}
