import { BrokkrError, formatPosition, type Position, type Problem } from '../errors.ts';

/** A template or expression that cannot be read, or whose evaluation failed. */
export class TemplateError extends BrokkrError {
  #at: Position | undefined;

  constructor(
    message: string,
    options: { at?: Position | undefined; hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options);
    this.#at = options.at;
  }

  /** The exact place in the file that holds the template; unset only for values used outside any template. */
  get at(): Position | undefined {
    return this.#at;
  }

  /** The same error as one problem of an `InputError`. */
  get problem(): Problem {
    return {
      message: this.message,
      ...(this.#at === undefined ? {} : { at: this.#at }),
      ...(this.hint === undefined ? {} : { hint: this.hint }),
    };
  }

  /** Sets the place unless a place nearer to the cause is known already. */
  locate(at: Position): this {
    this.#at ??= at;
    return this;
  }

  override toString(): string {
    return `${this.#at === undefined ? '' : `${formatPosition(this.#at)}: `}${this.message}`;
  }
}

/**
 * The value of something that is not there was used. A variable whose template fails so is undefined itself
 * (`default(…)` and `is defined` see that); one that fails otherwise is an error wherever it is named.
 */
export class UndefinedError extends TemplateError {}
