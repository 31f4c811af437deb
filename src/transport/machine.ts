import { createHash } from 'node:crypto';
import type { Target } from './target.ts';

/**
 * Two names of an inventory that are reached in the same way are one machine: what is known of it, and what a plan would make of
 * it, is the same for both. Where anything differs they may not be: a gateway may lead each user elsewhere. Local connections
 * are left apart: such hosts mostly stand for something else.
 * @returns what names of the same machine have in common
 */
export function machineOf(target: Target): string | undefined {
  const { connection, address, port, user, privateKeyFile, password, jump, proxyCommand, call } = target;
  if (connection === 'local') return undefined;
  const secret = password === undefined ? '' : createHash('sha256').update(password.reveal()).digest('hex');
  const through = jump === undefined ? proxyCommand : machineOf(jump);
  return JSON.stringify([address.toLowerCase(), port, user, privateKeyFile, secret, through, call?.arguments]);
}
