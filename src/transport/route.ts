import { BrokkrError } from '../errors.ts';
import type { Secret } from '../shell/redact.ts';
import { askSsh, expandPath, expandTokens, hasSshConfig, type SshConfig, type Tokens } from './ssh-config.ts';
import type { SshCall, Target } from './target.ts';

/** Calls of ssh at the same time: each is some milliseconds of a processor. */
const AT_ONCE = 8;

/** What ssh would do and we do not: a key that is revoked there, or another source address, must not be passed over. */
const NOT_DONE = ['revokedhostkeys', 'bindaddress', 'bindinterface'] as const;

/** More hosts in a row than anybody has: a jump host whose own configuration leads back to it has no end. */
const LONGEST_CHAIN = 8;

/** How the hosts of a run are reached, as ssh says; it is asked once for each call. */
export class Routes {
  readonly #asked = new Map<string, Promise<SshConfig>>();
  readonly #hasConfig: () => boolean;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  readonly #passwordOf: (jump: string) => Secret | undefined;

  /** @param passwordOf the password of a jump host by the name that it is given, if it has one */
  constructor(
    hasConfig: () => boolean = hasSshConfig,
    passwordOf: (jump: string) => Secret | undefined = () => undefined,
  ) {
    this.#passwordOf = passwordOf;
    let known: boolean | undefined;
    this.#hasConfig = () => {
      known ??= hasConfig();
      return known;
    };
  }

  /**
   * The target as ssh would reach it: name, port, user, keys, agent, known hosts, and the hosts in between.
   * @throws BrokkrError when ssh refuses, or the jump hosts lead in a circle
   */
  async complete(target: Target, call: SshCall | undefined): Promise<Target> {
    if (call === undefined || target.connection === 'local') return target;
    if (!call.required && !this.#hasConfig()) return { ...target, call };
    return this.#complete(target, call, 0);
  }

  async #complete(target: Target, call: SshCall, depth: number): Promise<Target> {
    if (depth > LONGEST_CHAIN)
      throw new BrokkrError(`the jump hosts of ${target.name} lead to each other, without an end`, {
        hint: `see: ssh -G ${call.host} | grep proxyjump`,
      });
    const config = await this.#ask(call);
    for (const setting of NOT_DONE) {
      const value = one(config, setting) ?? 'none';
      if (value !== 'none')
        throw new BrokkrError(`${target.name}: ssh is configured with ${setting} ${value}, which is not supported`, {
          hint: `see: ssh -G ${call.host} | grep ${setting}`,
        });
    }
    const reached = { ...applyConfig(target, call.host, config), call };
    const jumps = one(config, 'proxyjump') ?? 'none';
    if (jumps === 'none') return reached;
    const jump = await this.#jump(reached, jumps, call.configFile, depth);
    return { ...reached, proxyCommand: undefined, jump };
  }

  async #jump(target: Target, jumps: string, configFile: string | undefined, depth: number): Promise<Target> {
    const at = jumps.lastIndexOf(',');
    const spec = jumps.slice(at + 1).trim();
    const [, user, bracketed, plain, port] =
      /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:@\s]+))(?::(\d+))?\/?$/.exec(spec) ?? [];
    const host = bracketed ?? plain;
    if (host === undefined)
      throw new BrokkrError(`the jump host ${spec} of ${target.name} is not [user@]host[:port]`, {
        hint: 'see ProxyJump in ssh_config(5)',
      });
    const call: SshCall = {
      arguments: [
        ...(configFile === undefined ? [] : ['-F', configFile]),
        ...(user === undefined ? [] : ['-l', user]),
        ...(port === undefined ? [] : ['-p', port]),
        // Of several, each is reached through those that are named before it.
        ...(at < 0 ? [] : ['-o', `ProxyJump=${jumps.slice(0, at)}`]),
      ],
      host,
      configFile,
      required: true,
    };
    const plainJump: Target = {
      name: host,
      connection: 'ssh',
      address: host,
      port: 22,
      user: '',
      privateKeyFile: undefined,
      password: this.#passwordOf(host),
      knownHostsFiles: [],
      hostKeyChecking: target.hostKeyChecking === 'accept-new' ? 'accept-new' : 'yes',
      timeout: target.timeout,
      ...(target.ssh === undefined ? {} : { ssh: target.ssh }),
    };
    return this.#complete(plainJump, call, depth + 1);
  }

  #ask(call: SshCall): Promise<SshConfig> {
    const key = [...call.arguments, call.host].join('\0');
    const asked = this.#asked.get(key) ?? this.#inTurn(() => askSsh(call.arguments, call.host));
    this.#asked.set(key, asked);
    return asked;
  }

  async #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return await ask();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}

