import type { Settings } from './settings.ts';
import type { LintFile, LintHost } from './subject.ts';

/** A host with what was read out of its files. */
export interface HostSubject {
  readonly host: LintHost;
  readonly brokers: readonly { readonly settings: Settings; readonly version: string; readonly isKraft: boolean }[];
  readonly servers: readonly { readonly settings: Settings; readonly version: string }[];
}

/** One `NAME=value` line of a unit or of a file with an environment. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  readonly line: number;
  readonly column: number;
}

/** The assignments of a unit or of a file with an environment, `export` and quotes taken away; a later one counts. */
export function assignmentsOf(text: string): Map<string, Assignment> {
  const found = new Map<string, Assignment>();
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const match = /^(\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*)(.*?)\s*$/.exec(line);
    const [, before = '', name, value = ''] = match ?? [];
    if (name !== undefined)
      found.set(name, {
        name,
        value: value.replace(/^(["'])(.*)\1$/, '$2'),
        line: index + 1,
        column: before.length + 1,
      });
  }
  return found;
}

/** The units of a service, known by what they start. */
export function unitsOf({ host }: HostSubject, service: 'kafka' | 'zookeeper'): LintFile[] {
  const pattern =
    service === 'kafka'
      ? /^ExecStart=.*kafka-server-start|^ExecStart=.*kafka\.Kafka/m
      : /^ExecStart=.*(?:zkServer|zookeeper-server-start|QuorumPeerMain)/m;
  return host.files.filter(({ kind, text }) => kind === 'unit' && pattern.test(text));
}
