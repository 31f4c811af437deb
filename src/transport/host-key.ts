import { errorText, UnreachableError } from '../errors.ts';
import {
  appendKnownHost,
  checkHostKey,
  fingerprint,
  type KnownHost,
  keyType,
  knownHostName,
  readKnownHosts,
  shownEntries,
} from './known-hosts.ts';
import type { Target } from './target.ts';

/** What is known of a target's keys, and what is decided about the key that it shows. */
export class HostKeyCheck {
  readonly known: readonly KnownHost[];
  readonly hostName: string;
  /** Where it is looked up. */
  readonly files: readonly string[];
  /** Why the key was refused. */
  refusal: UnreachableError | undefined;
  readonly #target: Target;
  readonly #onNewKey: ((host: string, fingerprint: string) => void) | undefined;

  /** @throws BrokkrError when a known_hosts file cannot be read: what it says of the host is not known then */
  constructor(target: Target, onNewKey?: (host: string, fingerprint: string) => void) {
    this.#target = target;
    this.#onNewKey = onNewKey;
    // As with ssh, an alias stands without a port.
    this.hostName = target.hostKeyAlias?.toLowerCase() ?? knownHostName(target.address, target.port);
    this.files = target.hostKeyChecking === 'no' ? [] : target.knownHostsFiles;
    this.known = readKnownHosts(this.files, this.hostName);
  }

  accept(key: Buffer): boolean {
    this.refusal = this.#refuse(key);
    return this.refusal === undefined;
  }

  #refuse(key: Buffer): UnreachableError | undefined {
    const target = this.#target;
    if (target.hostKeyChecking === 'no') return undefined;
    const found = checkHostKey(this.known, this.hostName, key);
    const shown = `${keyType(key)} ${fingerprint(key)}`;
    const file = target.knownHostsFiles[0];
    const refuse = (message: string, hint: string): UnreachableError =>
      new UnreachableError(target.name, `the host key of ${target.name} ${message}`, { hint });
    switch (found.verdict) {
      case 'known':
        return undefined;
      case 'unknown': {
        if (target.hostKeyChecking === 'accept-new' && file !== undefined) return this.#keep(file, key, shown);
        return refuse(
          `is not known: ${shown}`,
          `compare it with the host's own, then: brokkr hosts trust (or --accept-new-host-keys)`,
        );
      }
      case 'revoked':
        return refuse(
          `is revoked: ${shownEntries(found.known)}`,
          'the host has to be given another key: ssh-keygen -A',
        );
      case 'changed':
      case 'other-type': {
        const what = found.verdict === 'changed' ? 'has changed' : 'is of a type it is not known by';
        const place = found.known[0]?.file ?? '~/.ssh/known_hosts';
        return refuse(
          `${what}: it shows ${shown}, known is ${shownEntries(found.known)}`,
          `if the host was set up anew: ssh-keygen -R '${this.hostName}' -f ${place}`,
        );
      }
    }
  }

  #keep(file: string, key: Buffer, shown: string): UnreachableError | undefined {
    try {
      appendKnownHost(file, this.hostName, key);
    } catch (error) {
      const why = errorText(error);
      return new UnreachableError(this.#target.name, `the host key of ${this.#target.name} cannot be kept: ${why}`, {
        cause: error,
        hint: `${file} has to be writable, or --accept-new-host-keys has no lasting effect`,
      });
    }
    this.#onNewKey?.(this.#target.name, shown);
    return undefined;
  }
}
