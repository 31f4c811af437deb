import { checkText } from '../limits.ts';
import { Omit, PyCallable, PyObject, PyRange, Undefined, type Value } from '../value.ts';
import { toText } from '../values/text.ts';
import { finalize } from './finalize.ts';

/** What a template has produced so far. One single piece keeps its type; several become text. */
export class Output {
  readonly #pieces: Value[] = [];
  #length = 0;

  /** Adds the value of a `{{ }}`. Throws `TemplateError` for an undefined value. */
  add(value: Value): void {
    const isPrinted = value instanceof PyObject || value instanceof PyCallable || value instanceof PyRange;
    const stays = isPrinted || (value instanceof Undefined && value.lenient);
    // The whole template's value is finalized once more.
    this.#push(stays ? value : finalize(value, true));
  }

  addText(text: string): void {
    this.#push(text);
  }

  /** The value by Ansible's native rule, where `None` counts as no output. */
  value(): Value {
    const pieces = this.#pieces.filter((piece) => piece !== null);
    const [first] = pieces;
    if (first === undefined) return null;
    return pieces.length === 1 ? first : this.text();
  }

  /** All of it as text, where `None` and `omit` are nothing. */
  text(): string {
    return this.#pieces.map((piece) => (piece === null || piece instanceof Omit ? '' : toText(piece))).join('');
  }

  #push(piece: Value): void {
    this.#pieces.push(piece);
    if (typeof piece === 'string') this.#length += piece.length;
    checkText(this.#length + this.#pieces.length);
  }
}
