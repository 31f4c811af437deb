import { expect, it } from 'vitest';
import { Secret } from '../../../src/shell/redact.ts';
import { machineOf } from '../../../src/transport/machine.ts';
import type { Target } from '../../../src/transport/target.ts';
import { targetAt } from './ssh-server.ts';

const zk1 = targetAt('zk1', 22);

it('two names that are reached in the same way are one machine', () => {
  expect(machineOf(targetAt('kafka1', 22))).toBe(machineOf(zk1));
  const behind = { ...zk1, jump: targetAt('bastion', 2222) };
  expect(machineOf({ ...behind, jump: targetAt('the same bastion', 2222) })).toBe(machineOf(behind));
});

it.each<[string, Partial<Target>]>([
  ['another port', { port: 23 }],
  ['another user, whom a gateway may lead elsewhere', { user: 'somebody' }],
  ['another key', { privateKeyFile: '/other' }],
  ['a password', { password: new Secret('hunter22') }],
  ['a bastion', { jump: targetAt('bastion', 2222) }],
  ['a command', { proxyCommand: 'nc %h %p' }],
])('with %s it may be another one', (_, other) => {
  expect(machineOf({ ...zk1, ...other })).not.toBe(machineOf(zk1));
});

it('hosts that are this machine are left apart', () => {
  expect(machineOf({ ...zk1, connection: 'local' })).toBeUndefined();
});
