import type { Action, ToolRun, WaitCondition } from '../shell/action.ts';
import { performOnAccounts } from './account-effects.ts';
import { performOnFiles } from './file-effects.ts';
import type { HostState } from './host-state.ts';
import { noticeUnitFile, performOnUnits } from './unit-effects.ts';

/** Changes what is known of a host as the action changes the host, taken that it succeeds. */
export function performAction(action: Action, host: HostState): void {
  perform(action, host);
  host.noticeChanges();
}

function perform(action: Action, host: HostState): void {
  switch (action.do) {
    case 'mkdir':
    case 'write':
    case 'attributes':
    case 'link':
    case 'remove':
    case 'touch':
    case 'unpack':
    case 'copy':
      performOnFiles(action, host);
      noticeUnitFile(action, host);
      return;
    case 'group':
    case 'user':
      performOnAccounts(action, host);
      return;
    case 'unit':
    case 'daemon-reload':
      performOnUnits(action, host);
      return;
    case 'run':
      host.becomeOpaque();
      return;
    case 'tool':
      performTool(action, host);
      return;
    case 'wait':
      performWait(action.until, host);
      return;
    case 'control':
      host.unsettle();
  }
}

function performTool({ leaves, reach }: ToolRun, host: HostState): void {
  const subjects = new Set(leaves.map(({ question }) => question.about));
  if (reach === 'host') host.becomeOpaque(subjects);
  else if (reach !== 'nothing' && 'folder' in reach) host.files.addUnnamed(host.files.realPath(reach.folder, true));
  else if (reach !== 'nothing') {
    for (const path of reach.paths) host.files.blur(host.files.realPath(path, true));
  }
  host.noticeChanges();
  for (const { question, answer } of leaves) host.set(question, answer);
}

/** A wait that succeeded has found what it waited for. */
function performWait(until: WaitCondition, host: HostState): void {
  if (until.kind === 'port') host.set({ ask: 'listening', port: until.port }, until.state === 'started');
  if (until.kind !== 'path') return;
  const path = host.files.realPath(until.path, true);
  if (until.state === 'absent') host.files.remove(path);
  else if (host.files.at(path).lstat === null) host.files.set(path, { lstat: host.files.unknown() });
}
