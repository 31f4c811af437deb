import type { ParsedKey } from 'ssh2';
import type { Secret } from '../shell/redact.ts';
import { systemFromStart } from './beyond-library.ts';
import { agentSocket, waysToLogIn } from './credentials.ts';
import { HostKeyCheck } from './host-key.ts';
import { keysOfAgent } from './key-agent.ts';
import { openKey } from './key-file.ts';
import type { Target } from './target.ts';

/** How often a passphrase is asked for that does not open its key; ssh asks as often. */
const TRIES = 3;

/** Keys that have a passphrase and were opened, by file. */
export type KeyRing = Map<string, ParsedKey>;

/**
 * Asks once for each key that some target has nothing else to log in with and whose passphrase no agent knows. Jump hosts
 * count like targets.
 * @param ask undefined: nobody is there to answer, so no key is opened
 * @param opened the keys that are open, by file; new ones are added, and the passphrases are forgotten
 */
export async function askPassphrases(
  targets: readonly Target[],
  ask: ((question: string) => Promise<Secret>) | undefined,
  opened: KeyRing,
): Promise<void> {
  if (ask === undefined) return;
  const agents = new Map<string, Promise<readonly Buffer[]>>();
  const keysOf = (socket: string | undefined): Promise<readonly Buffer[]> => {
    if (socket === undefined) return Promise.resolve([]);
    const keys = agents.get(socket) ?? keysOfAgent(socket);
    agents.set(socket, keys);
    return keys;
  };
  const seen = new Set<string>();
  for (const target of targets.flatMap(withJumps)) {
    const { privateKeyFile, identityFiles, identitiesOnly, agent, password } = target;
    const means = JSON.stringify([privateKeyFile, identityFiles, identitiesOnly, agent, password === undefined]);
    if (target.connection === 'local' || seen.has(means)) continue;
    const ways = waysToLogIn(target, opened);
    const { locked, wanted } = ways.find((way) => way.locked !== undefined) ?? {};
    // The system's ssh cannot be given what is opened here.
    if (locked !== undefined && systemFromStart(target, new HostKeyCheck(target)) !== undefined) continue;
    seen.add(means);
    if (locked === undefined) continue;
    if (ways.some(({ method }) => method !== undefined && method.type !== 'agent')) continue;
    const held = await keysOf(agentSocket(target));
    const isHeld = held.some((blob) => wanted?.equals(blob) === true);
    if (isHeld || (!locked.isNamed && held.length > 0)) continue;
    for (let left = TRIES; left > 0; left--) {
      const passphrase = await ask(`Passphrase of ${locked.file}: `);
      const key = openKey(locked.file, passphrase.reveal());
      if (key === undefined) continue;
      opened.set(locked.file, key);
      break;
    }
  }
}

function withJumps(target: Target): Target[] {
  return target.jump === undefined || target.connection === 'local' ? [target] : [target, ...withJumps(target.jump)];
}
