import type { Position } from '../../errors.ts';
import type { HostSubject } from '../host-subject.ts';
import type { Finding, Rule } from '../rule.ts';
import type { LiveFacts } from './facts.ts';

/** A folder of data that a file names, with where it does. */
export interface NamedFolder {
  readonly service: 'kafka' | 'zookeeper';
  readonly key: string;
  readonly path: string;
  readonly at: Position;
}

/** A port that a service of the host binds. */
export interface BoundPort {
  readonly service: 'kafka' | 'zookeeper';
  readonly key: string;
  readonly port: number;
  readonly at: Position;
}

/** `host:port` under which others reach a service. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  readonly at: Position;
  /** Whose service it is. */
  readonly owner: string;
}

/** A host with its files, and what it says of itself. */
export interface LiveSubject extends HostSubject {
  readonly name: string;
  readonly facts: LiveFacts;
  readonly folders: readonly NamedFolder[];
  readonly ports: readonly BoundPort[];
  /** Of all hosts, this one among them. */
  readonly all: readonly Endpoint[];
  /** The units that run the services. */
  readonly units: ReadonlyMap<'kafka' | 'zookeeper', string>;
  /** When the question was sent, and when the last answer had come: seconds since the epoch, by the clock here. */
  readonly asked: { readonly from: number; readonly to: number };
  /** The ports that something listens on, on a host by its name. */
  listeningOn(host: string): ReadonlySet<number>;
  /** The cluster ids on the disks of the other hosts. */
  readonly clusterIds: ReadonlyMap<string, string>;
}

export type LiveRule = Rule<LiveSubject>;

/** A finding about the host itself, which no line of a file has to answer for. */
export function ofHost({ name }: LiveSubject, key: string, message: string, hint?: string): Finding {
  return { key, at: { file: name, line: 1, column: 1 }, message, hint };
}

export const GIBIBYTE = 1024 ** 3;
