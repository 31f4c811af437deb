import type { AnswerOf, Json, OutputQuestion } from './question.ts';

/** What a module may have done, as data: the closed vocabulary of changes. */
export type Action = HostAction | ControlAction;

/** Owner, group and permission bits to give; what is `undefined` stays as it is (or as the umask makes it). */
export interface Attributes {
  /** Permission bits, or a symbolic mode as chmod(1) takes it: `u=rwX,g=rX,o=`. */
  readonly mode?: number | string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
}

/** A path that unpacking leaves behind, relative to where it unpacks, and what is known of it. */
export interface UnpackedEntry {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link';
  /** Permission bits in the archive. */
  readonly mode?: number | undefined;
  /** Bytes. */
  readonly size?: number | undefined;
  readonly sha256?: string | undefined;
  /** Seconds since the epoch. */
  readonly mtime?: number | undefined;
  /** Where a link points. */
  readonly target?: string | undefined;
}

/** What goes into a file: bytes that ride in the program, or a file of the control machine that is streamed. */
export type Content =
  | { readonly from: 'bytes'; readonly bytes: Uint8Array; readonly sha256: string }
  | { readonly from: 'file'; readonly file: string; readonly sha256: string; readonly size: number };

export type HostAction =
  /** One directory; the ones above it must be there. */
  | ({ readonly do: 'mkdir'; readonly path: string } & Attributes)
  /** Whole content, atomically: temporary file in the same folder, attributes, fsync, rename. Links are written through. */
  | ({
      readonly do: 'write';
      readonly path: string;
      readonly content: Content;
      /** Keep the file that was there as `path.PID.DATE~`, as Ansible names it; the last line of stdout tells the name. */
      readonly backup: boolean;
      /** A command in which `%s` is the temporary file; a non-zero exit keeps the old file. */
      readonly validate?: string | undefined;
    } & Attributes)
  | ({
      readonly do: 'attributes';
      readonly path: string;
      readonly follow: boolean;
      readonly recursive: boolean;
    } & Attributes)
  | { readonly do: 'link'; readonly path: string; readonly target: string; readonly kind: 'symbolic' | 'hard' }
  | { readonly do: 'remove'; readonly path: string }
  /** Create an empty file, or set its times to now (or to the given seconds since the epoch). */
  | ({ readonly do: 'touch'; readonly path: string; readonly mtime?: number; readonly atime?: number } & Attributes)
  /** Unpacks over what is there. The attributes are given to every entry of the archive, links not followed. */
  | ({
      readonly do: 'unpack';
      readonly archive: Content | { readonly from: 'host'; readonly path: string };
      readonly format: 'tar' | 'tar.gz' | 'tar.bz2' | 'tar.xz' | 'tar.zst' | 'zip';
      readonly dest: string;
      /** Every path that will be there afterwards, relative to `dest`; empty when it is not known. */
      readonly entries: readonly UnpackedEntry[];
      readonly exclude: readonly string[];
      readonly include: readonly string[];
      readonly keepNewer: boolean;
      readonly extraOptions: readonly string[];
    } & Attributes)
  /** A file or folder that is on the host already. */
  | ({
      readonly do: 'copy';
      readonly from: string;
      readonly path: string;
      readonly recursive: boolean;
      readonly backup: boolean;
    } & Attributes)
  | {
      readonly do: 'group';
      readonly verb: 'add' | 'modify' | 'delete';
      readonly name: string;
      readonly gid?: number;
      readonly system: boolean;
    }
  /** Its last line of stdout, but of `delete`, is the account's line in passwd(5). */
  | {
      readonly do: 'user';
      readonly verb: 'add' | 'modify' | 'delete';
      readonly name: string;
      readonly uid?: number;
      readonly primaryGroup?: string;
      readonly groups?: readonly string[];
      /** With `modify`: keep the groups that are not named. */
      readonly append: boolean;
      readonly home?: string;
      readonly createHome: boolean;
      readonly moveHome: boolean;
      readonly shell?: string;
      readonly comment?: string;
      readonly system: boolean;
      /** An encrypted password; goes through standard input, never through argv. */
      readonly password?: string;
      readonly removeHome: boolean;
      readonly force: boolean;
    }
  | { readonly do: 'unit'; readonly verb: UnitVerb; readonly name: string }
  | { readonly do: 'daemon-reload' }
  | Run
  | ToolRun
  /** Wait on the host itself until a condition holds; checks once a `sleep`. */
  | {
      readonly do: 'wait';
      readonly until: WaitCondition;
      /** Seconds. */
      readonly timeout: number;
      readonly delay: number;
      readonly sleep: number;
      readonly message?: string | undefined;
    };

export type UnitVerb = 'start' | 'stop' | 'restart' | 'reload' | 'enable' | 'disable' | 'mask' | 'unmask';

export type WaitCondition =
  | { readonly kind: 'port'; readonly port: number; readonly state: 'started' | 'stopped' | 'drained' }
  | {
      readonly kind: 'path';
      readonly path: string;
      readonly state: 'present' | 'absent';
      /** What grep(1) finds in a line of the file with `-E`; the wait tells that line on stdout. */
      readonly search?: { readonly expression: string; readonly ignoresCase: boolean } | undefined;
    }
  /** Only the delay and the timeout. */
  | { readonly kind: 'time' };

/** A program of the user's: opaque, so whatever was known of the host is asked again after it. */
export interface Run {
  readonly do: 'run';
  readonly command:
    | { readonly kind: 'argv'; readonly argv: readonly string[] }
    | { readonly kind: 'shell'; readonly script: string; readonly executable: string };
  readonly chdir?: string | undefined;
  readonly environment: ReadonlyMap<string, string>;
  /** What the program reads; without it, it reads nothing. */
  readonly stdin?: string | undefined;
}

/** A tool of the host that is told what to do, and whose effect is known beforehand, as far as modules ask for it. */
export interface ToolRun {
  readonly do: 'tool';
  /** Shell text for dash and BusyBox. */
  readonly script: string;
  /** What the script reads; without it, it reads nothing. */
  readonly stdin?: string | undefined;
  readonly environment?: ReadonlyMap<string, string> | undefined;
  /** What questions will be answered afterwards. */
  readonly leaves: readonly { readonly question: OutputQuestion; readonly answer: AnswerOf['output'] }[];
  /**
   * What may be different afterwards beside that: nothing that anybody asks for, what is at paths and below, something more
   * in a folder, under a name that nobody knows, or anything.
   */
  readonly reach: 'nothing' | 'host' | { readonly paths: readonly string[] } | { readonly folder: string };
}

/** Done on the control machine by the named performer of a module: create a topic, wait for a quorum. */
export interface ControlAction {
  readonly do: 'control';
  readonly topic: string;
  readonly parameters: Json;
}

/** What came of an action, however long it took. */
export interface Performed {
  /** The exit status; for actions of the control machine 0 or 1. */
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What a performer of the control machine found. */
  readonly value?: Json;
}

/** What came of an action. */
export interface Outcome extends Performed {
  /** Milliseconds since the epoch on the control machine, and how long the step took on the host. */
  readonly startedAt: number;
  readonly seconds: number;
}
