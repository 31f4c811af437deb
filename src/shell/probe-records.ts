import type { UnitState } from './question.ts';

/** A unit's name as systemd writes it: a service when no type is given. */
export function unitName(name: string): string {
  return /\.(service|socket|target|timer|mount|automount|path|slice|scope|swap|device)$/.test(name)
    ? name
    : `${name}.service`;
}

/**
 * The manager's name, then a block of `Key=value` lines per unit. A unit is known by any of its names; one whose block did
 * not come (systemd refuses the name of a template, or does not answer) is missing. Without a manager, no unit is there.
 */
export function parseUnits(text: string, names: readonly string[]): Map<string, UnitState> {
  const units = new Map<string, UnitState>();
  const lineEnd = text.indexOf('\n');
  const manager = text.slice(0, Math.max(0, lineEnd)).trim();
  if (manager === 'none') for (const name of names) units.set(name, NO_MANAGER);
  if (manager !== 'systemd' && manager !== 'sysv' && manager !== 'openrc') return units;
  for (const block of text.slice(lineEnd + 1).split('\n\n')) {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const called = (fields.get('Names') ?? '').split(' ');
    for (const name of names) {
      if (!called.includes(name)) continue;
      units.set(name, {
        manager,
        load: fields.get('LoadState') ?? '',
        active: fields.get('ActiveState') ?? '',
        sub: fields.get('SubState') ?? '',
        enabled: fields.get('UnitFileState') ?? '',
        mainPid: Number(fields.get('MainPID') ?? 0),
        needsReload: fields.get('NeedDaemonReload') === 'yes',
      });
    }
  }
  return units;
}

const NO_MANAGER: UnitState = {
  manager: 'none',
  load: 'not-found',
  active: 'inactive',
  sub: '',
  enabled: '',
  mainPid: 0,
  needsReload: false,
};

/** Local ports in state LISTEN (0A) out of /proc/net/tcp and tcp6 (proc(5)). */
export function parseListening(text: string): Set<number> {
  const ports = new Set<number>();
  for (const line of text.split('\n')) {
    const [, local = '', , state] = line.trim().split(/\s+/);
    if (state === '0A') ports.add(Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16));
  }
  return ports;
}
