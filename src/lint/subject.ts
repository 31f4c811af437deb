import type { Position } from '../errors.ts';
import type { Settings } from './settings.ts';

/** What kind of value a key has; where it is not known, `text`. */
export type ValueKind =
  | 'path'
  | 'paths'
  | 'number'
  | 'flag'
  | 'text'
  | 'choice'
  | 'class'
  | 'list'
  | 'secret'
  | 'pattern';

/** A file of settings that a program reads. */
export interface SettingsSubject {
  readonly settings: Settings;
  /** The program that reads the file, as people call it. */
  readonly product: 'Kafka' | 'ZooKeeper';
  kindOf(key: string): ValueKind;
  isKnown(key: string): boolean;
}

/** What a file on a host is to lint. */
export type FileKind = 'kafka' | 'zookeeper' | 'myid' | 'unit' | 'environment' | 'sysctl';

export interface LintFile {
  readonly kind: FileKind;
  /** As it is named to the user. */
  readonly file: string;
  /** Where it is, or will be, on its host; the same as `file` for a bare one. */
  readonly path: string;
  readonly text: string;
}

/** The files of one host; a bare file is a host of its own, without a name. */
export interface LintHost {
  readonly name: string | undefined;
  readonly files: readonly LintFile[];
  /** Where the value of a setting stands in the inventory, when that can be told. */
  origin?(key: string, value: string): Position | undefined;
  /** What is, or will be, in a file of the host that is not to lint itself, such as a keystore; absent when nothing is known. */
  contentOf?(path: string): Uint8Array | undefined;
}
