import type { Position } from '../errors.ts';
import type { Value } from '../jinja/value.ts';
import type { ConfigNode, MappingNode, VariableLayer } from './node.ts';
import type { RoleUse } from './role.ts';

/** A playbook as it was written: checked for unknown keywords, modules and argument names, not yet templated. */
export interface Playbook {
  readonly file: string;
  readonly plays: readonly Play[];
  readonly warnings: readonly { readonly message: string; readonly at?: Position }[];
}

/** Text that may hold templates, and where it stands. */
export type Templated = ConfigNode;

export interface Play {
  readonly name: string;
  readonly at: Position;
  readonly hosts: Templated;
  /** Absent: facts are gathered. */
  readonly gatherFacts: Templated | undefined;
  readonly become: BecomeKeywords;
  readonly remoteUser: Templated | undefined;
  readonly vars: VariableLayer;
  readonly varsFiles: readonly Templated[];
  readonly moduleDefaults: ReadonlyMap<string, ConfigNode>;
  readonly varsPrompt: readonly VarsPrompt[];
  readonly environment: readonly ConfigNode[];
  readonly tags: readonly Templated[];
  /** Batch sizes as written: numbers and percentages. Empty means all hosts at once. */
  readonly serial: readonly Templated[];
  readonly connection: Templated | undefined;
  readonly order: HostOrder;
  readonly anyErrorsFatal: Templated | undefined;
  readonly maxFailPercentage: Templated | undefined;
  readonly ignoreErrors: Templated | undefined;
  readonly ignoreUnreachable: Templated | undefined;
  readonly runOnce: Templated | undefined;
  readonly throttle: Templated | undefined;
  readonly forceHandlers: Templated | undefined;
  readonly noLog: Templated | undefined;
  readonly checkMode: Templated | undefined;
  readonly diff: Templated | undefined;
  readonly preTasks: readonly TaskOrBlock[];
  readonly tasks: readonly TaskOrBlock[];
  readonly postTasks: readonly TaskOrBlock[];
  /** Those of its roles come first, each role's in a block of its own. */
  readonly handlers: readonly TaskOrBlock[];
  /** The roles whose variables the whole play sees. */
  readonly roles: readonly RoleUse[];
}

/** A variable that the user is asked for before a play (`vars_prompt`). */
export interface VarsPrompt {
  readonly name: string;
  readonly at: Position;
  /** The question; without one it is the name. */
  readonly prompt: Templated | undefined;
  readonly default: ConfigNode | undefined;
  /** What is typed is not shown. */
  readonly isPrivate: boolean;
  /** The playbook itself says whether it is private. */
  readonly saysPrivate: boolean;
  /** It is asked for twice. */
  readonly isConfirmed: boolean;
  /** The answer is never a template. */
  readonly isUnsafe: boolean;
  readonly encrypt:
    | { readonly kind: string; readonly salt: string | undefined; readonly saltSize: number | undefined }
    | undefined;
}

/** In which order the hosts of a play are taken. */
export type HostOrder = (typeof hostOrders)[number];
export const hostOrders = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'] as const;

/** `become`, `become_user`, `become_method` of a play, block or task; what is not written is inherited. */
export interface BecomeKeywords {
  readonly become: Templated | undefined;
  readonly becomeUser: Templated | undefined;
  readonly becomeMethod: Templated | undefined;
}

export type TaskOrBlock = Task | Block;

/** Keywords that a block hands down to its tasks. `undefined` means: not written here. */
export interface InheritedKeywords {
  readonly name: Templated | undefined;
  readonly at: Position;
  /** Conditions of this place only; those of the blocks around it are checked before them. */
  readonly when: readonly Templated[];
  readonly become: BecomeKeywords;
  readonly vars: VariableLayer;
  /** Default arguments by the canonical names of modules; each a mapping, or a template that comes to one. */
  readonly moduleDefaults: ReadonlyMap<string, ConfigNode>;
  readonly environment: readonly ConfigNode[];
  /** Tags of this place; a task has those of the play and of the blocks around it as well. */
  readonly tags: readonly Templated[];
  readonly notify: readonly Templated[];
  readonly ignoreErrors: Templated | undefined;
  readonly ignoreUnreachable: Templated | undefined;
  readonly anyErrorsFatal: Templated | undefined;
  readonly noLog: Templated | undefined;
  readonly checkMode: Templated | undefined;
  readonly diff: Templated | undefined;
  readonly runOnce: Templated | undefined;
  readonly delegateTo: Templated | undefined;
  /** Facts that a delegated task sets are those of the host that it is delegated to. */
  readonly delegateFacts: Templated | undefined;
  /** How the host is reached, where none of its variables says so. */
  readonly connection: Templated | undefined;
  readonly throttle: Templated | undefined;
}

