import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { HostRun } from '../../src/apply/host-run.ts';
import { controlContext } from '../../src/control-context.ts';
import { BlockTracker } from '../../src/plan/block-tracker.ts';
import { Known } from '../../src/plan/known.ts';
import type { Connection } from '../../src/transport/connection.ts';
import { Host } from '../../src/transport/host.ts';
import { targetAt } from './transport/ssh-server.ts';

const unwanted = (): never => {
  throw new Error('nobody has asked for that');
};

test('a connection that comes after it was given up is closed', async () => {
  const late = new PassThrough();
  let open = (_channel: PassThrough): void => {};
  const connection: Connection = {
    exec: unwanted,
    dial: () =>
      new Promise((resolve) => {
        open = resolve;
      }),
    onClose: unwanted,
    end: unwanted,
    destroy: unwanted,
  };
  class Connected extends Host {
    override async connection(): Promise<Connection> {
      return connection;
    }
  }
  const run = new HostRun(new Connected(targetAt('one', 22)), new Known(), new BlockTracker());
  const interruption = new AbortController();
  const context = controlContext(
    new Map([['one', run]]),
    () => {},
    interruption.signal,
    () => false,
  );
  const dialing = context.connectFrom('one', 'other', 9092, interruption.signal);
  await turn();
  interruption.abort(new Error('interrupted'));
  await expect(dialing).rejects.toThrow('interrupted');
  open(late);
  await expect.poll(() => late.destroyed).toBe(true);
});
