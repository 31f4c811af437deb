import type { Position, Problem } from '../errors.ts';
import type { Diff } from '../modules/module.ts';
import type { PlanView } from '../plan/plan-view.ts';

/** How a task ended on a host. */
export type TaskStatus = 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable' | 'ignored' | 'rescued';

/** `waiting`: its turn will come; `gate`: it is looked whether it may be stopped; `returning`: it runs, and is waited for until it has caught up; `altered`: settings were changed while it runs. */
export type ServerStatus =
  | 'skipped'
  | 'waiting'
  | 'gate'
  | 'blocked'
  | 'free'
  | 'stopping'
  | 'starting'
  | 'returning'
  | 'altered'
  | 'back'
  | 'failed';

export interface TaskIdentity {
  /** The play's name. */
  readonly play: string;
  /** The task's name; the module's name when it has none. */
  readonly task: string;
  readonly module: string;
  readonly at: Position;
  /** Counts the tasks of the run from 0, in the order in which they are written, handlers at their flush. */
  readonly index: number;
}

export interface HostCounts {
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rescued: number;
  readonly ignored: number;
}

export interface HostRecap extends HostCounts {
  readonly host: string;
  /** SSH connections that were opened. */
  readonly connections: number;
  /** Channels that were opened in them: a shell for each account, and one for each large content. */
  readonly channels: number;
  /** Remote programs that were run. */
  readonly programs: number;
  /** Answers that were waited for, from the opening of the connection; undefined where they were not seen. */
  readonly roundTrips: number | undefined;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** From the first connection to the end of the host's last step. */
  readonly seconds: number;
}

/** What a failure tells: which program, how it ended, what to do next. */
export interface Failure {
  readonly message: string;
  readonly hint?: string | undefined;
  /** A command that can be pasted into a shell on the host. */
  readonly command?: string | undefined;
  readonly rc?: number | undefined;
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
}

/** Everything the engine tells. Listeners (tree, lines, JSON) only listen. Secrets are redacted before an event is sent. */
export type Event =
  | {
      readonly event: 'run-start';
      readonly verb: string;
      readonly hosts: readonly string[];
      readonly tasks: number;
      readonly checkMode: boolean;
    }
  | { readonly event: 'warning'; readonly message: string; readonly at?: Position | undefined }
  | { readonly event: 'problem'; readonly problem: Problem }
  /** What would change: `changes` tasks on `hosts` hosts; `failed` would fail. */
  | {
      readonly event: 'plan';
      readonly plays: PlanView['plays'];
      readonly changes: number;
      readonly hosts: number;
      readonly failed: number;
    }
  | { readonly event: 'host-connecting'; readonly host: string }
  | { readonly event: 'host-connected'; readonly host: string; readonly seconds: number }
  | { readonly event: 'play-start'; readonly play: string; readonly hosts: readonly string[]; readonly at: Position }
  | {
      readonly event: 'batch-start';
      readonly play: string;
      readonly hosts: readonly string[];
      readonly batch: number;
      readonly batches: number;
    }
  | {
      readonly event: 'program';
      readonly host: string;
      readonly user: string;
      readonly kind: 'probe' | 'apply' | 'lock' | 'tail';
      readonly questions: number;
      readonly steps: number;
      readonly seconds: number;
    }
  /** A step of an apply program has begun on the host. */
  | {
      readonly event: 'task-start';
      readonly host: string;
      readonly task: TaskIdentity;
      readonly item?: string | undefined;
    }
  | {
      readonly event: 'progress';
      readonly host?: string | undefined;
      readonly task?: TaskIdentity | undefined;
      readonly text: string;
      /** What has come of it, and not what is waited for. */
      readonly isResult?: true;
    }
  | {
      readonly event: 'task';
      readonly host: string;
      readonly task: TaskIdentity;
      readonly status: TaskStatus;
      readonly seconds: number;
      readonly diff: readonly Diff[];
      /** Per item when the task loops. */
      readonly items?: readonly { readonly label: string; readonly status: TaskStatus }[] | undefined;
      readonly failure?: Failure | undefined;
      /** Why it was skipped, or what `debug` says. */
      readonly message?: string | undefined;
      /** The task's result as `register` would keep it, printed as JSON; only with `-v`. */
      readonly result?: string | undefined;
    }
  | {
      readonly event: 'owed';
      readonly host: string;
      readonly handler: string;
      readonly what: 'recorded' | 'found' | 'paid';
    }
  | { readonly event: 'interrupted'; readonly host: string; readonly text: string }
  /** Where a server of a cluster stands in a rolling restart. */
  | {
      readonly event: 'server';
      readonly cluster: string;
      readonly host: string;
      readonly status: ServerStatus;
      /** Why, or what it comes to. */
      readonly text?: string | undefined;
      /** With `back`: from the beginning of its stop. */
      readonly seconds?: number | undefined;
    }
  | {
      readonly event: 'recap';
      readonly hosts: readonly HostRecap[];
      readonly seconds: number;
      readonly changed: boolean;
      readonly failed: boolean;
    };

/** Where the engine sends its events. It must not throw. */
export type EventSink = (event: Event) => void;
