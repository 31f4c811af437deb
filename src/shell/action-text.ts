import type { HostAction } from './action.ts';
import { groupText, unitText, userText } from './action-accounts.ts';
import { all, attributeLines } from './action-attributes.ts';
import { copyText, unpackText, writeText } from './action-content.ts';
import { runText, waitText } from './action-run.ts';
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
      return `ln ${action.kind === 'symbolic' ? '-sfn' : '-f'} -- ${quote(action.target)} ${quote(action.path)}`;
    case 'remove':
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
    case 'wait':
      return waitText(action);
  }
}
