import type { Action, UnitVerb } from '../shell/action.ts';
import type { UnitState } from '../shell/question.ts';
import { change, failed } from './decisions.ts';
import type { Decision, Diff } from './module.ts';

export interface WantedUnit {
  readonly name: string;
  readonly state?: 'started' | 'stopped' | 'restarted' | 'reloaded' | undefined;
  readonly enabled?: boolean | undefined;
  readonly masked?: boolean | undefined;
  readonly daemonReload: boolean;
}

/** The name as systemd has it: a service unless it says otherwise. */
export function unitName(name: string): string {
  return /\.(service|socket|target|timer|mount|automount|path|slice|scope|swap|device)$/.test(name)
    ? name
    : `${name}.service`;
}

/**
 * What a service comes to: masked or not, started at boot or not, running or not. `properties` is all that systemd says of it
 * on the host, for the result.
 */
export function decideUnit(
  wanted: WantedUnit,
  unit: UnitState,
  properties: ReadonlyMap<string, string> = new Map(),
): Decision {
  const { name } = wanted;
  const problem = problemWith(wanted, unit);
  if (problem !== undefined) return failed(problem, { name });
  const before: Record<string, string> = {};
  const after: Record<string, string> = {};
  const actions: Action[] = [];
  const act = (verb: UnitVerb, key: string, was: string, is: string) => {
    actions.push({ do: 'unit', verb, name: unitName(name) });
    before[key] = was;
    after[key] = is;
  };
  if (wanted.daemonReload && unit.needsReload) {
    actions.push({ do: 'daemon-reload' });
    before['unit file'] = 'older than on disk';
    after['unit file'] = 'as on disk';
  }
  if (wanted.masked !== undefined && wanted.masked !== (unit.load === 'masked')) {
    act(wanted.masked ? 'mask' : 'unmask', 'load', unit.load, wanted.masked ? 'masked' : 'loaded');
  }
  if (wanted.enabled !== undefined && wanted.enabled !== startsAtBoot(unit) && unit.enabled !== 'static') {
    const is = wanted.enabled ? 'enabled' : 'disabled';
    act(wanted.enabled ? 'enable' : 'disable', 'enabled', unit.enabled === '' ? 'disabled' : unit.enabled, is);
  }
  const verb = stateVerb(wanted, unit);
  if (verb !== undefined) act(verb, 'active', unit.active, verb === 'stop' ? 'inactive' : verbResult(verb));
  // A reload of the manager alone is no change of the service, and Ansible does not count it as one.
  const diff: Diff[] =
    actions.length === 0 ? [] : [{ kind: 'state', subject: `unit ${unitName(name)}`, before, after }];
  const decision = change(actions, diff, {
    name,
    state: wanted.state === undefined ? undefined : wanted.state === 'stopped' ? 'stopped' : 'started',
    enabled: wanted.enabled,
    status: status(unit, properties),
  });
  const onlyReloads = actions.length === 1 && actions[0]?.do === 'daemon-reload';
  return onlyReloads ? countedAsUnchanged(decision) : decision;
}

/** The actions are done, but the task does not count as changed. */
export function countedAsUnchanged(decision: Decision): Decision {
  if (decision.verdict !== 'change') return decision;
  const { result } = decision;
  return {
    ...decision,
    conclude(outcomes) {
      const broken = outcomes.find(({ rc }) => rc !== 0);
      if (broken === undefined) return { changed: false, failed: false, result };
      return { changed: false, failed: true, message: broken.stderr.trim(), result };
    },
  };
}

/** Why nothing can be done with the unit. */
function problemWith(wanted: WantedUnit, unit: UnitState): { message: string; hint: string } | undefined {
  const { name } = wanted;
  if (unit.manager === 'none') {
    return {
      message: `nothing on the host manages services, so ${name} cannot be managed`,
      hint: 'start the server with its own script instead',
    };
  }
  if (wanted.state === undefined && wanted.enabled === undefined) return undefined;
  if (unit.load === 'not-found') {
    return {
      message: `the host has no service ${name}`,
      hint: 'install its package or write its unit file with a task before this one',
    };
  }
  if (unit.load === 'masked' && wanted.masked !== false && wanted.state !== undefined && wanted.state !== 'stopped') {
    return { message: `${name} is masked, so it cannot be started`, hint: 'say masked: no' };
  }
  if (unit.load === 'error' || unit.load === 'bad-setting') {
    return { message: `the unit file of ${name} cannot be read (${unit.load})`, hint: `systemctl status ${name}` };
  }
  return undefined;
}

function startsAtBoot(unit: UnitState): boolean {
  return ['enabled', 'enabled-runtime', 'static', 'alias', 'indirect', 'generated'].includes(unit.enabled);
}

function stateVerb({ state }: WantedUnit, unit: UnitState): UnitVerb | undefined {
  const runs = unit.active === 'active' || unit.active === 'activating' || unit.active === 'reloading';
  switch (state) {
    case 'started':
      return runs ? undefined : 'start';
    case 'stopped':
      return runs || unit.active === 'deactivating' ? 'stop' : undefined;
    case 'restarted':
      return runs ? 'restart' : 'start';
    case 'reloaded':
      return runs ? 'reload' : 'start';
    case undefined:
      return undefined;
  }
}

function verbResult(verb: UnitVerb): string {
  return verb === 'restart' ? 'active (restarted)' : verb === 'reload' ? 'active (reloaded)' : 'active';
}

/** The rest is told where tasks before it leave the unit as it is: else it would be of another state. */
function status(unit: UnitState, properties: ReadonlyMap<string, string>) {
  const isAsShown = properties.get('LoadState') === unit.load && properties.get('ActiveState') === unit.active;
  return new Map([
    ...(isAsShown ? properties : []),
    ...Object.entries({
      LoadState: unit.load,
      ActiveState: unit.active,
      SubState: unit.sub,
      UnitFileState: unit.enabled,
      // Of a unit that is yet to be started nobody knows it.
      ...(Number.isNaN(unit.mainPid) ? {} : { MainPID: String(unit.mainPid) }),
      NeedDaemonReload: unit.needsReload ? 'yes' : 'no',
    }),
  ]);
}
