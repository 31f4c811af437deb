import { existsSync } from 'node:fs';
import path from 'node:path';
import { BrokkrError, ExitCode, formatPosition, InputError } from '../errors.ts';
import type { PlanView } from '../plan/plan-view.ts';
import { count } from '../report/wording.ts';
import { applyRun, closeRun, planRun } from '../run.ts';
import { samePlan, sameVariables } from '../same-inventory.ts';
import { quote } from '../shell/quote.ts';
import { playbookFile } from './files.ts';
import { confirm, type Io, print } from './io.ts';
import type { SharedOptions } from './options.ts';
import { type Interruption, runSession, type Session, type Shared, sharing } from './session.ts';
import { emitPlan, showPlan } from './show-plan.ts';
import { stopHosts } from './stop.ts';

export interface ProvisionOptions extends SharedOptions {
  /** Prove the cluster after changes, where a verify.yml stands beside the playbook. */
  readonly verify: boolean;
}

/** Plan, show, ask, apply, and prove what was changed. */
export async function provision(io: Io, given: string | undefined, options: ProvisionOptions): Promise<ExitCode> {
  const playbook = playbookFile(given);
  return sharing(io, options, async (shared) => {
    const applied = await runSession(io, shared, playbook, options, options.check, (session, interruption) =>
      runOne(io, session, interruption, options),
    );
    const proof = path.join(path.dirname(playbook), 'verify.yml');
    if (applied.code !== ExitCode.done || !applied.changed || !options.verify || !existsSync(proof))
      return applied.code;
    return prove(io, shared, proof, options);
  });
}

/** Proves a cluster with a playbook that changes nothing. */
export function proveWith(io: Io, playbook: string, options: SharedOptions): Promise<ExitCode> {
  return sharing(io, options, (shared) => prove(io, shared, playbook, options));
}

async function prove(io: Io, shared: Shared, playbook: string, options: SharedOptions): Promise<ExitCode> {
  const applied = await runSession(
    io,
    shared,
    playbook,
    { ...options, limit: undefined, tags: [], skipTags: [], startAtTask: undefined, yes: true, diff: false },
    false,
    (session, interruption) => runOne(io, session, interruption, { ...options, yes: true, check: false }, 'verify'),
  );
  return applied.code;
}

/** @throws BrokkrError when a task of a playbook that is to prove something would change something */
function refuseChanges(view: PlanView, playbook: string): void {
  const changing = view.plays
    .flatMap(({ tasks }) => tasks)
    .filter(({ hosts }) => hosts.some(({ verdict }) => verdict === 'change'));
  if (changing.length === 0) return;
  const told = changing.slice(0, 3).map(({ task, at }) => `${task} (${formatPosition(at)})`);
  const more = changing.length > told.length ? ` and ${changing.length - told.length} more` : '';
  throw new BrokkrError(`verify changes nothing, and these tasks of ${playbook} would: ${told.join(', ')}${more}`, {
    hint: `look at it with: brokkr plan ${quote(playbook)}; and apply it with: brokkr provision ${quote(playbook)}`,
  });
}

async function runOne(
  io: Io,
  session: Session,
  interruption: { current: Interruption | undefined },
  options: SharedOptions,
  verb = 'provision',
): Promise<{ code: ExitCode; changed: boolean }> {
  const started = performance.now();
  const run = await planRun(session.inputs, verb);
  try {
    if (verb === 'verify') refuseChanges(run.view, session.inputs.playbook);
    if (verb === 'provision' && (run.pending.changes > 0 || options.check) && !options.json) {
      await session.report.pause();
      const applyWith = options.check
        ? `brokkr provision${samePlan(session.inputs.playbook, options)}${sameVariables(options.extraVars.length)}`
        : undefined;
      showPlan(io, run, { diff: options.diff, verbose: options.verbose, applyWith });
    }
    if (options.check && options.json) emitPlan(session.report, run, started);
    if (options.check)
      return { code: run.pending.failed + run.lost.length > 0 ? ExitCode.failed : ExitCode.done, changed: false };
    if (run.pending.changes > 0 && !options.yes) {
      if (io.stdin.isTTY !== true) {
        const reach = samePlan(session.inputs.playbook, options);
        throw new InputError(
          [
            {
              message: `${run.pending.changes} changes are to be confirmed, and there is no terminal to ask on`,
              hint: `look at them with: brokkr plan${reach}; then apply them with: brokkr provision${reach} --yes${sameVariables(options.extraVars.length)}`,
            },
          ],
          { asked: true },
        );
      }
      await session.report.pause();
      if (!(await confirm(io, `Apply this to ${count(run.pending.hosts, 'host')}?`))) {
        print(io, ['nothing was changed']);
        return { code: ExitCode.failed, changed: false };
      }
      for (const each of run.setting.runs.values()) each.known.forgetVolatile();
      run.setting.desk.forgetVolatile();
    }
    interruption.current = stopHosts(run.setting);
    const good = await applyRun(run, started);
    const changed = [...run.setting.runs.values()].some((each) => each.counts.changed > 0);
    return { code: good ? ExitCode.done : ExitCode.failed, changed };
  } finally {
    interruption.current = undefined;
    await closeRun(run.setting);
  }
}
