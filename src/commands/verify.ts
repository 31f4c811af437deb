import { z } from 'zod';
import { ExitCode, InputError } from '../errors.ts';
import { prepareRun } from '../prepare.ts';
import { closeRun } from '../run.ts';
import { summaryOf } from '../verify/check.ts';
import { subjectOf } from '../verify/subject.ts';
import { verifyCluster } from '../verify/verify-cluster.ts';
import { verifyJson } from '../verify/verify-json.ts';
import { verifyLines } from '../verify/verify-text.ts';
import { playbookFile } from './files.ts';
import { type Io, print, terminalOf } from './io.ts';
import { sharedOptions } from './options.ts';
import { checkWritable, writeOutput } from './output-file.ts';
import { paintOf } from './paint.ts';
import { proveWith } from './provision.ts';
import { withSession } from './session.ts';

export const verifyOptions = sharedOptions.extend({
  profile: z.enum(['quick', 'full'], 'quick or full is wanted').default('full'),
  write: z.boolean().default(true),
  junit: z.string().optional(),
  html: z.string().optional(),
});
export type VerifyOptions = z.output<typeof verifyOptions>;

/** Checks a cluster and proves it, or runs the playbook that proves it in the user's own way. */
export async function verify(io: Io, playbook: string | undefined, options: VerifyOptions): Promise<ExitCode> {
  if (playbook !== undefined) return verifyWithPlaybook(io, playbook, options);
  const shown = { ...options, json: false, profile: undefined };
  const junit = { what: 'the JUnit report', file: options.junit };
  const html = { what: 'the HTML report', file: options.html };
  checkWritable(junit, html);
  return withSession(io, playbookFile(undefined), shown, false, async ({ inputs }, interruption) => {
    const setting = await prepareRun({ ...inputs, stopRequested: () => false });
    interruption.current = undefined;
    try {
      const subject = subjectOf(setting);
      for (const { run } of subject.hosts) run.host.beginConnecting();
      const verified = await verifyCluster(subject, options);
      const keep = (text: string) => io.redactor.redact(text);
      if (junit.file !== undefined) writeOutput(junit, keep((await import('../verify/junit.ts')).junitText(verified)));
      if (html.file !== undefined)
        writeOutput(html, keep((await import('../verify/html-page.ts')).htmlPage(subject, verified)));
      if (options.json) print(io, [JSON.stringify(verifyJson(verified))]);
      else print(io, verifyLines(verified, paintOf(terminalOf(io).color)));
      return summaryOf(verified.checks).fail > 0 ? ExitCode.failed : ExitCode.done;
    } finally {
      await closeRun(setting);
    }
  });
}

async function verifyWithPlaybook(io: Io, playbook: string, options: VerifyOptions): Promise<ExitCode> {
  const { junit, html, write } = options;
  if (junit !== undefined || html !== undefined || !write)
    throw new InputError([
      {
        message: '--junit, --html and --no-write are of the checks, not of a playbook',
        hint: `leave ${playbook} out, or these flags`,
      },
    ]);
  return proveWith(io, playbookFile(playbook), { ...options, profile: undefined });
}
