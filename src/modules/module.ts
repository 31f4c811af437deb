import type { z } from 'zod';
import type { Placement } from '../config/inventory/placement.ts';
import type { Value } from '../jinja/value.ts';
import type { Action, ControlAction, Outcome, Performed } from '../shell/action.ts';
import type { Answer, ControlAnswer, ControlQuestion, Json, Question } from '../shell/question.ts';

type Collection = 'ansible.builtin' | 'ansible.posix' | 'community.general' | 'brokkr';

/**
 * What a task of one kind means. All of it is pure but the answerers and performers, which talk to the control machine's
 * files and to servers, never to a host.
 */
export interface Module<Args = unknown> {
  /** The name without collection. */
  readonly name: string;
  /**
   * Where Ansible has it. `ansible.builtin.` and `ansible.legacy.` go before the names of Ansible's own modules, and before
   * those that Ansible itself once had and leads on to where they are now.
   */
  readonly collection: Collection;
  /** One sentence for the generated page and for `--help`. */
  readonly summary: string;
  /** The arguments after templating, with defaults; strict, with aliases already resolved to their main name. */
  readonly schema: z.ZodType<Args>;
  /** Alias → main name, as Ansible has them: `{ name: 'path', dest: 'path' }`. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Where free text goes (`command: ls -l`): the main name of the argument, or `undefined` when there is none. */
  readonly freeForm?: string;
  /** A short playbook task for the generated page; a test loads it. */
  readonly example: string;
  /**
   * Could another host notice it? Then it is a barrier: no host does it before all hosts of the batch have finished what
   * stands before it.
   */
  readonly noticedByOthers: boolean;
  /** It never counts as changed by itself: nobody is notified by it. */
  readonly neverChanges?: true;
  /** It runs once for the whole batch, on the control machine's side (a cluster, not a host, is its object). */
  readonly oncePerBatch?: boolean;
  /** The inventory is its object, not a host: the first host of the batch does it for all. */
  readonly forAllHosts?: boolean;
  /** The argument whose value no two hosts of a play may share: an id. */
  readonly uniqueArgument?: string;
  /** Which variables of the host it sets, by the names of its arguments: until it is decided nobody knows their values. */
  readonly factsSet?: (argumentNames: readonly string[]) => readonly string[];
  /** What is certainly needed to decide. All questions of a segment are asked at once. */
  probe(args: Args, context: ModuleContext): readonly Question[];
  /** What the task comes to on a host as the answers describe it. May ask for more by `answers.get`. */
  decide(args: Args, answers: Answers, context: ModuleContext): Decision;
  /** Answers questions of the control machine whose topic is the key. */
  readonly answerers?: Readonly<Record<string, Answerer>>;
  /** Does the actions of the control machine whose topic is the key. */
  readonly performers?: Readonly<Record<string, Performer>>;
}

export interface Answers {
  /**
   * The answer as earlier decisions of this run would leave it. When it has not been asked yet the decision is put off:
   * this throws, the engine asks, and decides again.
   */
  get<Q extends Question>(question: Q): Answer<Q>;
  /** Has all of these answered: the ones that were not asked yet are asked together. Puts off as `get` does. */
  require(questions: readonly Question[]): void;
}

/** What a module may know of the task around it. */
export interface ModuleContext {
  readonly host: string;
  readonly checkMode: boolean;
  /** `environment:` of the task, for programs that it runs. */
  readonly environment: ReadonlyMap<string, string>;
  /** Whether the task registers its result: fields that cost something are asked for only then. */
  readonly registers: boolean;
  /** How many `-v` were given. */
  readonly verbosity: number;
  /** Renders a template file's text with the host's variables: `.hbs` as Handlebars, anything else as Jinja2. */
  render(text: string, file: string, options?: TemplateOptions): string;
  /** Whether a bare expression, as `when:` takes it, is true in the task's scope (`assert.that`). */
  condition(expression: string): boolean;
  /** What a bare expression comes to in the task's scope; `Undefined` where a name is not there (`debug.var`). */
  evaluate(expression: string): Value;
  /** The value of a variable of the host, templated; `undefined` when there is none. */
  variable(name: string): Value | undefined;
  /** Where a relative `src` stands on the control machine: the playbook's `files/` or `templates/`, then its folder. */
  findFile(name: string, folder: 'files' | 'templates'): string | undefined;
  /** Where `findFile` looks, in this order, to be told. */
  placesOf(name: string, folder: 'files' | 'templates'): readonly string[];
  /**
   * Remembers where what a task wants at a path of the host comes from. Only a trace: whoever follows it compares the bytes.
   */
  noteOrigin(path: string, origin: Origin): void;
  /** Where what the last task of this run wanted at the path of the host comes from. */
  originOf(path: string): Origin | undefined;
  /** Would the inventory be another one with it? */
  isChangedBy(placement: Placement): boolean;
  /** Values that must not appear in anything printed; `render` and `variable` need no help. */
  addSecret(value: string): void;
  /** Does the text hold a secret: the value of a vaulted variable, of a prompt, of a lookup that runs a command? */
  holdsSecret(text: string): boolean;
  /** Tells whoever watches of something that is probably not meant; the task goes on. */
  warn(message: string): void;
}

