import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import type { Problem } from '../errors.ts';
import { Undefined, type Value } from '../jinja/value.ts';
import { isTruthy } from '../jinja/values/compare.ts';
import { toText } from '../jinja/values/text.ts';
import { Secret } from '../shell/redact.ts';
import { readSshArguments, type SshArguments } from './ssh-arguments.ts';
import type { VariableScope } from './variables/scope.ts';

/** Seconds that a connection may be kept at most: an hour, after which nobody remembers that a machine is still logged in. */
const LONGEST_KEPT = 3600;

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
  /** Whether its servers are talked to through the SSH connection; `auto`: where they cannot be reached from here. */
  readonly serversThroughSsh: 'auto' | 'always' | 'never';
  /** Who makes the connection: the SSH library, the system's ssh, or the library where it can. */
  readonly ssh: 'auto' | 'builtin' | 'system';
  /** Seconds that the connection stays for the next run; absent: none. */
  readonly keptSeconds?: number;
  /** What ssh would be called with; undefined for a local host. */
  readonly sshCall: SshCall | undefined;
}

/** A call of ssh(1), to be asked what it would do: its configuration files may say more than the inventory. */
interface SshCall {
  /** Without the host. */
  readonly arguments: readonly string[];
  /** The host's name as ssh is given it. */
  readonly host: string;
  /** The file of `-F`. */
  readonly configFile: string | undefined;
  /** The arguments alone say something that only ssh can tell the meaning of. */
  readonly required: boolean;
  /** The user is said here, so that ssh has nothing to say of it. */
  readonly saysUser?: boolean;
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
  const placeOf = (...names: string[]): Pick<Problem, 'at'> => {
    const at = names.flatMap((each) => scope.definitions(each).slice(0, 1))[0]?.at;
    return at === undefined ? {} : { at };
  };
  const kind =
    text('ansible_connection') ??
    (/^(localhost|127\.0\.0\.1|::1)$/.test(name) && !scope.has('ansible_host') ? 'local' : 'ssh');
  if (!/^(ssh|smart|paramiko|paramiko_ssh|local)$/.test(kind)) {
    problems.push({
      message: `${name}: ansible_connection: ${kind} is not supported`,
      ...placeOf('ansible_connection'),
      hint: 'supported are: ssh, local',
    });
  }
  const givenPort = text('ansible_port', 'ansible_ssh_port') ?? defaults.port?.toString();
  const port = Number(givenPort ?? 22);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    problems.push({
      message: `${name}: ansible_port must be a port number from 1 to 65535, and is ${givenPort}`,
      ...placeOf('ansible_port', 'ansible_ssh_port'),
      hint: 'the port that sshd listens on; without it 22 is meant',
    });
  const read = (words: string | undefined): SshArguments => readSshArguments(words ?? '', name, problems);
  // As Ansible builds its call of ssh, where the first value of an option wins: these, then the variables, then the others.
  const first = read(text('ansible_ssh_args') ?? defaults.sshArgs);
  const last = read(
    [
      text('ansible_ssh_common_args') ?? defaults.sshCommonArgs ?? '',
      text('ansible_ssh_extra_args') ?? defaults.sshExtraArgs ?? '',
    ].join(' '),
  );
  const option = (key: string, given?: string): string | undefined =>
    first.options.get(key) ?? given ?? last.options.get(key);
  const said = [scope.lookup('ansible_host_key_checking'), scope.lookup('ansible_ssh_host_key_checking')].filter(
    (value) => value !== undefined,
  );
  const checks = said.length === 0 ? defaults.hostKeyChecking !== false : said.every(isOn);
  const checking = option('stricthostkeychecking', checks ? undefined : 'no') ?? '';
  const password = text('ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password');
  const givenKey = text('ansible_ssh_private_key_file', 'ansible_private_key_file') ?? defaults.privateKeyFile;
  const givenUser = text('ansible_user', 'ansible_ssh_user') ?? defaults.user;
  const givenTimeout = text('ansible_timeout', 'ansible_ssh_timeout') ?? defaults.timeout?.toString();
  const timeout = Number(option('connecttimeout', givenTimeout) ?? 10);
  if (!(timeout > 0))
    problems.push({
      message: `${name}: ansible_timeout (or ConnectTimeout) must be a number of seconds above 0`,
      ...placeOf('ansible_timeout', 'ansible_ssh_timeout'),
      hint: 'seconds until a connection must stand; without it 10 are meant',
    });
  const keys = [first.options.get('identityfile'), givenKey, last.options.get('identityfile')];
  const key = option('identityfile', givenKey);
  const address = text('ansible_host', 'ansible_ssh_host') ?? name;
  const given = (flag: string, value: string | undefined): string[] =>
    value === undefined ? [] : ['-o', `${flag}=${value}`];
  return {
    connection: kind === 'local' ? 'local' : 'ssh',
    address,
    port,
    user: option('user', givenUser) ?? nameOfAccount(name, problems),
    privateKeyFile: key === undefined ? undefined : expandHome(key),
    password: password === undefined ? defaults.password : new Secret(password),
    knownHostsFiles: (option('userknownhostsfile') ?? '~/.ssh/known_hosts ~/.ssh/known_hosts2')
      .split(/\s+/)
      .map(expandHome)
      .concat('/etc/ssh/ssh_known_hosts'),
    hostKeyChecking: /^(no|off|false)$/.test(checking)
      ? 'no'
      : checking === 'accept-new' || defaults.acceptNewHostKeys === true
        ? 'accept-new'
        : 'yes',
    timeout,
    serversThroughSsh: oneOf(
      ['auto', 'always', 'never'],
      'kafka_through_ssh',
      text('kafka_through_ssh'),
      name,
      problems,
    ),
    ...readWay(text, name, problems),
    sshCall:
      kind === 'local'
        ? undefined
        : {
            arguments: [
              ...first.words,
              ...given('StrictHostKeyChecking', checks ? undefined : 'no'),
              ...given('Port', givenPort),
              ...given('IdentityFile', givenKey === undefined ? undefined : `"${expandHome(givenKey)}"`),
              ...given('User', givenUser),
              ...given('ConnectTimeout', givenTimeout),
              ...last.words,
            ],
            host: address,
            configFile: option('configfile'),
            // Keys add up, and ssh knows them all.
            saysUser: option('user', givenUser) !== undefined,
            required: first.needSsh || last.needSsh || keys.filter((each) => each !== undefined).length > 1,
          },
  };
}

