import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { LazyDict, omit, type Value } from '../../jinja/value.ts';
import { dependenciesOf, type RoleUse } from '../role.ts';
import type { InventoryView, PlayContext, RunContext } from './context.ts';
import { type Level, ValueLevel } from './level.ts';

/** The variables that only brokkr can set. Source: Ansible's "Special Variables" reference, 2.19. */
export function magicLevel(
  host: string,
  run: RunContext,
  play: PlayContext | undefined,
  shared: { readonly groups: () => Value; readonly hostvars: () => Value },
): Level {
  const makers = new Map<string, () => Value | undefined>([
    ...hostMagic(host, run),
    ...runMagic(run),
    ['ansible_search_path', () => [run.playbookDir]],
    ['groups', shared.groups],
    ['hostvars', shared.hostvars],
    ...(play === undefined ? [] : playMagic(play)),
  ]);
  return new ValueLevel({
    source: 'magic variable',
    get: (name) => makers.get(name)?.(),
    *names() {
      for (const [name, make] of makers) if (make() !== undefined) yield name;
    },
  });
}

type Makers = readonly (readonly [string, () => Value | undefined])[];

function hostMagic(host: string, run: Pick<RunContext, 'inventory'>): Makers {
  return [
    ['inventory_hostname', () => host],
    ['inventory_hostname_short', () => host.split('.')[0] ?? host],
    ['group_names', () => run.inventory.groupNamesOf(host)],
    ['inventory_file', () => sourceMagic(host, run.inventory)?.file],
    ['inventory_dir', () => sourceMagic(host, run.inventory)?.folder],
  ];
}

/** Whole paths; a list of hosts (`-i h1,h2`) is its own name, and stands nowhere. */
function sourceMagic(host: string, inventory: InventoryView): { file: string; folder: Value } | undefined {
  const source = inventory.sourceOf(host);
  if (source === undefined) return undefined;
  if (source.file.includes(',')) return { file: source.file, folder: null };
  return { file: resolve(source.file), folder: resolve(source.folder) };
}

/** The version of Ansible whose playbooks are spoken. */
const version: Value = new Map<Value, Value>([
  ['string', '2.19.14'],
  ['full', '2.19.14'],
  ['major', 2],
  ['minor', 19],
  ['revision', 14],
]);

/** Ansible's own Python; brokkr has none: the first one that a shell of this machine would find. */
function python(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(folder, 'python3')).find((file) => existsSync(file));
}

function runMagic(run: RunContext): Makers {
  return [
    ['playbook_dir', () => run.playbookDir],
    ['ansible_check_mode', () => run.checkMode],
    ['ansible_diff_mode', () => run.diffMode],
    ['ansible_run_tags', () => run.tags ?? ['all']],
    ['ansible_skip_tags', () => run.skipTags ?? []],
    ['ansible_limit', () => run.limit],
    ['ansible_forks', () => run.forks],
    ['ansible_verbosity', () => run.verbosity],
    ['ansible_inventory_sources', () => run.inventorySources],
    ['ansible_version', () => version],
    ['ansible_config_file', () => run.configFile ?? null],
    ['ansible_playbook_python', python],
    ['omit', () => omit],
  ];
}

function playMagic(play: PlayContext): Makers {
  const named = (roles: readonly RoleUse[]) => roles.map(({ name }) => name);
  const roles = () => [...(play.roles ?? []), ...(play.usedRoles ?? [])];
  const below = () => [...new Set(named(dependenciesOf(roles())))];
  return [
    ['role_names', () => named(roles())],
    ['ansible_play_role_names', () => named(roles())],
    ['ansible_dependent_role_names', below],
    ['ansible_role_names', () => [...new Set([...below(), ...named(roles())])]],
    ['environment', () => []],
    ['ansible_play_name', () => play.name],
    ['ansible_play_hosts_all', () => play.hosts],
    ['ansible_play_hosts', () => play.liveHosts],
    ['ansible_play_batch', () => play.batch],
    ['play_hosts', () => play.batch],
  ];
}

/** `groups`: every group with its hosts. */
export function groupsOf(inventory: InventoryView): Value {
  return new Map(inventory.groups.map((group): [Value, Value] => [group, inventory.hostsOf(group)]));
}

/** `hostvars`: the variables of every host, templated when they are asked for. */
export function hostvarsOf(inventory: InventoryView, variablesOf: (host: string) => Value): Value {
  const known = new Set<Value>(inventory.hosts);
  return new LazyDict({
    names: () => inventory.hosts,
    has: (host) => known.has(host),
    compute: (host) => variablesOf(String(host)),
  });
}
