import { writeFileSync } from 'node:fs';
import type { EventSink } from '../apply/events.ts';
import { BrokkrError } from '../errors.ts';
import { type Io, terminalOf } from './io.ts';
import type { SharedOptions } from './options.ts';

/** Listens to a run, and tells at its end where the time went. */
interface TimedRun {
  readonly listen: EventSink;
  /** @throws BrokkrError when the file of `--profile` cannot be written */
  end(): void;
}

/** `--timings` and `--profile`; `undefined` when neither was given. With `--json` the bars go to standard error. */
export async function timingsFor(
  io: Io,
  { timings: shown, profile, json }: Pick<SharedOptions, 'timings' | 'profile' | 'json'>,
): Promise<TimedRun | undefined> {
  if (!shown && profile === undefined) return undefined;
  const [{ Timings }, { waterfallLines }, { traceJson }] = await Promise.all([
    import('../report/timings.ts'),
    import('../report/waterfall.ts'),
    import('../report/trace-file.ts'),
  ]);
  const timings = new Timings();
  return {
    listen: timings.emit,
    end() {
      const spans = timings.spans();
      if (shown) {
        const { color, columns } = terminalOf(io);
        const lines = waterfallLines(spans, { color: color && !json, columns });
        (json ? io.stderr : io.stdout).write(lines.map((line) => `${line}\n`).join(''));
      }
      if (profile === undefined) return;
      try {
        writeFileSync(profile, traceJson(spans));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new BrokkrError(`the trace cannot be written: ${reason}`, {
          hint: 'give --profile a file in a folder that is there',
        });
      }
    },
  };
}
