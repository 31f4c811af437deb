import { nearestName, type Position } from '../../errors.ts';
import { readIniValue } from './ini-value.ts';
import { type IniWord, IniWordError, splitIniWords } from './ini-words.ts';
import { addChild, addGroup, addHosts, type SourceReading, setGroupVariable, setVariable } from './source.ts';

const SECTION = /^\[([^:\]\s]+)(?::([\p{L}\p{N}_]+))?\]\s*(?:#.*)?$/u;
const GROUP_NAME = /^([^:\]\s]+)\s*(?:#.*)?$/;
const KINDS = ['hosts', 'children', 'vars'];

/** A group that was mentioned before anything declared it. */
interface Pending {
  readonly at: Position;
  readonly parents: { readonly name: string; readonly at: Position }[];
}

/** Reads an INI inventory: `[group]`, `[group:children]`, `[group:vars]`; lines before any header are ungrouped hosts. */
export function readIniSource(reading: SourceReading, text: string): void {
  const reader = new IniReader(reading);
  for (const [index, line] of text.split(/\r\n|[\n\r]/).entries()) reader.read(line, index + 1);
  reader.finish();
}

class IniReader {
  readonly #reading: SourceReading;
  readonly #pending = new Map<string, Pending>();
  #group = 'ungrouped';
  #kind = 'hosts';

  constructor(reading: SourceReading) {
    this.#reading = reading;
  }

  read(raw: string, lineNumber: number): void {
    const line = raw.trim();
    const at = { file: this.#reading.source, line: lineNumber, column: raw.length - raw.trimStart().length + 1 };
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
    const section = SECTION.exec(line);
    if (section?.[1] !== undefined) this.#section(section[1], section[2] ?? 'hosts', at);
    else if (line.startsWith('[') && line.endsWith(']')) {
      this.#problem(`${line} is no section`, at, 'write [group], [group:children] or [group:vars], without spaces');
    } else if (this.#kind === 'hosts') this.#hosts(line, at);
    else if (this.#kind === 'vars') this.#variable(line, at);
    else if (this.#kind === 'children') this.#child(line, at);
  }

  /** What was mentioned and never declared. */
  finish(): void {
    for (const [name, { at, parents }] of this.#pending) {
      const near = nearestName(name, this.#reading.graph.groups.keys());
      const hint = near === undefined || near === name ? `add a section [${name}]` : `did you mean ${near}?`;
      for (const parent of parents) {
        this.#problem(`[${parent.name}:children] names the group ${name}, which no section declares`, parent.at, hint);
      }
      if (parents.length === 0) this.#problem(`[${name}:vars] stands without a section [${name}]`, at, hint);
    }
  }

  #section(name: string, kind: string, at: Position): void {
    this.#group = name;
    this.#kind = kind;
    if (!KINDS.includes(kind)) {
      const near = nearestName(kind, KINDS);
      const hint = near === undefined ? `known: ${KINDS.join(', ')}` : `did you mean [${name}:${near}]?`;
      this.#problem(`the section [${name}:${kind}] is of an unknown kind`, at, hint);
      return;
    }
    const known = this.#reading.graph.groups.has(name);
    addGroup(this.#reading, name, at);
    if (kind === 'vars') {
      if (!known && !this.#pending.has(name)) this.#pending.set(name, { at, parents: [] });
      return;
    }
    const parents = this.#pending.get(name)?.parents ?? [];
    this.#pending.delete(name);
    for (const parent of parents) addChild(this.#reading, parent.name, name, parent.at);
  }

  #hosts(line: string, at: Position): void {
    const words = this.#words(line, at);
    const [name, ...assignments] = words;
    if (name === undefined) return;
    if (/^---/.test(name.text) && words.length === 1) {
      this.#problem('--- starts a YAML file, and this is read as INI', at, 'name the file .yml');
      return;
    }
    if (name.text.endsWith(':')) {
      const hint = 'write host:port, or name the file .yml if it is YAML';
      this.#problem(`the host ${name.text} ends with a colon and has no port`, at, hint);
      return;
    }
    const hosts = addHosts(this.#reading, name.text, this.#group, at);
    for (const word of assignments) this.#hostVariable(hosts, word, at);
  }

  #words(line: string, at: Position): IniWord[] {
    try {
      return splitIniWords(line);
    } catch (error) {
      if (!(error instanceof IniWordError)) throw error;
      this.#problem(error.message, at, 'close it, or put the whole value in the other kind of quotes');
      return [];
    }
  }

  #hostVariable(hosts: readonly string[], word: IniWord, line: Position): void {
    const at = { ...line, column: line.column + word.offset };
    const equals = word.text.indexOf('=');
    if (equals === -1) {
      this.#problem(`${word.text} is no name=value`, at, 'put a value with spaces in quotes');
      return;
    }
    const value = readIniValue(word.text.slice(equals + 1), at);
    for (const host of hosts) {
      const variables = this.#reading.graph.hosts.get(host)?.variables;
      if (variables === undefined) throw new TypeError(`the host ${host} was added and is not there`);
      setVariable(this.#reading, variables, word.text.slice(0, equals), value);
    }
  }

  #variable(line: string, at: Position): void {
    const equals = line.indexOf('=');
    if (equals === -1) {
      this.#problem(`${line} is no name=value`, at, 'a [group:vars] section has one name=value a line');
      return;
    }
    const group = this.#reading.graph.addGroup(this.#group);
    const value = readIniValue(line.slice(equals + 1).trim(), at);
    setGroupVariable(this.#reading, group, line.slice(0, equals).trim(), value);
  }

  #child(line: string, at: Position): void {
    const name = GROUP_NAME.exec(line)?.[1];
    if (name === undefined) {
      this.#problem(`${line} is no group name`, at, 'a [group:children] section has one group a line');
    } else if (this.#reading.graph.groups.has(name) && !this.#pending.has(name)) {
      addChild(this.#reading, this.#group, name, at);
    } else {
      const pending = this.#pending.get(name) ?? { at, parents: [] };
      pending.parents.push({ name: this.#group, at });
      this.#pending.set(name, pending);
    }
  }

  #problem(message: string, at: Position, hint: string): void {
    this.#reading.problems.push({ message, at, hint });
  }
}
