import type { EventSink } from '../apply/events.ts';
import { type Io, terminalOf } from './io.ts';
import type { SharedOptions } from './options.ts';
import { checkWritable, writeOutput } from './output-file.ts';

/** Listens to a run, and tells at its end where the time went. */
export interface TimedRun {
  readonly listen: EventSink;
  /** @throws BrokkrError when the file of `--profile` cannot be written */
  end(): void;
}

/**
 * `--timings` and `--profile`; `undefined` when neither was given. With `--json` the bars go to standard error.
 * @throws InputError when the file of `--profile` cannot be written
 */
export async function timingsFor(
  io: Io,
  { timings: shown, profile, json }: Pick<SharedOptions, 'timings' | 'profile' | 'json'>,
): Promise<TimedRun | undefined> {
  if (!shown && profile === undefined) return undefined;
  const trace = { what: 'the trace', file: profile };
  checkWritable(trace);
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
      if (profile !== undefined) writeOutput(trace, traceJson(spans));
    },
  };
}
