import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { BrokkrError, InputError, type Problem } from '../../errors.ts';
import { parseYaml } from '../yaml.ts';
import type { DecryptVault } from '../yaml-compose.ts';
import { InventoryGraph } from './graph.ts';
import { parseAddress } from './host-pattern.ts';
import { readIniSource } from './ini-source.ts';
import { Inventory } from './inventory.ts';
import { readScriptSource } from './script-source.ts';
import type { SourceReading } from './source.ts';
import { readVarsFolder } from './vars-files.ts';
import { readYamlSource } from './yaml-source.ts';

export interface InventoryOptions {
  /** The folder of the playbook, whose `group_vars/` and `host_vars/` win over those beside the inventory. */
  readonly playbookDir?: string | undefined;
  readonly decryptVault?: DecryptVault | undefined;
  /** Leave `!vault` values closed, as a listing does. */
  readonly keepVault?: boolean | undefined;
}

/** Entries of an inventory folder that are no inventories (Ansible's INVENTORY_IGNORE_EXTS and fixed names). */
const IGNORED =
  /^\.|^(?:group_vars|host_vars|vars_plugins)$|(?:\.pyc|\.pyo|\.swp|\.bak|~|\.rpm|\.md|\.txt|\.rst|\.orig|\.cfg|\.retry)$/;
const YAML_EXTENSIONS = ['.yml', '.yaml', '.json'];

/**
 * Reads the sources given with `-i`, in order: files (YAML, JSON, INI), folders of them, executable scripts that print
 * JSON, and lists such as `h1,h2,`; then the `group_vars/` and `host_vars/` beside them and beside the playbook.
 * @throws InputError with every problem of every file
 */
export async function loadInventory(sources: readonly string[], options: InventoryOptions = {}): Promise<Inventory> {
  const reading: Omit<SourceReading, 'source'> = {
    graph: new InventoryGraph(),
    yaml: { decryptVault: options.decryptVault, keepVault: options.keepVault },
    problems: [],
    warnings: [],
  };
  for (const source of sources) await readSource({ ...reading, source });
  const { graph, problems, warnings } = reading;
  graph.reconcile();
  for (const name of graph.groups.keys()) {
    const host = graph.hosts.get(name);
    if (host === undefined) continue;
    const hint = 'rename one of the two';
    warnings.push({ message: `${name} is the name of a group and of a host`, at: host.at, hint });
  }
  const folders = [...new Set(sources.flatMap(folderOf))];
  const vars = readVars(graph, folders, options.playbookDir, reading);
  if (problems.length > 0) throw new InputError(unique(problems));
  return new Inventory({
    graph,
    ...vars,
    warnings: unique(warnings),
    readVars(grown) {
      const again = { ...reading, problems: [], warnings: [] };
      const more = readVars(grown, folders, options.playbookDir, again);
      if (again.problems.length > 0) throw new InputError(unique(again.problems));
      return more;
    },
  });
}

/** The `group_vars/` and `host_vars/` of every group and host. */
function readVars(
  graph: InventoryGraph,
  folders: readonly string[],
  playbookDir: string | undefined,
  reading: Omit<SourceReading, 'source'>,
) {
  const names = { groups: [...graph.groups.keys()], hosts: [...graph.hosts.keys()] };
  // A folder that is beside both is called by one name, so that what is wrong in it is told once.
  const besidePlaybook =
    playbookDir === undefined
      ? undefined
      : (folders.find((folder) => resolve(folder) === resolve(playbookDir)) ?? playbookDir);
  return {
    varsBesideSources: folders.map((folder) => readVarsFolder(folder, 'beside the inventory', names, reading)),
    varsBesidePlaybook:
      besidePlaybook === undefined ? undefined : readVarsFolder(besidePlaybook, 'beside the playbook', names, reading),
  };
}

async function readSource(reading: SourceReading): Promise<void> {
  const path = reading.source;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    if (path.includes(',')) readHostList(reading);
    else {
      const hint = 'check the path; a list of hosts needs a comma: -i host,';
      reading.problems.push({ message: 'there is no such inventory', at: { file: path, line: 1, column: 1 }, hint });
    }
  } else if (stat.isDirectory()) {
    const entries = readdirSync(path).filter((entry) => !IGNORED.test(entry));
    for (const entry of entries.sort()) await readSource({ ...reading, source: join(path, entry) });
    if (entries.length === 0) {
      const at = { file: path, line: 1, column: 1 };
      reading.problems.push({ message: 'the folder holds no inventory', at, hint: 'put a hosts.yml into it' });
    }
  } else await readFile(reading);
}

async function readFile(reading: SourceReading): Promise<void> {
  const path = reading.source;
  const extension = extname(path);
  try {
    const text = readFileSync(path, 'utf8');
    if (isExecutable(path) && text.startsWith('#!')) await readScriptSource(reading, path);
    else if (extension === '.toml') {
      const at = { file: path, line: 1, column: 1 };
      reading.problems.push({ message: 'TOML inventories are not read', at, hint: 'write it as YAML or INI' });
    } else if (YAML_EXTENSIONS.includes(extension) || (extension === '' && looksLikeYaml(text, reading))) {
      readYaml(reading, text);
    } else readIniSource(reading, text);
  } catch (error) {
    if (error instanceof InputError) reading.problems.push(...error.problems);
    else if (error instanceof BrokkrError || !(error instanceof Error) || !('code' in error)) throw error;
    else {
      const at = { file: path, line: 1, column: 1 };
      reading.problems.push({
        message: `the file cannot be read: ${error.message}`,
        at,
        hint: 'check its permissions',
      });
    }
  }
}

function readYaml(reading: SourceReading, text: string): void {
  const { node, warnings } = parseYaml(text, reading.source, reading.yaml);
  reading.warnings.push(...warnings);
  if (node !== undefined && !(node.kind === 'scalar' && node.value === null)) {
    readYamlSource(reading, node);
    return;
  }
  const at = { file: reading.source, line: 1, column: 1 };
  reading.warnings.push({ message: 'the inventory is empty', at, hint: 'start with all:' });
}

/** A file without extension is YAML when it has the form of a YAML inventory; else it is INI, as in Ansible. */
function looksLikeYaml(text: string, reading: SourceReading): boolean {
  if (/^---\s*$/m.test(text)) return true;
  try {
    return parseYaml(text, reading.source, reading.yaml).node?.kind === 'mapping';
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // Which of the two its author meant, the sections tell.
    return !/^\s*\[[^\]]+\]\s*(?:#.*)?$/m.test(text) && /^[^\s#=]+:\s*$/m.test(text);
  }
}

function readHostList(reading: SourceReading): void {
  let column = 1;
  for (const part of reading.source.split(',')) {
    const name = part.trim();
    const at = { file: `-i ${reading.source}`, line: 1, column };
    column += part.length + 1;
    if (name === '') continue;
    const address = parseAddress(name);
    // A list has no ranges: a name with brackets is taken as it is.
    const { host, port } =
      address === undefined || address.host.includes('[') ? { host: name, port: undefined } : address;
    if (!reading.graph.hosts.has(host)) reading.graph.addHost(host, 'ungrouped', reading.source, at, port);
  }
}

/** Where the `group_vars/` and `host_vars/` of a source are: in it when it is a folder, else beside it. */
function folderOf(source: string): string[] {
  const stat = statSync(source, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return [stat.isDirectory() ? source : dirname(source)];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A folder that two sources share is read once for each; its messages are told once. */
function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
