import type { Task } from '../config/play.ts';
import { problemText } from '../errors.ts';
import { BlockTracker } from '../plan/block-tracker.ts';
import { type Entry, inherited } from '../plan/entries.ts';
import { Known } from '../plan/known.ts';
import { planPass } from '../plan/pass.ts';
import type { Planned } from '../plan/planned.ts';
import type { HostAction } from '../shell/action.ts';
import type { Answer, AnswerOf, HostQuestion, Question } from '../shell/question.ts';
import { makeBatch, type PlaybookSetting, type PreparedPlay } from './playbook-run.ts';
import { withAddedHosts } from './selected-hosts.ts';

/** A file of a host as the playbook would write it on a bare host. */
export interface RenderedFile {
  readonly host: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Permission bits, or symbolic; `undefined`: as the umask makes it. */
  readonly mode: number | string | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
}

/** What could not be rendered, since it needs something that only a host can tell. */
export interface Unrendered {
  readonly host: string;
  readonly task: string;
  readonly reason: string;
}

/** Tasks that decide which files there are, and what stands in them. */
const FILE_MODULES = new Set([
  'template',
  'copy',
  'file',
  'lineinfile',
  'set_fact',
  'meta',
  'user',
  'group',
  'include_tasks',
  'include_role',
  'include_vars',
  'add_host',
  'group_by',
]);

/** Facts of hosts that a file gives, by host and name. */
export type GivenFacts = ReadonlyMap<string, AnswerOf['facts']>;

/**
 * Every file that the plays write, without a connection: the tasks are decided on a bare host that is made up, on which
 * nothing is there but the folders above what is asked for.
 */
export async function renderFiles(
  prepared: readonly PreparedPlay[],
  setting: PlaybookSetting,
  facts: GivenFacts = new Map(),
): Promise<{ files: RenderedFile[]; unrendered: Unrendered[] }> {
  const restore = setting.state.snapshot();
  const known = new Map<string, Known>();
  const files = new Map<string, RenderedFile>();
  const unrendered: Unrendered[] = [];
  try {
    for (const each of prepared) {
      const play = withAddedHosts(each, setting);
      await setting.added.open();
      for (const batch of play.batches) {
        const context = makeBatch(play, batch, setting);
        for (const run of context.runs)
          run.known.learn(run.factsAccount().user, { ask: 'facts' }, facts.get(run.name) ?? new Map());
        const takesPart = (entry: Entry): boolean =>
          entry.kind !== 'task' ||
          (FILE_MODULES.has(entry.task.module) && !entry.isHandler && inherited(entry, 'delegateTo') === undefined);
        const before = context.runs.map((run) => ({
          host: run.name,
          known: known.get(run.name) ?? new Known(),
          blocks: new BlockTracker(),
          notified: new Set<Task>(),
          position: 0,
        }));
        const pass = () =>
          planPass(before, { ...context.setting, takesPart, mode: 'plan', offline: true, onceDone: new Map() });
        let passes = pass();
        for (let round = 0; round < 100 && passes.some(({ wanted }) => wanted.length > 0); round++) {
          for (const { host, wanted } of passes) {
            const mine = before.find((each) => each.host === host)?.known;
            if (mine === undefined) continue;
            await setting.desk.ask(wanted, [mine]);
            for (const { account, question } of wanted) {
              if (question.ask !== 'control') mine.learn(account.user, question, bareAnswer(question, wanted));
            }
          }
          passes = pass();
        }
        for (const { host, planned, known: after } of passes) {
          known.set(host, after);
          collect(host, planned, files, unrendered);
        }
      }
    }
  } finally {
    restore();
  }
  return { files: [...files.values()].sort((a, b) => compare(a.host, b.host) || compare(a.path, b.path)), unrendered };
}

function collect(
  host: string,
  planned: readonly Planned[],
  files: Map<string, RenderedFile>,
  unrendered: Unrendered[],
): void {
  for (const each of planned) {
    if (each.kind === 'unknown') unrendered.push({ host, task: each.name, reason: `not known until ${each.until}` });
    else if (each.kind === 'broken') unrendered.push({ host, task: each.name, reason: problemText(each.error) });
    else if (each.kind === 'task') {
      for (const { outcome } of each.task.items) {
        if (outcome.verdict === 'change')
          for (const action of outcome.decision.actions)
            if (action.do === 'write') files.set(`${host} ${action.path}`, rendered(host, action));
        // Links into an installation that is not unpacked here are no files of ours.
        if (outcome.verdict === 'failed' && each.entry.task.module !== 'file')
          unrendered.push({ host, task: each.task.name, reason: problemText(outcome) });
      }
    }
  }
}

function rendered(host: string, action: Extract<HostAction, { do: 'write' }>): RenderedFile {
  const bytes = action.content.from === 'bytes' ? action.content.bytes : Buffer.from(`${action.content.sha256}\n`);
  return { host, path: action.path, bytes, mode: action.mode, owner: action.owner, group: action.group };
}

/** A bare host has the folders that every Linux has, and nothing else; accounts have numbers of their own. */
function bareAnswer(
  question: HostQuestion,
  together: readonly { readonly question: Question }[],
): Answer<HostQuestion> {
  switch (question.ask) {
    case 'stat':
      return BARE_FOLDERS.has(question.path) || isFolderOf(together, question.path)
        ? {
            type: 'directory',
            mode: 0o755,
            uid: 0,
            gid: 0,
            owner: 'root',
            group: 'root',
            size: 0,
            mtime: 0,
            inode: 0,
            links: 1,
          }
        : null;
    case 'unit':
      return {
        manager: 'systemd',
        load: 'not-found',
        active: 'inactive',
        sub: 'dead',
        enabled: '',
        mainPid: 0,
        needsReload: false,
      };
    case 'listening':
      return false;
    case 'identity':
      return { user: 'root', uid: 0, home: '/root', umask: 0o022 };
    case 'facts':
      return new Map();
    // Whoever a file shall belong to will be there: made by the playbook, or by whoever set the host up.
    case 'passwd':
      return {
        name: question.name,
        uid: accountNumber(question.name),
        gid: accountNumber(question.name),
        gecos: '',
        home: '/',
        shell: '/bin/sh',
        groups: [],
        primaryGroup: question.name,
      };
    case 'group':
      return { name: question.name, gid: accountNumber(question.name), members: [] };
    default:
      return null;
  }
}

/**
 * What is asked about together with a path below it is taken for a folder: whoever made the playbook has it there. Not so
 * where its content is asked about: that is a `dest`, which may be a file or the folder of one.
 */
function isFolderOf(together: readonly { readonly question: Question }[], path: string): boolean {
  const isDest = together.some(({ question }) => question.ask === 'hash' && question.path === path);
  return !isDest && together.some(({ question }) => question.ask === 'stat' && question.path.startsWith(`${path}/`));
}

function accountNumber(name: string): number {
  return name === 'root' ? 0 : 1000;
}

const BARE_FOLDERS = new Set([
  '/',
  '/etc',
  '/etc/systemd',
  '/etc/systemd/system',
  '/etc/default',
  '/etc/security',
  '/etc/security/limits.d',
  '/etc/sysctl.d',
  '/home',
  '/opt',
  '/root',
  '/srv',
  '/tmp',
  '/usr',
  '/usr/bin',
  '/usr/lib',
  '/usr/local',
  '/usr/local/bin',
  '/usr/share',
  '/var',
  '/var/lib',
  '/var/log',
  '/var/tmp',
  '/run',
]);

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
