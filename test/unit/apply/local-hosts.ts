import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recapOf } from '../../../src/apply/apply-playbook.ts';
import type { Event, HostRecap } from '../../../src/apply/events.ts';
import type { PlaybookSetting } from '../../../src/apply/playbook-run.ts';
import { sharedOptions } from '../../../src/commands/options.ts';
import type { Module } from '../../../src/modules/module.ts';
import type { PlanView } from '../../../src/plan/plan-view.ts';
import { applyRun, closeRun, planRun } from '../../../src/run.ts';
import { STATE_FOLDER } from '../../../src/shell/program.ts';
import { Redactor } from '../../../src/shell/redact.ts';
import type { ConnectOptions } from '../../../src/transport/connection.ts';
import { Host, type ProgramRunner } from '../../../src/transport/host.ts';
import type { Target } from '../../../src/transport/target.ts';

export interface LocalRun {
  readonly playbook: string;
  readonly inventory: string;
  /** Flags of the command line that both Ansible and brokkr have. */
  readonly arguments: readonly string[];
  /** Hears each event at once, with the hosts as they are reached. */
  readonly listen?: (event: Event, hosts: ReadonlyMap<string, ProgramRunner>) => void;
  /** What the engine is given of clusters; absent: what every run has. */
  readonly gates?: PlaybookSetting['gates'];
  readonly stopRequested?: () => boolean;
  /** Modules that are others when the plan is carried out than when it was made, by name. */
  readonly modules?: ReadonlyMap<string, Module>;
}

export interface LocalResult {
  readonly events: readonly Event[];
  readonly recap: readonly HostRecap[];
  readonly good: boolean;
  readonly plan: PlanView;
}

/** Runs a playbook on hosts that are this machine, each with a state folder of its own below a temporary folder. */
export async function runLocally(run: LocalRun): Promise<LocalResult> {
  const work = mkdtempSync(path.join(tmpdir(), 'brokkr-plays-'));
  try {
    return await runIn(work, run);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Runs a playbook with `work` as the value of its variable of that name; host states live in `work/.state`. */
export async function runIn(work: string, run: LocalRun): Promise<LocalResult> {
  const events: Event[] = [];
  const hosts = new Map<string, ProgramRunner>();
  const planned = await planRun(
    {
      playbook: run.playbook,
      inventory: [run.inventory],
      options: sharedOptions.parse({ ...readFlags(run.arguments), extraVars: [`work=${work}`], verbose: 0 }),
      checkMode: false,
      passwords: { become: undefined, connection: undefined, vault: [] },
      emit: (event) => {
        events.push(event);
        run.listen?.(event, hosts);
      },
      redactor: new Redactor(),
      signal: new AbortController().signal,
      stopRequested: () => run.stopRequested?.() ?? false,
      openHost(target, options) {
        const host = withStateIn(path.join(work, '.state', target.name), target, options);
        hosts.set(target.name, host);
        return host;
      },
    },
    'provision',
  );
  try {
    const setting: PlaybookSetting = {
      ...planned.setting,
      moduleOf: (name) => run.modules?.get(name) ?? planned.setting.moduleOf(name),
      ...(run.gates === undefined ? {} : { gates: run.gates }),
    };
    const good = await applyRun({ ...planned, setting }, performance.now());
    const hosts = new Set(planned.prepared.flatMap((play) => play.hosts));
    const runs = [...planned.setting.runs.values()].filter(({ name }) => name !== 'localhost' || hosts.has(name));
    return { events, good, plan: planned.view, recap: recapOf(runs) };
  } finally {
    await closeRun(planned.setting);
  }
}

/** All hosts are one machine, so that the places of their locks and journals have to differ. */
export function withStateIn(folder: string, target: Target, options: ConnectOptions): ProgramRunner {
  const host = new Host(target, options);
  const moved = <P extends { readonly text: string }>(program: P): P => ({
    ...program,
    text: program.text.replace(STATE_FOLDER, `S='${folder}'`),
  });
  return {
    target,
    traffic: host.traffic,
    get isConnected() {
      return host.isConnected;
    },
    run: (become, program, listener, way) => host.run(become, moved(program), listener, way),
    receive: (become, program, content, listener) => host.receive(become, moved(program), content, listener),
    runBeside: (become, program, listener) => host.runBeside(become, moved(program), listener),
    complete: () => host.complete(),
    beginConnecting: () => host.beginConnecting(),
    connection: () => host.connection(),
    jumpConnection: () => host.jumpConnection(),
    disconnect: () => host.disconnect(),
    abort: () => host.abort(),
    close: () => host.close(),
  };
}

function readFlags(args: readonly string[]): Record<string, unknown> {
  const flags: Record<string, unknown> = {};
  const rest = [...args];
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    if (flag === '--tags') flags.tags = [rest.shift()];
    else if (flag === '--skip-tags') flags.skipTags = [rest.shift()];
    else if (flag === '--limit') flags.limit = rest.shift();
    else if (flag === '--force-handlers') flags.forceHandlers = true;
    else if (flag === '--start-at-task') flags.startAtTask = rest.shift();
    else throw new Error(`no flag that this knows: ${flag}`);
  }
  return flags;
}
