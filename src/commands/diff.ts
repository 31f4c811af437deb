import { z } from 'zod';
import { preparePlays } from '../apply/playbook-run.ts';
import { renderFiles } from '../apply/render-files.ts';
import { clusterDrift } from '../drift/cluster-drift.ts';
import { driftLines, hasDrift } from '../drift/drift-text.ts';
import { ExitCode } from '../errors.ts';
import { prepareRun } from '../prepare.ts';
import { closeRun } from '../run.ts';
import { subjectOf } from '../verify/subject.ts';
import { surveyCluster, surveyHosts } from '../verify/survey.ts';
import { playbookFile } from './files.ts';
import { type Io, print } from './io.ts';
import { sharedOptions } from './options.ts';
import { withSession } from './session.ts';
import { unrenderedTexts } from './unrendered.ts';

export const diffOptions = sharedOptions.extend({ all: z.boolean().default(false) });
export type DiffOptions = z.output<typeof diffOptions>;

/** Compares what would be written, what stands on the hosts, and what the servers run with. Nothing is changed. */
export async function diff(io: Io, playbook: string | undefined, options: DiffOptions): Promise<ExitCode> {
  return withSession(io, playbookFile(playbook), { ...options, json: false }, false, async ({ inputs, report }) => {
    const setting = await prepareRun({ ...inputs, stopRequested: () => false });
    try {
      await setting.loadLate();
      const subject = subjectOf(setting);
      for (const { run } of subject.hosts) run.host.beginConnecting();
      const [cluster, hosts, { files, unrendered }] = await Promise.all([
        surveyCluster(subject),
        surveyHosts(subject),
        renderFiles(preparePlays(setting), setting),
      ]);
      for (const { message } of unrenderedTexts(unrendered)) report.emit({ event: 'warning', message });
      const servers = await clusterDrift(subject, { rendered: files, cluster, hosts });
      if (options.json) print(io, [JSON.stringify({ drift: servers.some(hasDrift), servers })]);
      else print(io, driftLines(servers, options.all));
      if (servers.some(hasDrift)) return ExitCode.changesPending;
      return unrendered.length > 0 || servers.some(({ unread }) => unread.length > 0) ? ExitCode.failed : ExitCode.done;
    } finally {
      await closeRun(setting);
    }
  });
}
