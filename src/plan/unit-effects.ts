import { posix } from 'node:path';
import type { HostAction, UnitVerb } from '../shell/action.ts';
import type { UnitState } from '../shell/question.ts';
import { isStat } from './file-entry.ts';
import type { HostState } from './host-state.ts';

type UnitAction = Extract<HostAction, { do: 'unit' | 'daemon-reload' }>;

/** Where systemd looks for unit files, those of the administrator first. */
const unitFolders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** Services after systemctl(1), or what the host has in its place. */
export function performOnUnits(action: UnitAction, host: HostState): void {
  if (action.do === 'daemon-reload') {
    for (const { name, unit } of host.units()) host.set({ ask: 'unit', name }, reloaded(name, unit, host));
    return;
  }
  const question = { ask: 'unit', name: action.name } as const;
  const unit = host.known(question);
  if (unit === undefined) host.blur(question);
  else host.set(question, { ...unit, ...after(action.verb, action.name, unit, host) });
  if (!['enable', 'disable', 'mask', 'unmask'].includes(action.verb)) host.unsettle();
}

function after(verb: UnitVerb, name: string, unit: UnitState, host: HostState): Partial<UnitState> {
  switch (verb) {
    case 'start':
    case 'restart':
    case 'reload':
      return { active: 'active', sub: 'running', mainPid: Number.NaN };
    case 'stop':
      return { active: 'inactive', sub: 'dead', mainPid: 0 };
    case 'enable':
      return { enabled: 'enabled' };
    case 'disable':
      return { enabled: 'disabled' };
    case 'mask':
      return { load: 'masked', enabled: 'masked' };
    case 'unmask':
      return {
        load: unitFile(name, host) === null && unit.manager === 'systemd' ? 'not-found' : 'loaded',
        enabled: 'disabled',
      };
  }
}

/** After a change of a file: the unit that it describes, or that it adds settings to, is not what systemd has loaded. */
export function noticeUnitFile(action: HostAction & { readonly path?: string }, host: HostState): void {
  const { path } = action;
  if (path === undefined || action.do === 'attributes') return;
  const folder = unitFolders.find((each) => path.startsWith(`${each}/`));
  if (folder === undefined) return;
  const name = posix.relative(folder, path).replace(/\.d(\/.*)?$/, '');
  for (const { name: known, unit } of host.units()) {
    if (known === name && unit.manager === 'systemd') host.set({ ask: 'unit', name }, changedOnDisk(name, unit, host));
  }
}

/** systemd reads a unit that it does not know yet from disk; one that it knows it keeps until it is told to reload. */
function changedOnDisk(name: string, unit: UnitState, host: HostState): UnitState {
  if (unit.load === 'not-found' && unitFile(name, host) !== null) {
    return { ...unit, load: 'loaded', enabled: bootState(name, host) };
  }
  return unit.load === 'not-found' ? unit : { ...unit, needsReload: true };
}

function reloaded(name: string, unit: UnitState, host: HostState): UnitState {
  const isGone = unit.needsReload && unitFile(name, host) === null && unit.active !== 'active';
  return isGone
    ? { ...unit, needsReload: false, load: 'not-found', enabled: '' }
    : {
        ...unit,
        needsReload: false,
        load: unit.load === 'error' || unit.load === 'bad-setting' ? 'loaded' : unit.load,
      };
}

/** The unit's file, `null` when there is none, `undefined` when that is not known. */
function unitFile(name: string, host: HostState): string | null | undefined {
  let known = true;
  for (const folder of unitFolders) {
    const path = host.files.realPath(`${folder}/${name}`, false);
    const { lstat } = host.files.at(path);
    if (isStat(lstat)) return path;
    if (lstat !== null && folder === '/etc/systemd/system') known = false;
  }
  return known ? null : undefined;
}

/** A unit that says nothing about when to be installed cannot be enabled. */
function bootState(name: string, host: HostState): string {
  const path = unitFile(name, host);
  const content = typeof path === 'string' ? host.files.at(path).content : undefined;
  if (!(content instanceof Uint8Array)) return 'disabled';
  return /^\[Install\]/m.test(new TextDecoder().decode(content)) ? 'disabled' : 'static';
}
