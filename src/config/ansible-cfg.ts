import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError, type Position, type Problem } from '../errors.ts';
import { type AnsibleSetting, fixedSettings, readSettings, silentSettings } from './ansible-settings.ts';

/** What `ansible.cfg` and the `ANSIBLE_…` variables say, under the names of the command line's options; weaker than flags. */
export interface AnsibleConfiguration {
  readonly values: Readonly<Record<string, unknown>>;
  readonly warnings: readonly Problem[];
}

export interface ConfigurationPlace {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The current folder. */
  readonly folder: string;
  readonly home: string;
}

interface Entry {
  readonly text: string;
  readonly at: Position;
}

/**
 * Reads the first of `$ANSIBLE_CONFIG`, `./ansible.cfg`, `~/.ansible.cfg` and `/etc/ansible/ansible.cfg` that exists. One in a
 * folder that everybody may write is not read, since anybody could have put it there. Source: Ansible's "Ansible
 * Configuration Settings", 2.19.
 * @throws InputError for a value that is not one, and for a setting that would mean something else here
 */
export function readAnsibleConfiguration(place: ConfigurationPlace): AnsibleConfiguration {
  const warnings: Problem[] = [];
  const file = findFile(place, warnings);
  const entries = file === undefined ? new Map<string, Entry>() : readEntries(file);
  const problems: Problem[] = [];
  const values: Record<string, unknown> = file === undefined ? {} : { configFile: path.resolve(file) };
  const used = new Set<string>(silentSettings);
  for (const setting of readSettings) {
    const given = findEntry(setting, entries, place);
    for (const key of setting.keys) used.add(key);
    if (given === undefined) continue;
    const read = setting.read(given.text, {
      base: given.fromFile ? path.dirname(file ?? place.folder) : place.folder,
      home: place.home,
      environment: place.environment,
    });
    if (read.problem !== undefined) problems.push({ message: `${given.name}: ${read.problem}`, ...placed(given) });
    else values[setting.option] = read.value;
  }
  for (const { key, variable, allowed, hint } of fixedSettings) {
    used.add(key);
    const entry = entries.get(key);
    const text = place.environment[variable] ?? entry?.text;
    if (text === undefined || allowed.test(text.trim())) continue;
    problems.push({ message: `${shortKey(key)} = ${text} is not supported`, ...placed({ at: entry?.at }), hint });
  }
  if (problems.length > 0) throw new InputError(problems);
  const ignored = [...entries].filter(([key]) => !used.has(key));
  const [first] = ignored;
  if (first !== undefined) {
    const names = ignored.map(([key, { at }]) => `${shortKey(key)} (line ${at.line})`).join(', ');
    warnings.push({ message: `settings that are not read here: ${names}`, at: first[1].at });
  }
  return { values, warnings };
}

function placed({ at }: { readonly at?: Position | undefined }): { at: Position } | Record<never, never> {
  return at === undefined ? {} : { at };
}

function shortKey(key: string): string {
  return key.replace(/^defaults\./, '');
}

/** The environment wins over the file. */
function findEntry(setting: AnsibleSetting, entries: ReadonlyMap<string, Entry>, place: ConfigurationPlace) {
  const variable = setting.variables.find((name) => (place.environment[name] ?? '') !== '');
  const text = variable === undefined ? undefined : place.environment[variable];
  if (variable !== undefined && text !== undefined) return { name: variable, text, at: undefined, fromFile: false };
  for (const key of setting.keys) {
    const entry = entries.get(key);
    if (entry !== undefined && entry.text !== '') return { name: shortKey(key), ...entry, fromFile: true };
  }
  return undefined;
}

function findFile({ environment, folder, home }: ConfigurationPlace, warnings: Problem[]): string | undefined {
  const named = environment.ANSIBLE_CONFIG;
  if (named !== undefined && named !== '') {
    const expanded = path.resolve(folder, named.replace(/^~(?=\/|$)/, home));
    const file = isFolder(expanded) ? path.join(expanded, 'ansible.cfg') : expanded;
    if (isFile(file)) return file;
  }
  const here = path.join(folder, 'ansible.cfg');
  if (isFile(here)) {
    const open = ((statSync(folder).mode ?? 0) & 0o002) !== 0;
    if (!open) return here;
    warnings.push({
      message: 'everybody may write into this folder, so this ansible.cfg is not read',
      at: { file: here, line: 1, column: 1 },
      hint: `chmod o-w ${folder}, or name it: ANSIBLE_CONFIG=${here}`,
    });
  }
  return [path.join(home, '.ansible.cfg'), '/etc/ansible/ansible.cfg'].find(isFile);
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** `section.key` of an INI file as Python's configparser reads it: `;` ends a value, an indented line goes on with it. */
function readEntries(file: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const problems: Problem[] = [];
  let section: string | undefined;
  let last: string | undefined;
  for (const [index, raw] of readFileSync(file, 'utf8').split(/\r?\n/).entries()) {
    const line = raw.replace(/(?:^|\s);.*$/, '');
    if (line.trim() === '' || /^\s*#/.test(line)) continue;
    const at = { file, line: index + 1, column: raw.length - raw.trimStart().length + 1 };
    const before = last === undefined ? undefined : entries.get(last);
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    const [, key, value = ''] = /^([^=:]+?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (header !== undefined) section = header;
    else if (/^\s/.test(line) && before !== undefined && last !== undefined)
      entries.set(last, { ...before, text: `${before.text}\n${line.trim()}` });
    else if (section === undefined || key === undefined) {
      problems.push({ message: 'this line is neither a [section] nor name = value', at, hint: 'correct or remove it' });
    } else {
      last = `${section}.${key.trim().toLowerCase()}`;
      entries.set(last, { text: value, at });
    }
    if (header !== undefined) last = undefined;
  }
  if (problems.length > 0) throw new InputError(problems);
  return entries;
}
