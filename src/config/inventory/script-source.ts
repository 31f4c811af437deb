import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { InputError, type Position } from '../../errors.ts';
import type { ConfigNode, MappingEntry, MappingNode } from '../node.ts';
import { parseYaml } from '../yaml.ts';
import { addChild, addGroup, type SourceReading, setGroupVariable, setVariable } from './source.ts';

const run = promisify(execFile);
const LARGEST_OUTPUT = 256 * 1024 * 1024;

/** Runs an executable inventory with `--list` and reads the JSON it prints (Ansible's dynamic inventory). */
export async function readScriptSource(reading: SourceReading, path: string): Promise<void> {
  const root = await runScript(reading, path, ['--list']);
  if (root === undefined) return;
  const hosts = new Set<string>();
  for (const entry of root.entries) {
    if (entry.key !== '_meta') readGroup(reading, entry, hosts);
  }
  const meta = root.entries.find((entry) => entry.key === '_meta');
  const hostVars = meta === undefined ? undefined : mappingOf(reading, meta, '_meta');
  const listed = hostVars?.entries.find((entry) => entry.key === 'hostvars');
  for (const host of hosts) {
    const variables =
      meta === undefined
        ? await runScript(reading, path, ['--host', host])
        : listed?.value.kind === 'mapping'
          ? listed.value.entries.find((entry) => entry.key === host)?.value
          : undefined;
    setHostVariables(reading, host, variables);
  }
  if (meta !== undefined && listed?.value.kind !== 'mapping') {
    problem(reading, '_meta has no mapping hostvars', meta.keyAt, 'print {"_meta": {"hostvars": {}}} at least');
  }
}

function readGroup(reading: SourceReading, entry: MappingEntry, hosts: Set<string>): void {
  const name = entry.key;
  const group = addGroup(reading, name, entry.keyAt);
  for (const section of sectionsOf(reading, entry)) {
    if (section.key === 'hosts') {
      for (const host of stringsOf(reading, section)) {
        // A script has counted its ranges itself: what looks like one belongs to the name.
        reading.graph.addHost(host.text, name, reading.source, host.at);
        hosts.add(host.text);
      }
    } else if (section.key === 'vars') {
      for (const variable of mappingOf(reading, section, `vars of ${name}`)?.entries ?? []) {
        setGroupVariable(reading, group, variable.key, variable.value);
      }
    } else if (section.key === 'children') {
      for (const child of stringsOf(reading, section)) {
        addGroup(reading, child.text, child.at);
        addChild(reading, name, child.text, child.at);
      }
    }
  }
}

/** A group is a mapping of `hosts`, `vars` and `children`; a bare list is its hosts. */
function sectionsOf(reading: SourceReading, group: MappingEntry): readonly MappingEntry[] {
  const node = group.value;
  if (node.kind === 'sequence') return [{ key: 'hosts', keyAt: group.keyAt, value: node }];
  if (node.kind === 'mapping') {
    const known = node.entries.filter(({ key }) => ['hosts', 'vars', 'children'].includes(key));
    if (known.length > 0) return known;
  }
  const message = `the group ${group.key} has neither hosts nor vars nor children`;
  problem(reading, message, group.keyAt, 'print {"hosts": []} for an empty group');
  return [];
}

function setHostVariables(reading: SourceReading, host: string, node: ConfigNode | undefined): void {
  const variables = reading.graph.hosts.get(host)?.variables;
  if (node === undefined || variables === undefined) return;
  if (node.kind !== 'mapping') {
    problem(reading, `the variables of ${host} are no mapping`, node.at, 'print {} when there are none');
    return;
  }
  for (const entry of node.entries) setVariable(reading, variables, entry.key, entry.value);
}

function stringsOf(reading: SourceReading, section: MappingEntry): { text: string; at: Position }[] {
  if (section.value.kind !== 'sequence') {
    problem(reading, `${section.key} is no list`, section.keyAt, 'print a list of names');
    return [];
  }
  return section.value.items.flatMap((item) => {
    if (item.kind === 'scalar' && typeof item.value === 'string' && item.value !== '') {
      return [{ text: item.value, at: item.at }];
    }
    problem(reading, `${section.key} has an entry that is no name`, item.at, 'print names as strings');
    return [];
  });
}

function mappingOf(reading: SourceReading, entry: MappingEntry, what: string): MappingNode | undefined {
  if (entry.value.kind === 'mapping') return entry.value;
  problem(reading, `${what} is no mapping`, entry.keyAt, 'print {} when it is empty');
  return undefined;
}

/** What a script printed as JSON; nothing after a problem, or when `--host` printed nothing. */
async function runScript(
  reading: SourceReading,
  path: string,
  argv: readonly string[],
): Promise<MappingNode | undefined> {
  const file = `${path} ${argv.join(' ')}`;
  const at = { file, line: 1, column: 1 };
  try {
    const { stdout } = await run(resolve(path), [...argv], { maxBuffer: LARGEST_OUTPUT });
    if (stdout.trim() === '' && argv[0] === '--host') return undefined;
    const { node, warnings } = parseYaml(stdout, file, reading.yaml);
    reading.warnings.push(...warnings);
    if (node?.kind === 'mapping') return node;
    problem(reading, 'the script printed no JSON object', at, `run ${file} by hand`);
  } catch (error) {
    if (error instanceof InputError) reading.problems.push(...error.problems);
    else problem(reading, `the script failed: ${failure(error)}`, at, `run ${file} by hand`);
  }
  return undefined;
}

function failure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const printed = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return printed === '' ? error.message : printed;
}

function problem(reading: SourceReading, message: string, at: Position, hint: string): void {
  reading.problems.push({ message, at, hint });
}
