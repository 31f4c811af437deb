import { z } from 'zod';
import { type PlaybookSetting, preparePlays } from '../apply/playbook-run.ts';
import { renderFiles } from '../apply/render-files.ts';
import { clusterDrift } from '../drift/cluster-drift.ts';
import { ExitCode, InterruptedError } from '../errors.ts';
import { systemClock } from '../poll.ts';
import { prepareRun, type RunInputs } from '../prepare.ts';
import { closeRun } from '../run.ts';
import { type ClusterStatus, statusOf } from '../verify/status.ts';
import { statusLines } from '../verify/status-text.ts';
import { subjectOf } from '../verify/subject.ts';
import { beginSurvey } from '../verify/survey.ts';
import { playbookFile } from './files.ts';
import { type Io, print, terminalOf } from './io.ts';
import { secondsNumber, sharedOptions } from './options.ts';
import { paintOf } from './paint.ts';
import { withSession } from './session.ts';

export const statusOptions = sharedOptions.extend({
  /** Seconds between two looks; `true`: as usual. */
  watch: z
    .union([z.literal(true), secondsNumber('at least 1').min(1)], 'a number of seconds is wanted, at least 1')
    .optional(),
});
export type StatusOptions = z.output<typeof statusOptions>;

const usualSeconds = 5;
/** Clears the screen and goes to its beginning (ECMA-48: ED, CUP). */
const clearScreen = '\u001b[2J\u001b[H';

/** Tells how hosts and servers are, on one screen; with `watch` again and again until Ctrl-C. */
export async function status(io: Io, options: StatusOptions): Promise<ExitCode> {
  return withSession(io, playbookFile(undefined), { ...options, json: false }, false, async ({ inputs }) => {
    const { watch } = options;
    if (watch === undefined) return tellOnce(io, inputs, options);
    const seconds = watch === true ? usualSeconds : watch;
    for (;;) {
      try {
        await tellOnce(io, inputs, options);
        await systemClock.sleep(seconds * 1000, inputs.signal);
      } catch (error) {
        if (error instanceof InterruptedError || inputs.signal.aborted) return ExitCode.interrupted;
        throw error;
      }
    }
  });
}

/** Connections are made anew each time: a host that was away is looked at again when it is back. */
async function tellOnce(io: Io, inputs: RunInputs, options: StatusOptions): Promise<ExitCode> {
  const setting = await prepareRun({ ...inputs, stopRequested: () => false });
  try {
    const found = await lookOnce(setting);
    if (options.json) print(io, [JSON.stringify(found)]);
    else {
      const { color, isTerminal } = terminalOf(io);
      if (options.watch !== undefined && isTerminal) io.stdout.write(clearScreen);
      print(io, [
        ...(options.watch === undefined ? [] : [new Date().toISOString()]),
        ...statusLines(found, paintOf(color)),
      ]);
    }
    const isLost = found.silent !== undefined || found.hosts.some(({ lost }) => lost !== undefined);
    return isLost ? ExitCode.failed : ExitCode.done;
  } finally {
    await closeRun(setting);
  }
}

async function lookOnce(setting: PlaybookSetting): Promise<ClusterStatus> {
  await setting.loadLate();
  const subject = subjectOf(setting);
  for (const { run } of subject.hosts) run.host.beginConnecting();
  const [survey, { files }] = await Promise.all([
    beginSurvey(subject, (_, part) => part()).whole,
    renderFiles(preparePlays(setting), setting),
  ]);
  const drift = await clusterDrift(subject, { rendered: files, cluster: survey.cluster, hosts: survey.hosts });
  return statusOf(subject, survey, (host, cluster) => {
    const server = drift.find((each) => each.host === host && each.cluster === cluster);
    return server?.rows.filter(({ differences }) => differences.length > 0).length ?? 0;
  });
}