/** Who makes the connection, and how long it stays. */
function readWay(
  text: (variable: string) => string | undefined,
  name: string,
  problems: Problem[],
): Pick<ConnectionSettings, 'ssh' | 'keptSeconds'> {
  const ssh = oneOf(['auto', 'builtin', 'system'], 'brokkr_ssh', text('brokkr_ssh'), name, problems);
  const seconds = Number(text('brokkr_ssh_persist') ?? 0);
  if (seconds === 0) return { ssh };
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST_KEPT)
    problems.push({ message: `${name}: brokkr_ssh_persist must be a number of seconds from 0 to ${LONGEST_KEPT}` });
  else if (ssh === 'builtin')
    problems.push({
      message: `${name}: brokkr_ssh_persist: only the system's ssh keeps connections, and brokkr_ssh says builtin`,
    });
  return { ssh, keptSeconds: seconds };
}

function oneOf<T extends string>(
  words: readonly ['auto', ...T[]],
  variable: string,
  given: string | undefined,
  host: string,
  problems: Problem[],
): T | 'auto' {
  const word = words.find((each) => each === (given ?? 'auto'));
  if (word !== undefined) return word;
  problems.push({ message: `${host}: ${variable}: ${given} is none of ${words.join(', ')}` });
  return 'auto';
}

/** The user id that a container is run with need not be that of an account. */
function nameOfAccount(host: string, problems: Problem[]): string {
  try {
    return userInfo().username;
  } catch {
    problems.push({
      message: `${host}: nothing says which user to log in as, and the user id ${process.geteuid?.()} has no account here`,
      hint: 'set ansible_user, or pass -u USER',
    });
    return '';
  }
}

function isOn(value: Value): boolean {
  return typeof value === 'string' ? /^(yes|true|on|1)$/i.test(value.trim()) : isTruthy(value);
}

function expandHome(file: string): string {
  return file === '~' || file.startsWith('~/') ? path.join(homedir(), file.slice(1)) : file;
}
