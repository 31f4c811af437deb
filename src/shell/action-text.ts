import { BrokkrError } from '../errors.ts';
import type { HostAction } from './action.ts';
import { groupText, unitText, userText } from './action-accounts.ts';
import { all, attributeLines } from './action-attributes.ts';
import { copyText, writeText } from './action-content.ts';
import { runText, toolText, waitText } from './action-run.ts';
import { unpackText } from './action-unpack.ts';
import { quote } from './quote.ts';

/**
 * The shell text of an action. It runs in a subshell of its own, so it may change directory, umask and traps, and `exit`.
 * `number` makes temporary names different; `R` holds the run, `U` the umask, `S` the state folder.
 */
export function actionText(action: HostAction, number: number): string {
  switch (action.do) {
    case 'mkdir':
      return all(`mkdir -- ${quote(action.path)}`, ...attributeLines(quote(action.path), action, { follow: true }));
    case 'write':
      return writeText(action, number);
    case 'attributes':
      return all(...attributeLines(quote(action.path), action, action), ':');
    case 'link':
      // ln(1) would make the link inside a directory.
      return [
        `[ -L ${quote(action.path)} ] || [ ! -d ${quote(action.path)} ] || { echo ${quote(action.path)} is a directory >&2; exit 1; }`,
        `ln ${action.kind === 'symbolic' ? '-sfn' : '-fn'} -- ${quote(action.target)} ${quote(action.path)}`,
      ].join('\n');
    case 'remove':
      // rm(1) of BusyBox knows no --preserve-root.
      if (action.path.split('/').every((part) => /^\.{0,2}$/.test(part)))
        throw new BrokkrError(`${action.path} is not removed`);
      return `rm -rf -- ${quote(action.path)}`;
    case 'touch': {
      const path = quote(action.path);
      const times = [
        ...(action.mtime === undefined ? [] : [`touch -m -d @${Math.floor(action.mtime)} -- ${path}`]),
        ...(action.atime === undefined ? [] : [`touch -a -d @${Math.floor(action.atime)} -- ${path}`]),
      ];
      const create = times.length === 0 ? `touch -- ${path}` : `{ [ -e ${path} ] || touch -- ${path}; }`;
      return all(create, ...times, ...attributeLines(path, action, { follow: true }));
    }
    case 'unpack':
      return unpackText(action, number);
    case 'copy':
      return copyText(action, number);
    case 'group':
      return groupText(action);
    case 'user':
      return userText(action);
    case 'unit':
      return unitText(action.verb, action.name);
    case 'daemon-reload':
      return '[ ! -d /run/systemd/system ] || systemctl daemon-reload';
    case 'run':
      return runText(action);
    case 'tool':
      return toolText(action);
    case 'wait':
      return waitText(action);
  }
}
