import { z } from 'zod';
import { recapOf } from '../apply/apply-playbook.ts';
import type { EventSink } from '../apply/events.ts';
import { ExitCode, InputError } from '../errors.ts';
import { prepareRun } from '../prepare.ts';
import { RollPage } from '../report/roll-page.ts';
import { RollJournal } from '../restart/journal.ts';
import type { ClusterName } from '../restart/members.ts';
import { type ClusterRoll, restartCluster } from '../restart/restart-cluster.ts';
import { gateOf } from '../restart-gates.ts';
import { closeRun } from '../run.ts';
import { playbookFile } from './files.ts';
import { confirm, type Io, print } from './io.ts';
import { secondsNumber, sharedOptions, wholeNumber } from './options.ts';
import { checkWritable, writeOutput } from './output-file.ts';
import { withSession } from './session.ts';

const positive = secondsNumber();

export const restartOptions = sharedOptions.extend({
  dryRun: z.boolean().default(false),
  ifNeeded: z.boolean().default(false),
  resume: z.boolean().default(false),
  forceAfter: positive.optional(),
  acceptUnavailability: z.array(z.string()).default([]),
  parallelInRack: z.boolean().default(false),
  samples: wholeNumber(1, 1000).optional(),
  interval: positive.optional(),
  gateTimeout: positive.optional(),
  canary: z.boolean().optional(),
  timeline: z.string().optional(),
  canaryRate: wholeNumber(1, 20_000).default(200),
});
export type RestartOptions = z.output<typeof restartOptions>;

const whatSchema = z.enum(['kafka', 'zookeeper', 'all']);
const whats = { kafka: ['kafka'], zookeeper: ['zookeeper'], all: ['zookeeper', 'kafka'] } as const;

/** Restarts servers one by one, each only while the cluster can do without it. */
export async function restart(io: Io, what: string, options: RestartOptions): Promise<ExitCode> {
  const clusters = clustersOf(what, options.resume);
  const timeline = { what: 'the timeline', file: options.timeline };
  checkWritable(timeline);
  const started = performance.now();
  const page = new RollPage(new Date(), () => performance.now());
  return withSession(io, playbookFile(undefined), options, options.dryRun, async (session, interruption) => {
    const { inputs, report } = session;
    const emit: EventSink = (event) => {
      page.hear(event);
      inputs.emit(event);
    };
    const setting = await prepareRun({ ...inputs, emit });
    const hosts = setting.inventory.hosts;
    emit({ event: 'run-start', verb: `restart ${what}`, hosts, tasks: 0, checkMode: options.dryRun });
    interruption.current = {
      onStop: () => {},
      onAbort: () => {
        for (const run of setting.runs.values()) void run.host.abort();
      },
    };
    const rolls: ClusterRoll[] = [];
    try {
      for (const cluster of clusters) {
        const roll = await restartCluster(cluster, setting, {
          ...options,
          ask: async (question) => {
            if (options.yes) return true;
            if (io.stdin.isTTY !== true)
              throw new InputError([{ message: `there is no terminal to ask on: ${question}`, hint: 'say --yes' }]);
            await report.pause();
            return confirm(io, question);
          },
          gateOf: (of, host, { variables, identity }, looks) =>
            gateOf(of, host, (each) => variables.hostScope(each), identity.control, looks),
          isStopRequested: inputs.stopRequested,
          signal: inputs.signal,
        });
        rolls.push(roll);
        if (roll.result !== 'good') break;
      }
    } finally {
      interruption.current = undefined;
      await closeRun(setting);
    }
    const failed = rolls.some(({ result }) => result === 'failed');
    const changed = rolls.some(({ restarted }) => restarted > 0);
    // This machine takes part in a run although no inventory names it.
    const recaps = recapOf([...setting.runs.values()].filter(({ name }) => hosts.includes(name)));
    const summary = rolls.flatMap((roll) => roll.summary);
    if (options.timeline !== undefined) {
      page.close(
        rolls.flatMap(({ gaps }) => gaps ?? []),
        summary,
      );
      writeOutput(timeline, io.redactor.redact(page.html()));
      emit({ event: 'progress', text: `the timeline is in ${options.timeline}` });
    }
    if (options.json) for (const text of summary) emit({ event: 'progress', text });
    const declined = rolls.some(({ result }) => result === 'declined');
    if (declined) emit({ event: 'warning', message: 'not restarted, since the answer was not yes' });
    emit({ event: 'recap', hosts: recaps, seconds: (performance.now() - started) / 1000, changed, failed });
    if (!options.json) print(io, summary);
    if (rolls.some(({ result }) => result === 'interrupted')) return ExitCode.interrupted;
    return failed || declined ? ExitCode.failed : ExitCode.done;
  });
}

/**
 * Which clusters are to be restarted, in this order. One that was finished before another was cut off is not begun again.
 * @throws InputError
 */
function clustersOf(what: string, resume: boolean): readonly ClusterName[] {
  const named = whatSchema.safeParse(what);
  if (!named.success)
    throw new InputError([{ message: `${what} cannot be restarted`, hint: 'kafka, zookeeper and all can' }]);
  const clusters = whats[named.data];
  if (!resume) return clusters;
  const cutOff = clusters.findIndex((cluster) => new RollJournal(process.cwd(), cluster).unfinished() !== undefined);
  if (cutOff >= 0) return clusters.slice(cutOff);
  throw new InputError([
    {
      message: `there is no restart of ${clusters.join(' and ')} to go on with in ${process.cwd()}`,
      hint: 'the one that was cut off is known in the folder that it was begun in; without --resume a new one begins',
    },
  ]);
}
