import { Socket } from 'node:net';
import type { GetStreamCallback, IdentityCallback, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';

/** Milliseconds that an agent may take to name its keys. */
export const LIST_MS = 3_000;

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

  /** One that hangs must not keep the process from its end. */
  override getStream(done: GetStreamCallback): void {
    super.getStream((error, stream) => {
      if (stream instanceof Socket) stream.unref();
      done(error, stream);
    });
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    let isOver = false;
    const refuse = (why: string): void => {
      isOver = true;
      this.problem = why;
      done(null, []);
    };
    const timer = setTimeout(() => refuse(`no answer within ${LIST_MS / 1000} s`), LIST_MS);
    super.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (isOver) return;
      if (error != null) {
        refuse(error.message);
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
    new KeyAgent(socket, [], false).getIdentities((_error, keys) =>
      resolve((keys ?? []).flatMap((key) => ('getPublicSSH' in key ? [key.getPublicSSH()] : []))),
    );
  });
}
