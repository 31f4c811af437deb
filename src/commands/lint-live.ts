import path from 'node:path';
import type { AdHocResult, AdHocSetting } from '../ad-hoc.ts';
import { liveRules } from '../lint/live/rules.ts';
import type { ServerAnswers } from '../lint/live/subject.ts';
import { checkAll, type LintProblem } from '../lint/rule.ts';
import type { LintHost } from '../lint/subject.ts';
import { inspectScript } from '../shell/inspect-script.ts';
import { askServers } from './ask-servers.ts';
import { onHosts } from './exec.ts';
import { playbookFile } from './files.ts';
import type { Io } from './io.ts';
import type { LintOptions } from './lint.ts';
import type { LintSetting } from './lint-hosts.ts';
import { inspectionOf, liveSubjects, readHosts } from './live-subjects.ts';

/** Asks each host by one program, and judges its files by what it says. A host that could not be asked has failed. */
export async function askHosts(
  io: Io,
  hosts: readonly LintHost[],
  setting: LintSetting,
  options: LintOptions,
  connect?: AdHocSetting['connect'],
): Promise<LintProblem[]> {
  const read = readHosts(hosts, setting);
  const script = inspectScript(inspectionOf(read));
  const from = Math.floor(Date.now() / 1000);
  const inspect = {
    ...options,
    playbookDir: path.dirname(playbookFile(options.playbook)),
    reveal: false,
    facts: undefined,
  };
  let said: ServerAnswers | undefined;
  const meanwhile: AdHocSetting['meanwhile'] = async (dialer, signal) => {
    said = await askServers(read, { dialer, signal });
  };
  const results = await onHosts(io, read.map(({ name }) => name).join(':'), script, inspect, connect, meanwhile);
  const asked = { from, to: Math.ceil(Date.now() / 1000) };
  const outputs = new Map(
    results.flatMap((result) => ('output' in result ? [[result.host, result.output.stdout] as const] : [])),
  );
  return [
    ...results.flatMap(unasked),
    ...liveSubjects(read, outputs, asked, said).flatMap((subject) => checkAll(liveRules, subject)),
  ];
}

function unasked(result: AdHocResult): LintProblem[] {
  if ('output' in result) return [];
  const { message, hint } = result.error;
  const at = { file: result.host, line: 1, column: 1 };
  return [
    { rule: 'host/unknown', severity: 'error', key: '', at, message: `the host could not be asked: ${message}`, hint },
  ];
}
