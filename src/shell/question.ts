/**
 * What a module may want to know, as data. The vocabulary is closed, so that equal questions of many tasks are asked
 * once, many paths are read by one process, and a host for unit tests is a table of answers.
 */
export type Question = HostQuestion | ControlQuestion;

/** Answered by the probe program on the host, as the task's become user. */
export type HostQuestion =
  /** `lstat`, or `stat` with `follow`. */
  | { readonly ask: 'stat'; readonly path: string; readonly follow: boolean }
  /** SHA-256 of a regular file, links followed. */
  | { readonly ask: 'hash'; readonly path: string }
  /** A regular file's content, links followed, when it has at most `maxBytes` bytes. */
  | { readonly ask: 'content'; readonly path: string; readonly maxBytes: number }
  /**
   * Every path below a directory (so many levels deep, or all), the directory itself left out, links not followed. With
   * `times`, those of each have to be known.
   */
  | { readonly ask: 'tree'; readonly path: string; readonly depth?: number; readonly times?: boolean }
  | { readonly ask: 'passwd'; readonly name: string }
  | { readonly ask: 'group'; readonly name: string }
  | { readonly ask: 'unit'; readonly name: string }
  /** Is a TCP port listened on by this host itself? */
  | { readonly ask: 'listening'; readonly port: number }
  /** Where a command stands in the PATH. */
  | { readonly ask: 'command'; readonly name: string }
  /** Who the program runs as. */
  | { readonly ask: 'identity' }
  /** Facts of the host, all that brokkr knows how to gather, by one small program. */
  | { readonly ask: 'facts' }
  /** What a script that changes nothing prints, for what a tool of the host has to be asked: packages, mounts, a crontab. */
  | OutputQuestion;

/** What a question is about that tells everything that systemd knows of a unit. */
export const unitStatus = 'unit status';

export interface OutputQuestion {
  readonly ask: 'output';
  /** What it is about, in a word. */
  readonly about: string;
  /** Shell text for dash and BusyBox. Its standard error goes nowhere. */
  readonly script: string;
  /** Paths on which the answer depends, with all that is below them: an action on one of them makes it unknown. */
  readonly reads?: readonly string[];
}

/** Answered on the control machine by the named answerer of a module: a local file, an archive, a server's own protocol. */
export interface ControlQuestion {
  readonly ask: 'control';
  /** Which answerer: `local-file`, `archive`, `zookeeper-ensemble`, … */
  readonly topic: string;
  /** Parameters as JSON; together with the topic they are the question's identity. */
  readonly parameters: Json;
  /**
   * `settled`: the answer stays the same during a run (what a URL has). `local`: a task that is done on the control
   * machine may change it (a file there), so it is asked again after a barrier has acted. `volatile`: so may whatever
   * another task does anywhere (the state of a cluster).
   */
  readonly life: 'settled' | 'local' | 'volatile';
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type FileType = 'file' | 'directory' | 'link' | 'other';

export interface Stat {
  readonly type: FileType;
  /** Permission bits including setuid, setgid and sticky: 0o755 is 493. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The number as text when the host knows no name for it. */
  readonly owner: string;
  readonly group: string;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** When it was last read, and when its entry was last changed; left out where nobody looked. */
  readonly atime?: number;
  readonly ctime?: number;
  readonly inode: number;
  readonly links: number;
  /** Where a link points, as it is written in the link. */
  readonly target?: string;
}

export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
  /** Names of the supplementary groups, sorted. */
  readonly groups: readonly string[];
  /** Name of the primary group; the number as text when it has no name. */
  readonly primaryGroup: string;
}

export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export interface UnitState {
  /** What manages services on the host. `none`: nothing that brokkr knows, so no unit can be started. */
  readonly manager: 'systemd' | 'sysv' | 'openrc' | 'none';
  /** systemd's LoadState: `loaded`, `not-found`, `masked`, … */
  readonly load: string;
  /** systemd's ActiveState: `active`, `inactive`, `failed`, `activating`, … */
  readonly active: string;
  readonly sub: string;
  /** systemd's UnitFileState: `enabled`, `disabled`, `static`, … or empty. */
  readonly enabled: string;
  readonly mainPid: number;
  /** The unit file on disk is newer than what systemd has loaded. */
  readonly needsReload: boolean;
}

export interface Identity {
  readonly user: string;
  readonly uid: number;
  readonly home: string;
  /** The umask, as a number. */
  readonly umask: number;
}

/** The answer to each kind of question; `null` means that the thing is not there. */
export interface AnswerOf {
  stat: Stat | null;
  hash: string | null;
  /** `null` also when the file is larger than asked for. */
  content: Uint8Array | null;
  tree: readonly { readonly path: string; readonly stat: Stat }[] | null;
  passwd: PasswdEntry | null;
  group: GroupEntry | null;
  unit: UnitState;
  listening: boolean;
  command: string | null;
  identity: Identity;
  facts: ReadonlyMap<string, Json>;
  output: { readonly rc: number; readonly stdout: string };
  control: ControlAnswer;
}

/** What an answerer found, or why it could not be found: a check that could not be made has failed. */
export type ControlAnswer =
  | { readonly ok: true; readonly value: Json; readonly bytes?: Uint8Array }
  | { readonly ok: false; readonly error: string; readonly hint?: string };

export type Answer<Q extends Question = Question> = AnswerOf[Q['ask']];

/** The identity of a question: equal questions have equal keys. */
export function questionKey(question: Question): string {
  switch (question.ask) {
    case 'stat':
      return `stat ${question.follow ? 'follow' : 'link'} ${question.path}`;
    case 'hash':
      return `hash ${question.path}`;
    case 'tree':
      return `tree ${question.times === true ? 'times ' : ''}${question.depth ?? ''} ${question.path}`;
    case 'content':
      return `content ${question.maxBytes} ${question.path}`;
    case 'passwd':
    case 'group':
    case 'unit':
    case 'command':
      return `${question.ask} ${question.name}`;
    case 'listening':
      return `listening ${question.port}`;
    case 'identity':
    case 'facts':
      return question.ask;
    case 'output':
      return `output ${question.about} ${question.script}`;
    case 'control':
      return `control ${question.topic} ${JSON.stringify(question.parameters)}`;
  }
}

/** True when what another task does may change the answer although no file, user or package of the host was touched. */
export function isVolatile(question: Question): boolean {
  if (question.ask === 'control') return question.life !== 'settled';
  if (question.ask === 'output') return question.about === unitStatus;
  return question.ask === 'unit' || question.ask === 'listening';
}
