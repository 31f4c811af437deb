import { expect, test } from 'vitest';
import { NeedsTerminal } from '../../../src/transport/become.ts';
import { Terminals } from '../../../src/transport/terminals.ts';

const root = { user: 'root', method: 'sudo', password: undefined } as const;

test('what wants a terminal is done again on one, and each account is learnt once', async () => {
  const terminals = new Terminals();
  const log: string[] = [];
  const run = (what: string) => async (): Promise<void> => {
    const how = terminals.isFor(root) ? 'on a terminal' : 'without';
    await Promise.resolve();
    log.push(`${what} ${how}`);
    if (how === 'without') throw new NeedsTerminal('you must have a tty');
  };
  const forget = (): void => void log.push('given up');
  await Promise.all([terminals.given(root, run('a'), forget), terminals.given(root, run('b'), forget)]);
  await terminals.given(root, run('c'), forget);
  expect(log.filter((line) => line.endsWith('terminal')).sort()).toEqual([
    'a on a terminal',
    'b on a terminal',
    'c on a terminal',
  ]);
  expect(log.filter((line) => line.endsWith('without'))).toHaveLength(2);
  expect(terminals.isFor({ ...root, user: 'kafka' })).toBe(false);
});

test('any other failure is that of the caller', async () => {
  const terminals = new Terminals();
  const fails = (): Promise<void> => Promise.reject(new Error('another one'));
  await expect(terminals.given(root, fails, () => {})).rejects.toThrow('another one');
  expect(terminals.isFor(root)).toBe(false);
});
