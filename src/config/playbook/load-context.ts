import { nearestName, type Position, type Problem } from '../../errors.ts';
import type { Environment } from '../../jinja/environment.ts';
import type { MappingNode } from '../node.ts';
import type { ModuleCatalogue, TaskOrBlock } from '../play.ts';
import type { RoleUse } from '../role.ts';
import { describeNode, nameHint } from './describe.ts';
import { formerNames, instead, type KeywordOwner, supportedKeywords, unsupportedKeywords } from './keywords.ts';
import type { PlaybookFile } from './playbook-file.ts';

/** What the parts of the loader share: the modules that exist, the files, and everything that was found wrong. */
export interface LoadContext {
  readonly catalogue: ModuleCatalogue;
  /** The filters, tests and lookups that templates may name; absent: the standard ones. */
  readonly environment: Environment | undefined;
  readonly problems: Problem[];
  readonly warnings: Problem[];
  /** Reads another file of the playbook (`import_tasks`); `undefined` when that was a problem, which is then noted. */
  readFile(file: string, at: Position | undefined, importing: readonly string[]): PlaybookFile | undefined;
  /** The files that are being read, the outermost first: an import that closes a circle is a problem. */
  readonly importing: string[];
  readonly disk: Disk;
  readonly roleFolders: RoleFolders;
  /** The roles around what is being read, the innermost first. */
  readonly roles: readonly RoleUse[];
  /** Whether any host comes to what is being read depends on a condition: a module that is not there is a warning. */
  readonly isConditional?: boolean;
  /** The play that is being read. */
  readonly play: PlayParts;
}

/** What the loader sees of the disk beside the text of files. */
export interface Disk {
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  /** Names in a folder, sorted; none when there is no such folder. */
  list(folder: string): readonly string[];
}

/** Where roles stand. */
interface RoleFolders {
  readonly playbookDir: string;
  /** `roles_path` of ansible.cfg. */
  readonly rolesPath: readonly string[];
}

/** What roles and includes add to the play that they are read for. */
export interface PlayParts {
  /** Handlers of imported roles. */
  readonly handlers: TaskOrBlock[];
  /** Roles whose variables the whole play sees. */
  readonly roles: RoleUse[];
  /** What has been listed once and is not listed again, unless the role allows it. */
  readonly listed: Set<string>;
  /** A role that is included later may bring handlers that nobody knows yet. */
  hasOpenHandlers: boolean;
}

/** The parts of a play that is about to be read. */
export function newPlayParts(): PlayParts {
  return { handlers: [], roles: [], listed: new Set(), hasOpenHandlers: false };
}

/** Notes one problem; an absent hint is left out. */
export function addProblem(context: LoadContext, at: Position, message: string, hint?: string): void {
  context.problems.push({ message, at, ...(hint === undefined ? {} : { hint }) });
}

/** Notes every key that is no keyword of its place. @returns the keys that are keywords */
export function checkKeywords(mapping: MappingNode, owner: KeywordOwner, context: LoadContext): void {
  for (const { key, keyAt } of mapping.entries) {
    if (!supportedKeywords[owner].includes(key)) unknownKeyword(key, keyAt, owner, context);
  }
}

/** Notes that `key` is no keyword of its place, and why: not supported, at home elsewhere, or misspelt. */
export function unknownKeyword(key: string, at: Position, owner: KeywordOwner, context: LoadContext): void {
  if (unsupportedKeywords[owner].includes(key)) {
    addProblem(context, at, `the ${owner} keyword '${key}' is not supported`, instead.get(key));
    return;
  }
  const owners: readonly KeywordOwner[] = ['play', 'block', 'task', 'handler'];
  const homes = owners.filter((home) => home !== owner && supportedKeywords[home].includes(key));
  if (homes.length > 0) {
    const place = owner === 'task' && homes[0] === 'handler' ? 'handlers' : `a ${enumerate(homes)}`;
    addProblem(context, at, `'${key}' is not a keyword of a ${owner}`, `it belongs to ${place}`);
    return;
  }
  const former = formerNames.get(key);
  if (former !== undefined) {
    addProblem(context, at, `unknown ${owner} keyword '${key}'`, former);
    return;
  }
  const supported = supportedKeywords[owner];
  const nearest = nearestName(key, [...supported, ...unsupportedKeywords[owner]]);
  const known = nearest === undefined || !supported.includes(nearest) ? supported : undefined;
  addProblem(context, at, `unknown ${owner} keyword '${key}'`, nameHint(nearest, known));
}

function enumerate(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** The message for a value of the wrong kind: `'tags' must be text or a list of texts, and is a mapping`. */
export function wrongKind(keyword: string, wanted: string, node: Parameters<typeof describeNode>[0]): string {
  return `'${keyword}' must be ${wanted}, and is ${describeNode(node)}`;
}
