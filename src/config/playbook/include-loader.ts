import { InputError, type Position } from '../../errors.ts';
import { noKeywords } from '../inherited.ts';
import type { Include, TaskOrBlock } from '../play.ts';
import type { RoleUse } from '../role.ts';
import { findIncluded, readTaskFile } from './include.ts';
import type { LoadContext } from './load-context.ts';
import { type ReadRole, type RoleRequest, readRole } from './roles/read-role.ts';
import { readTaskList } from './task-list.ts';

/** The role that an `include_role` names for a host, its templates evaluated. */
export type IncludedRole = Pick<RoleRequest, 'name' | 'from' | 'validates'>;

/** Reads what tasks include while a run is planned; each file once for each role that it is read for. */
export class IncludeLoader {
  readonly #makeContext: (roles: readonly RoleUse[]) => LoadContext;
  readonly #roles = new Map<string, ReadRole>();
  readonly #files = new Map<RoleUse | undefined, Map<string, readonly TaskOrBlock[]>>();

  constructor(makeContext: (roles: readonly RoleUse[]) => LoadContext) {
    this.#makeContext = makeContext;
  }

  /** @throws InputError with everything that is wrong in the file */
  tasks(
    name: string,
    at: Position,
    include: Include,
    isHandler: boolean,
  ): { file: string; tasks: readonly TaskOrBlock[] } {
    const context = this.#makeContext(include.roles);
    const file = findIncluded(name, at.file, context);
    const [role] = include.roles;
    const known = this.#files.get(role)?.get(file);
    if (known !== undefined) return { file, tasks: known };
    const tasks = readTaskFile(file, at, isHandler ? 'handler' : 'task', context, readTaskList);
    if (context.problems.length > 0) throw new InputError(context.problems);
    const files = this.#files.get(role) ?? new Map<string, readonly TaskOrBlock[]>();
    this.#files.set(role, files.set(file, tasks));
    return { file, tasks };
  }

  /** @throws InputError with everything that is wrong in the role */
  role(wanted: IncludedRole, at: Position, include: Include): ReadRole & { readonly imported: readonly TaskOrBlock[] } {
    const key = JSON.stringify([wanted, include.roles.map(({ folder }) => folder)]);
    const context = this.#makeContext(include.roles);
    const nothing = { source: 'no vars', variables: new Map() };
    const known = this.#roles.get(key);
    const read =
      known ??
      readRole(
        { ...wanted, at, keywords: noKeywords(at), keywordVars: nothing, params: nothing, sameAs: undefined },
        // A role may include itself.
        { ...context, roles: include.roles },
        readTaskList,
      );
    if (context.problems.length > 0) throw new InputError(context.problems);
    if (read === undefined) throw new TypeError('a role was not read, and nobody said why');
    this.#roles.set(key, read);
    return { ...read, imported: context.play.handlers };
  }
}
