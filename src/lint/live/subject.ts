import type { X509Certificate } from 'node:crypto';
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

/** What a listener with TLS showed when it was asked. */
export interface ShownCertificate extends Endpoint {
  readonly listener: string;
  readonly isInterBroker: boolean;
  readonly isMutual: boolean;
  /** Whether clients compare the name that they connect to with those in the certificate. */
  readonly checksName: boolean;
  /** The certificate, or why the server shows none; neither when it could not be reached. */
  readonly certificate?: X509Certificate | undefined;
  readonly reason?: string | undefined;
}

/** Whether ZooKeeper has the credentials with which a broker logs in to the others. */
export interface SoughtCredentials {
  readonly key: string;
  readonly at: Position;
  readonly owner: string;
  readonly user: string;
  readonly mechanism: string;
  /** `unknown` says why in `reason`. */
  readonly found: 'there' | 'missing' | 'unknown';
  readonly reason?: string | undefined;
}

/** A listener that could not be reached from here. */
export interface UnreachedListener extends Endpoint {
  readonly reason: string;
}

/** What servers said that were asked from here. */
export interface ServerAnswers {
  /** Without those that merely do not listen. */
  readonly unreached: readonly UnreachedListener[];
  readonly certificates: readonly ShownCertificate[];
  readonly credentials: readonly SoughtCredentials[];
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
  /** What this host's servers said. */
  readonly said: ServerAnswers;
  /** The cluster ids on the disks of the other hosts. */
  readonly clusterIds: ReadonlyMap<string, string>;
}

export type LiveRule = Rule<LiveSubject>;

/** A finding about the host itself, which no line of a file has to answer for. */
export function ofHost({ name }: LiveSubject, key: string, message: string, hint?: string): Finding {
  return { key, at: { file: name, line: 1, column: 1 }, message, hint };
}

export const GIBIBYTE = 1024 ** 3;
