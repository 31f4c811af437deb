import type { Statement } from './nodes.ts';
import type { Source } from './source.ts';
import type { TokenStream } from './token-stream.ts';

/** Reads what stands between a tag and its end tags. */
export interface BodyReader {
  readonly source: Source;
  /** The statements up to one of these tags, and that tag's own tokens. */
  body(...ends: readonly string[]): { statements: readonly Statement[]; end: TokenStream };
}
