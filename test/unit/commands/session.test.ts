import { expect, it } from 'vitest';
import { sharedOptions } from '../../../src/commands/options.ts';
import { runSession, sharing } from '../../../src/commands/session.ts';
import { fakeIo } from './fake-io.ts';

const times = (text: string, part: string): number => text.split(part).length - 1;

it('runs of one command ask for a password once, and tell once where the time went', async () => {
  const io = fakeIo({ typed: 'open sesame\n' });
  const options = sharedOptions.parse({ askBecomePass: true, timings: true, format: 'lines' });
  const seen = await sharing(io, options, async (shared) => {
    const passwordOfRun = () =>
      runSession(io, shared, 'site.yml', options, false, async ({ inputs, report }) => {
        report.emit({ event: 'run-start', verb: 'provision', hosts: [], tasks: 0, checkMode: false });
        return inputs.passwords.become?.reveal();
      });
    return [await passwordOfRun(), await passwordOfRun()];
  });
  expect(seen).toEqual(['open sesame', 'open sesame']);
  expect(times(io.err(), 'BECOME password: ')).toBe(1);
  expect(times(io.out(), 'timings: ')).toBe(1);
});