export interface Block extends InheritedKeywords {
  readonly kind: 'block';
  /** The role whose tasks these are. */
  readonly role?: RoleUse | undefined;
  /** The tasks of a role that the play has had already: they are listed, and not run again. */
  readonly isRepeated?: boolean;
  /** These tasks were brought in by a task of the same run: a host comes to them only when it has entered. */
  readonly inclusion?: Inclusion | undefined;
  readonly block: readonly TaskOrBlock[];
  readonly rescue: readonly TaskOrBlock[];
  readonly always: readonly TaskOrBlock[];
}

/** What an `include_…` gives to the tasks that it brings in. */
interface Inclusion {
  /** The loop's variables for the item that it was included for: stronger than facts and registered results. */
  readonly values: ReadonlyMap<string, Value>;
  /** `vars` of the including task, as strong. */
  readonly vars: VariableLayer;
  /** A role that the rest of the play sees from here on (`public`). */
  readonly exposed: RoleUse | undefined;
}

export interface Task extends InheritedKeywords {
  readonly kind: 'task';
  /** The module's canonical name without collection: `unarchive`, also for `ansible.builtin.unarchive`. */
  readonly module: string;
  readonly moduleAt: Position;
  /** The module's name as it is written: `ansible.builtin.unarchive`. */
  readonly moduleWritten: string;
  /** The arguments as a mapping; `key=value` text has been parsed into one, free text stands under `_raw_params`. */
  readonly args: MappingNode;
  readonly loop: Loop | undefined;
  readonly register: string | undefined;
  readonly changedWhen: readonly Templated[] | undefined;
  readonly failedWhen: readonly Templated[] | undefined;
  readonly until: readonly Templated[] | undefined;
  readonly retries: Templated | undefined;
  readonly delay: Templated | undefined;
  /** Topics that a handler listens to beside its name. */
  readonly listen: readonly string[];
  /** For `include_tasks`, `include_role` and `include_vars`. */
  readonly include?: Include | undefined;
}

/** What a task brings in when it runs. */
export interface Include {
  readonly kind: 'tasks' | 'role' | 'vars';
  /** `apply`: keywords that the tasks inherit, which are not those of the including task. */
  readonly apply: InheritedKeywords;
  /** The role that the including task stands in, and those that led to it, the nearest first. */
  readonly roles: readonly RoleUse[];
}

export interface Loop {
  /** `loop`, or the name after `with_`. */
  readonly style: string;
  readonly items: ConfigNode;
  readonly loopVar: string;
  readonly indexVar: string | undefined;
  readonly label: Templated | undefined;
  readonly pause: Templated | undefined;
  /** After an item for which all of it holds, the others are left out. */
  readonly breakWhen: readonly Templated[] | undefined;
  /** Whether `ansible_loop` tells of the whole loop, and whether that names all its items. */
  readonly extended: 'no' | 'yes' | 'with all items';
}

/** What the loader has to know of the modules: which names exist and which arguments each takes. */
export interface ModuleCatalogue {
  /** The canonical name of a module written as `name` (short, `ansible.builtin.…` or `ansible.legacy.…`), or `undefined`. */
  canonicalName(name: string): string | undefined;
  readonly names: readonly string[];
  /** Collections whose modules there are, as far as there are any. */
  readonly collections: readonly string[];
  /** Argument names with their aliases, and whether the module takes free text (`command: ls -l`). */
  describe(canonicalName: string): {
    readonly arguments: readonly string[];
    readonly freeForm: boolean;
    /** The names are the user's own (`set_fact`), so none is wrong. */
    readonly open: boolean;
  };
}
