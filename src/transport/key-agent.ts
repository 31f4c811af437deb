import type { IdentityCallback, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';

/** Milliseconds that an agent may take to name its keys. */
export const LIST_MS = 5_000;

/** An ssh-agent. One that does not answer has no keys, and says why. */
export class KeyAgent extends ssh2.OpenSSHAgent {
  readonly #wanted: readonly Buffer[];
  readonly #isOnly: boolean;
  /** Keys that were offered; undefined until it was asked. */
  offered: number | undefined;
  problem: string | undefined;

  /** @param wanted public keys to begin with; with `isOnly`, no others are offered */
  constructor(socket: string, wanted: readonly Buffer[], isOnly: boolean) {
    super(socket);
    this.#wanted = wanted;
    this.#isOnly = isOnly;
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    super.getIdentities((error, keys) => {
      if (error != null) {
        this.problem = error.message;
        done(null, []);
        return;
      }
      const held = (keys ?? []).filter((key) => 'getPublicSSH' in key);
      const isWanted = (key: ParsedKey): boolean => this.#wanted.some((blob) => blob.equals(key.getPublicSSH()));
      const others = this.#isOnly ? [] : held.filter((key) => !isWanted(key));
      const offered = [...held.filter(isWanted), ...others];
      this.offered = offered.length;
      done(null, offered);
    });
  }
}

/** The public keys that an agent holds; none when it does not answer. */
export function keysOfAgent(socket: string): Promise<readonly Buffer[]> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve([]), LIST_MS);
    new KeyAgent(socket, [], false).getIdentities((_error, keys) => {
      clearTimeout(timer);
      resolve((keys ?? []).flatMap((key) => ('getPublicSSH' in key ? [key.getPublicSSH()] : [])));
    });
  });
}
