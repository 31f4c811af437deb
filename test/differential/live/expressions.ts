import { type Kind, LEAVES, MAKERS } from './expression-parts.ts';
import { Dice } from './random.ts';

const KINDS: readonly Kind[] = ['number', 'text', 'list', 'dict', 'boolean'];
const DEEPEST = 4;

/** A template of each kind, drawn with a seed: one part of the language in another, as deep as four. */
export function* drawnTemplates(seed: number, count: number): Generator<string> {
  const write = new Writer(new Dice(seed));
  for (let made = 0; made < count; made++) yield write.template();
}

class Writer {
  readonly dice: Dice;
  #depth = 0;

  constructor(dice: Dice) {
    this.dice = dice;
  }

  template(): string {
    const whole = `{{ ${this.value(this.dice.pick(KINDS))} }}`;
    const form = this.dice.below(10);
    if (form < 6) return whole;
    if (form === 6) return `${this.dice.pick(['x ', 'a\n', ''])}${whole}${this.dice.pick([' y', '\n', '-{{ n }}'])}`;
    if (form === 7) return `{% if ${this.value('boolean')} %}${whole}{% else %}no{% endif %}`;
    if (form === 8) {
      const separator = this.dice.pick(['', ',', '{% if not loop.last %},{% endif %}', '{{ loop.index }}']);
      return `{% for i in ${this.value('list')} %}{{ ${this.dice.pick(['i', 'i | string', '[i, loop.first]'])} }}${separator}{% endfor %}`;
    }
    return `{% set v = ${this.value(this.dice.pick(KINDS))} %}{{ ${this.dice.pick(['v', '[v]', 'v | type_debug', "v | default('d')"])} }}`;
  }

  value(kind: Kind): string {
    const meant = this.dice.once(25) ? this.dice.pick(KINDS) : kind;
    this.#depth += 1;
    const made =
      this.#depth > DEEPEST || this.dice.once(3) ? this.dice.pick(LEAVES[meant]) : this.dice.pick(MAKERS[meant])(this);
    this.#depth -= 1;
    return made;
  }

  any(): string {
    return this.value(this.dice.pick(KINDS));
  }
}
