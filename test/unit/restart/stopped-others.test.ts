import { expect, it } from 'vitest';
import { stoppedOthers } from '../../../src/restart/stopped-others.ts';
import { localServer, workFolder } from './local-servers.ts';

it('ends the wait for a server that stays stopped, names it, and says how it is started', async () => {
  const work = workFolder();
  const [up, down] = [localServer(work, 's3'), localServer(work, 's4')];
  await up.server.start(false, []);
  let now = 0;
  const clock = {
    now: () => now,
    sleep: () => {
      throw new Error('nothing is waited for here');
    },
  };
  const why = stoppedOthers([up.server, down.server], { cluster: 'Kafka', reach: ' -i lab.yml', clock });
  expect(await why()).toBeUndefined();
  now = 9_999;
  expect(await why(), 'its host may be booting').toBeUndefined();
  now = 10_000;
  expect(await why()).toBe(
    'Kafka does not run on s4, so nobody else can be missed: start it first (brokkr provision -i lab.yml --limit s4)',
  );
  await down.server.start(false, []);
  now = 20_000;
  expect(await why()).toBeUndefined();
});