function applyConfig(target: Target, original: string, config: SshConfig): Target {
  const host = one(config, 'hostname') ?? target.address;
  const port = Number(one(config, 'port') ?? target.port);
  const user = one(config, 'user') ?? target.user;
  const tokens: Tokens = { host, original, port, user };
  const files = (name: string): string[] =>
    (one(config, name) ?? '')
      .split(' ')
      .filter((file) => file !== '' && file !== 'none')
      .map((file) => expandPath(file, tokens));
  const checking = one(config, 'stricthostkeychecking') ?? 'ask';
  const alias = one(config, 'hostkeyalias');
  const command = one(config, 'proxycommand') ?? 'none';
  const family = { inet: 4, inet6: 6 } as const;
  const addressFamily = one(config, 'addressfamily');
  const seconds = Number(one(config, 'connecttimeout'));
  return {
    ...target,
    address: host,
    port,
    user,
    identityFiles: identityFiles(config, tokens),
    gssapi: one(config, 'gssapiauthentication') === 'yes',
    identitiesOnly: one(config, 'identitiesonly') === 'yes',
    agent: agentOf(one(config, 'identityagent') ?? 'SSH_AUTH_SOCK', tokens),
    certificateFiles: (config.get('certificatefile') ?? []).map((file) => expandPath(file, tokens)),
    knownHostsFiles: [...files('userknownhostsfile'), ...files('globalknownhostsfile')],
    hostKeyChecking: /^(no|off|false)$/.test(checking)
      ? 'no'
      : checking === 'accept-new' || (checking === 'ask' && target.hostKeyChecking === 'accept-new')
        ? 'accept-new'
        : 'yes',
    timeout: Number.isFinite(seconds) && seconds > 0 ? seconds : target.timeout,
    ...(alias === undefined || alias === 'none' ? {} : { hostKeyAlias: alias }),
    ...(command === 'none' ? {} : { proxyCommand: expandTokens(command, tokens) }),
    ...(addressFamily === 'inet' || addressFamily === 'inet6' ? { family: family[addressFamily] } : {}),
  };
}

/** Undefined when ssh names only those that it tries when nothing is configured. */
function identityFiles(config: SshConfig, tokens: Tokens): readonly string[] | undefined {
  const named = config.get('identityfile') ?? [];
  const isDefault = (file: string): boolean =>
    /^~\/\.ssh\/id_(rsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss|dsa)$/.test(file);
  // Every version of ssh has more than three defaults; fewer of them were written down by somebody.
  if (named.every(isDefault) && named.length > 3) return undefined;
  return named.filter((file) => file !== 'none').map((file) => expandPath(file, tokens));
}

/** Where the agent listens: IdentityAgent names a path, a variable with it, or `none`. */
function agentOf(text: string, tokens: Tokens): string {
  const [, variable] = /^\$([A-Za-z0-9_]+)$/.exec(text === 'SSH_AUTH_SOCK' ? `$${text}` : text) ?? [];
  return variable === undefined ? expandPath(text, tokens) : process.env[variable] || 'none';
}

function one(config: SshConfig, name: string): string | undefined {
  return config.get(name)?.[0];
}
