import { UnreachableError } from '../errors.ts';
import type { HostKeyCheck } from './host-key.ts';
import { readKeyFile } from './key-file.ts';
import { entriesFor, fingerprint, matchesHost, readKnownHosts, shownEntries } from './known-hosts.ts';
import type { Target } from './target.ts';
import { tryHint } from './try-hint.ts';

/** What ssh prints for terminals, and what is said in our words. */
const NOT_NEWS = /^(@|debug|OpenSSH_|Warning: Permanently added|Authenticated to|\s*$)/;

/** Why the system's ssh has not come in, in its own words, and why it was asked. */
export function whyNot(target: Target, check: HostKeyCheck, said: string, why: string): UnreachableError {
  const { name } = target;
  const refused = hostKeyRefusal(target, check, said);
  if (refused !== undefined) return refused;
  const lines = said.split(/\r?\n/).filter((line) => !NOT_NEWS.test(line));
  const words = lines.slice(-3).join('; ');
  return new UnreachableError(
    name,
    `the system's ssh, asked since ${why}, does not reach ${name}: ${words === '' ? 'it has said nothing' : words}`,
    { hint: lockedHint(target) ?? tryHint(target) },
  );
}

/** What of the keys ssh could not use: the passphrase is asked for on a terminal, which it has none of. */
function lockedHint(target: Target): string | undefined {
  const files = [target.privateKeyFile ?? [], target.identityFiles ?? []].flat();
  const locked = files.find((file) => readKeyFile(file).kind === 'locked');
  return locked === undefined
    ? undefined
    : `${locked} has a passphrase, and the system's ssh is not told: ssh-add ${locked}`;
}

function hostKeyRefusal(target: Target, { known, hostName }: HostKeyCheck, said: string): UnreachableError | undefined {
  const { name } = target;
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED|POSSIBLE DNS SPOOFING/.test(said)) {
    const [, type = '', shown = ''] =
      /fingerprint for the (\S+) key sent by the remote host is\s+(SHA256:\S+?)\.?\s/.exec(said) ?? [];
    const mine = entriesFor(known, hostName);
    const place = mine[0]?.file ?? '~/.ssh/known_hosts';
    return new UnreachableError(
      name,
      `the host key of ${name} has changed: it shows ${type} ${shown}, known is ${shownEntries(mine)}`,
      { hint: `if the host was set up anew: ssh-keygen -R '${hostName}' -f ${place}` },
    );
  }
  if (/REVOKED HOST KEY DETECTED/.test(said)) {
    const revoked = known.filter(({ marker, hosts }) => marker === 'revoked' && matchesHost(hosts, hostName));
    return new UnreachableError(name, `the host key of ${name} is revoked: ${shownEntries(revoked)}`, {
      hint: 'the host has to be given another key: ssh-keygen -A',
    });
  }
  if (!/host key is known for|Host key verification failed/i.test(said)) return undefined;
  return new UnreachableError(name, `the host key of ${name} is not known`, {
    hint: `ssh-keyscan -p ${target.port} ${target.address} shows it; compare it with the host's own (or --accept-new-host-keys)`,
  });
}

/** Keys that ssh has written down since they were read. */
export function newKeys({ known, hostName, files }: HostKeyCheck): string[] {
  const before = new Set(entriesFor(known, hostName).map(({ key }) => key));
  return entriesFor(readKnownHosts(files, hostName), hostName)
    .filter(({ key }) => !before.has(key))
    .map(({ type, key }) => `${type} ${fingerprint(Buffer.from(key, 'base64'))}`);
}
