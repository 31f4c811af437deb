import { BrokkrError } from '../errors.ts';

/** One source could not deliver; the next one is tried. */
export class SourceFailure extends BrokkrError {}
