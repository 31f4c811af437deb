import { parseProperties } from '../../config/properties.ts';
import type { Finding, Rule, Severity } from '../../lint/rule.ts';
import { Settings } from '../../lint/settings.ts';
import type { SettingsSubject } from '../../lint/subject.ts';
import { isSecretName } from '../../shell/secret-name.ts';
import { zooKeeperSetting } from '../settings/catalogue.ts';
import { type Member, readMembers } from './members.ts';

/** One server's zoo.cfg, ready to be judged. */
export interface ZooKeeperServer extends SettingsSubject {
  readonly product: 'ZooKeeper';
  readonly host: string | undefined;
  readonly version: string;
  /** What stands in the file myid; `undefined` when no such file is known. */
  readonly myid: { readonly text: string; readonly file: string } | undefined;
  /** The `server.N` lines that can be read. */
  readonly members: readonly Member[];
}

export type ServerRule = Rule<ZooKeeperServer>;

/** The key of findings about the whole list of servers. */
export const SERVER_LIST = 'server.N';

export interface ServerInput {
  readonly file: string;
  readonly text: string;
  readonly host?: string | undefined;
  readonly version: string;
  readonly myid?: { readonly text: string; readonly file: string } | undefined;
}

export function readServer({ file, text, host, version, myid }: ServerInput): ZooKeeperServer {
  const settings = new Settings(parseProperties(text, file), (key) => zooKeeperSetting(key)?.default);
  return {
    product: 'ZooKeeper',
    settings,
    host,
    version,
    myid,
    members: readMembers(settings),
    kindOf: (key) => zooKeeperSetting(key)?.type ?? (isSecretName(key) ? 'secret' : 'text'),
    isKnown: (key) => zooKeeperSetting(key) !== undefined,
  };
}

/** A finding at the value of a key, or at the first `server.N` line for the list. */
export function at(server: ZooKeeperServer, key: string, message: string, hint?: string, severity?: Severity): Finding {
  const first = key === SERVER_LIST ? server.members[0]?.key : undefined;
  return { key, at: server.settings.at(first ?? key), message, hint, severity };
}
