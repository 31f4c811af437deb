import type { HostAction, UnitVerb } from './action.ts';
import { quote, quoteAll } from './quote.ts';

type Of<D extends HostAction['do']> = Extract<HostAction, { do: D }>;

/** shadow's tools where they are, BusyBox's otherwise. */
export function groupText(action: Of<'group'>): string {
  const name = quote(action.name);
  const gid = action.gid === undefined ? '' : `-g ${action.gid} `;
  switch (action.verb) {
    case 'add':
      return either(
        'groupadd',
        `groupadd ${gid}${action.system ? '-r ' : ''}-- ${name}`,
        `addgroup ${gid}${action.system ? '-S ' : ''}${name}`,
      );
    case 'modify':
      return `groupmod ${gid}-- ${name}`;
    case 'delete':
      return either('groupdel', `groupdel -- ${name}`, `delgroup ${name}`);
  }
}

export function userText(action: Of<'user'>): string {
  const name = quote(action.name);
  if (action.verb === 'delete') {
    return either(
      'userdel',
      `userdel ${action.removeHome ? '-r ' : ''}${action.force ? '-f ' : ''}-- ${name}`,
      `deluser ${action.removeHome ? '--remove-home ' : ''}${name}`,
    );
  }
  const options = [
    ...(action.uid === undefined ? [] : ['-u', String(action.uid)]),
    ...(action.primaryGroup === undefined ? [] : ['-g', action.primaryGroup]),
    ...(action.groups === undefined
      ? []
      : [...(action.append && action.verb === 'modify' ? ['-a'] : []), '-G', action.groups.join(',')]),
    ...(action.home === undefined ? [] : ['-d', action.home]),
    ...(action.shell === undefined ? [] : ['-s', action.shell]),
    ...(action.comment === undefined ? [] : ['-c', action.comment]),
  ];
  const lines: string[] = [];
  if (action.verb === 'add') {
    // useradd refuses to make a group that is there already, unless it is told to use it.
    const group =
      action.primaryGroup === undefined ? `$(getent group ${name} >/dev/null 2>&1 && echo -N -g ${name})` : '';
    const add = `useradd ${quoteAll([...(action.system ? ['-r'] : []), action.createHome ? '-m' : '-M', ...options])} ${group} -- ${name}`;
    const busybox = `adduser -D ${action.system ? '-S ' : ''}${action.createHome ? '' : '-H '}${action.uid === undefined ? '' : `-u ${action.uid} `}${action.primaryGroup === undefined ? '' : `-G ${quote(action.primaryGroup)} `}${action.home === undefined ? '' : `-h ${quote(action.home)} `}${action.shell === undefined ? '' : `-s ${quote(action.shell)} `}${action.comment === undefined ? '' : `-g ${quote(action.comment)} `}${name}`;
    const groups = (action.groups ?? []).map((each) => ` && addgroup ${name} ${quote(each)}`).join('');
    lines.push(either('useradd', add, `${busybox}${groups}`));
  } else if (options.length > 0) {
    lines.push(`usermod ${quoteAll([...options, ...(action.moveHome ? ['-m'] : [])])} -- ${name}`);
  }
  if (action.password !== undefined) lines.push(`printf '%s:%s\\n' ${name} ${quote(action.password)} | chpasswd -e`);
  return [...lines, `{ ${entryOf(action.name)}; }`].join(' && ');
}

/** The account as it is then, for what only the host decides: its ids, its home. */
function entryOf(user: string): string {
  return `getent passwd ${quote(user)} 2>/dev/null || grep -- ${quote(`^${user.replaceAll(/[.[\]*^$\\]/g, '\\$&')}:`)} /etc/passwd || :`;
}

/** The first command when its tool is there, else the second one. */
function either(tool: string, first: string, second: string): string {
  return `if command -v ${tool} >/dev/null 2>&1; then ${first}; else ${second}; fi`;
}

/** systemd where it runs, else OpenRC, else a SysV script; a host with none of them says so. */
export function unitText(verb: UnitVerb, name: string): string {
  const plain = quote(name.replace(/\.service$/, ''));
  const byManager: Record<UnitVerb, { openrc: string; sysv: string }> = {
    start: { openrc: `rc-service ${plain} start`, sysv: `/etc/init.d/${plain} start` },
    stop: { openrc: `rc-service ${plain} stop`, sysv: `/etc/init.d/${plain} stop` },
    restart: { openrc: `rc-service ${plain} restart`, sysv: `/etc/init.d/${plain} restart` },
    reload: { openrc: `rc-service ${plain} reload`, sysv: `/etc/init.d/${plain} reload` },
    enable: {
      openrc: `rc-update add ${plain} default`,
      sysv: `{ update-rc.d ${plain} defaults 2>/dev/null || chkconfig ${plain} on; }`,
    },
    disable: {
      openrc: `rc-update del ${plain} default`,
      sysv: `{ update-rc.d ${plain} disable 2>/dev/null || chkconfig ${plain} off; }`,
    },
    mask: { openrc: 'false', sysv: 'false' },
    unmask: { openrc: 'false', sysv: 'false' },
  };
  const { openrc, sysv } = byManager[verb];
  return [
    `if [ -d /run/systemd/system ]; then systemctl ${verb} -- ${quote(name)}`,
    `elif command -v rc-service >/dev/null 2>&1; then ${openrc}`,
    `elif [ -x /etc/init.d/${plain} ]; then ${sysv}`,
    `else echo "nothing on this host manages the service "${plain} >&2; exit 1; fi`,
  ].join('; ');
}
