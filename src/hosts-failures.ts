import type { Problem } from './errors.ts';

/** Why a host could not be asked. */
export interface HostFailure {
  readonly host: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * What failed on hosts, each host named once: before a message that does not name it. Hosts with the same message, but for
 * their names, and the same hint are told together, where the first of them stands.
 */
export function tellFailures(failures: readonly HostFailure[]): Problem[] {
  const alike = new Map<string, { hosts: string[]; parts: readonly string[]; hint: string | undefined }>();
  for (const { host, message, hint } of failures) {
    const parts = partsAround(host, message);
    const key = JSON.stringify([parts, hint]);
    const known = alike.get(key) ?? { hosts: [], parts, hint };
    known.hosts.push(host);
    alike.set(key, known);
  }
  return [...alike.values()].map(({ hosts, parts, hint }) => {
    const names = [...new Set(hosts)].join(', ');
    const [only = ''] = parts;
    const message = parts.length === 1 ? `${names}: ${only}` : parts.join(names);
    return { message, ...(hint === undefined ? {} : { hint }) };
  });
}

/** A message without the name of its host, which stands between each two parts. */
function partsAround(host: string, message: string): readonly string[] {
  const name = host.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return message.split(new RegExp(`(?<![\\w.-])${name}(?![\\w-]|\\.\\w)`));
}