/** What the control machine obtained, or would obtain, a file of the host from. */
export interface Origin {
  /** A URL, or a file of the control machine. */
  readonly source: string;
  readonly checksum?: string | undefined;
}

/** How a Jinja2 template file is read, where it differs from what Ansible takes for granted. */
interface TemplateOptions {
  /** The newline after a block is removed; Ansible's default is true. */
  readonly trimBlocks: boolean;
  readonly lstripBlocks: boolean;
  /** `src` and `dest` as the task has them, which the template sees as variables of its own. */
  readonly src: string;
  readonly dest: string;
}

/** The fields of a task's result, as `register` keeps them. */
export type ResultFields = ReadonlyMap<string, Value>;

export type Decision =
  | {
      readonly verdict: 'unchanged';
      readonly result: ResultFields;
      /** What it puts into the inventory: nothing on a host. */
      readonly places?: readonly Placement[];
      /** The task has changed something all the same. */
      readonly changed?: boolean;
      /** What is told is how earlier steps would leave the host: when they have run, these are to be asked again. */
      readonly foreseen?: readonly Question[];
    }
  | {
      readonly verdict: 'change';
      readonly actions: readonly Action[];
      readonly diff: readonly Diff[];
      /** The fields that are known before it is done. */
      readonly result: ResultFields;
      /** The fields that only the run can tell (`stdout`), by name, so that the plan can call them unknown. */
      readonly pending?: readonly string[];
      /** The result where it is only checked, when that is another one; with `skipped` in it, it counts as skipped. */
      readonly checked?: ResultFields;
      /** What the outcomes tell beside `result` when all is well: fields that `pending` names. */
      told?(outcomes: readonly Outcome[]): ResultFields;
      /** The result once it is done. Without it: `result`, failed when an action has a non-zero exit status. */
      conclude?(outcomes: readonly Outcome[]): Conclusion;
    }
  /** It cannot be done, and nothing is tried. */
  | { readonly verdict: 'failed'; readonly message: string; readonly hint?: string; readonly result: ResultFields };

export interface Conclusion {
  readonly changed: boolean;
  readonly failed: boolean;
  readonly message?: string;
  readonly hint?: string;
  readonly result: ResultFields;
}

/** One difference, before and after; text is compared line by line, anything else key by key. */
export type Diff =
  | { readonly kind: 'text'; readonly path: string; readonly before: string; readonly after: string }
  | {
      readonly kind: 'state';
      readonly subject: string;
      readonly before: Readonly<Record<string, string>>;
      readonly after: Readonly<Record<string, string>>;
    }
  /** A change that cannot be shown line by line: `unpacks kafka_2.13-2.8.1.tgz (68.2 MB, 121 files)`. */
  | { readonly kind: 'note'; readonly text: string };

/** Opens a TCP connection as the hosts would reach it: directly, or through the SSH connection of a host. */
export interface Dialer {
  connect(host: string, port: number, signal: AbortSignal): Promise<import('node:stream').Duplex>;
}

export interface ControlContext {
  readonly dialer: Dialer;
  readonly signal: AbortSignal;
  /** A connection to a server that goes out from the host of that name, through its SSH connection. */
  connectFrom(from: string, host: string, port: number, signal: AbortSignal): Promise<import('node:stream').Duplex>;
  /**
   * Gives the connection to a host up, opens another one within so many seconds, runs a command there if one is given, and
   * says which boot the host is in.
   */
  reconnect(host: string, seconds: number, test?: string): Promise<string>;
  /** A line of progress for whoever watches: `2 of 3 brokers are registered`. */
  progress(text: string): void;
  /** Has the run tried in vain to reach a host of this name or address? */
  isUnreachable(host: string): boolean;
  /** The user has asked for the end of the run: what only waits is over. */
  stopRequested(): boolean;
  /** The last lines of a server's log on a host, for the message of a wait that failed. */
  tail(host: string, path: string, lines: number): Promise<string>;
}

export type Answerer = (parameters: Json, context: ControlContext, question: ControlQuestion) => Promise<ControlAnswer>;
export type Performer = (parameters: Json, context: ControlContext, action: ControlAction) => Promise<Performed>;
