import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { AnyAuthMethod } from 'ssh2';
import ssh2 from 'ssh2';
import type { Target } from './target.ts';

export interface LoginMethods {
  readonly methods: AnyAuthMethod[];
  /** What they are called in messages, and why a key cannot be used. */
  readonly tried: readonly string[];
}

/**
 * The ways to log in, in the order in which ssh tries them: the configured key, then the agent, then the default keys, then
 * the password. They are named to the server one by one, since the usual first try without any costs a round trip. Beside
 * a configured key that can be used, no agent is asked: its many keys could be more than the server lets try.
 */
export function authMethods(target: Target): LoginMethods {
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
  if (methods.length === 0) {
    if (agent !== undefined && agent !== '') {
      methods.push({ type: 'agent', username: target.user, agent });
      tried.push('the agent');
    }
    for (const name of target.privateKeyFile === undefined ? ['id_ed25519', 'id_ecdsa', 'id_rsa'] : []) {
      const file = path.join(homedir(), '.ssh', name);
      if (existsSync(file)) addKey(file);
    }
  }
  const { password } = target;
  if (password !== undefined) {
    methods.push({ type: 'password', username: target.user, password: password.reveal() });
    // Many servers ask for the password through PAM, as a question. Asked anything else or twice, there is no answer.
    let answered = false;
    methods.push({
      type: 'keyboard-interactive',
      username: target.user,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        const isPassword = prompts.length === 1 && prompts[0]?.echo !== true && !answered;
        if (isPassword) answered = true;
        finish(isPassword ? [password.reveal()] : []);
      },
    });
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
  if (/^(ssh-|ecdsa-|sk-)/.test(text.toString('latin1'))) {
    return new Error('it is a public key; the private one is wanted');
  }
  const parsed = ssh2.utils.parseKey(text);
  if (!(parsed instanceof Error)) return text;
  if (/passphrase/i.test(parsed.message)) {
    return new Error(`it has a passphrase; add it to an ssh-agent: ssh-add ${file}`);
  }
  if (/^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/m.test(text.toString('latin1'))) {
    return new Error(`it is in PKCS#8 format; write it as OpenSSH does: ssh-keygen -p -f ${file}`);
  }
  return new Error(parsed.message);
}
