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

it('speaks of steps that are finished first only where some may run', async () => {
  const interrupted = async (runs: boolean) => {
    const io = fakeIo();
    const options = sharedOptions.parse({});
    const stops: string[] = [];
    const aborted = await sharing(io, options, (shared) =>
      runSession(io, shared, 'site.yml', options, false, async ({ inputs }, interruption) => {
        if (runs) interruption.current = { onStop: () => stops.push('stop'), onAbort: () => stops.push('abort') };
        process.emit('SIGINT');
        return inputs.signal.aborted;
      }),
    );
    return { aborted, stops, warned: io.err().includes('press Ctrl-C again') };
  };
  expect(await interrupted(true)).toEqual({ aborted: false, stops: ['stop'], warned: true });
  expect(await interrupted(false)).toEqual({ aborted: true, stops: [], warned: false });
});
