import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { AnyAuthMethod } from 'ssh2';
import ssh2 from 'ssh2';
import type { Target } from './target.ts';

/**
 * The ways to log in, in the order in which ssh tries them: the configured key, then the agent, then the default keys, then
 * the password. They are named to the server one by one, since the usual first try without any costs a round trip.
 */
export function authMethods(target: Target): { methods: AnyAuthMethod[]; tried: string[] } {
  const methods: AnyAuthMethod[] = [];
  const tried: string[] = [];
  const addKey = (file: string): void => {
    const key = readKey(file);
    if (key instanceof Error) tried.push(`${file} (${key.message})`);
    else {
      methods.push({ type: 'publickey', username: target.user, key });
      tried.push(file);
    }
  };
  if (target.privateKeyFile !== undefined) addKey(target.privateKeyFile);
  const agent = process.env.SSH_AUTH_SOCK;
  if (target.privateKeyFile === undefined) {
    if (agent !== undefined && agent !== '') {
      methods.push({ type: 'agent', username: target.user, agent });
      tried.push('the agent');
    }
    for (const name of ['id_ed25519', 'id_ecdsa', 'id_rsa']) {
      const file = path.join(homedir(), '.ssh', name);
      if (existsSync(file)) addKey(file);
    }
  }
  if (target.password !== undefined) {
    methods.push({ type: 'password', username: target.user, password: target.password.reveal() });
    tried.push('the password');
  }
  return { methods, tried };
}

/** The key's text, or why it cannot be used: asked before any connection, so that the message can say which file. */
function readKey(file: string): Buffer | Error {
  let text: Buffer;
  try {
    text = readFileSync(file);
  } catch (error) {
    return new Error(
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'no such file' : 'cannot be read',
    );
  }
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) {
    return new Error(
      /passphrase/i.test(parsed.message) ? 'it has a passphrase; add it to an ssh-agent: ssh-add FILE' : parsed.message,
    );
  }
  return text;
}
