import { formatPosition } from '../../errors.ts';
import { TemplateError, UndefinedError } from '../../jinja/error.ts';
import { type Scope, Undefined, type Value } from '../../jinja/value.ts';
import type { ConfigNode } from '../node.ts';

interface Step {
  readonly scope: Scope;
  readonly node: ConfigNode;
  readonly name: string;
}

/**
 * The variables that are being templated, each because the one before it asked for it. One for a whole run: the
 * evaluation of a variable can lead to another host and back.
 */
export class Evaluation {
  readonly #steps: Step[] = [];

  /**
   * Templates the value of a variable. A value that uses something undefined is undefined itself.
   * @throws TemplateError when the value needs itself, and when its template fails, with the variables that asked for it
   */
  run(step: Step, evaluate: () => Value): Value {
    const { scope, node, name } = step;
    const start = this.#steps.findIndex((earlier) => earlier.node === node && earlier.scope === scope);
    if (start >= 0) throw circle([...this.#steps.slice(start), step]);
    this.#steps.push(step);
    try {
      return evaluate();
    } catch (error) {
      if (!(error instanceof TemplateError) || error instanceof CircleError) throw error;
      const asked = `'${name}' needs it (${formatPosition(node.at)})`;
      const hint = error.hint === undefined ? asked : `${error.hint}\n  → ${asked}`;
      if (error instanceof UndefinedError) return new Undefined(error.message, { at: error.at, hint: () => hint });
      throw new TemplateError(error.message, { at: error.at, hint, cause: error });
    } finally {
      this.#steps.pop();
    }
  }
}

/** A variable whose value needs the value of the same variable. */
class CircleError extends TemplateError {}

function circle(steps: readonly Step[]): TemplateError {
  const [first] = steps;
  const chain = steps.map(({ name }) => name).join(' → ');
  const places = steps.slice(0, -1).map(({ name, node }) => `'${name}' stands in ${formatPosition(node.at)}`);
  return new CircleError(`the value of '${first?.name}' needs itself: ${chain}`, {
    at: first?.node.at,
    hint: places.join('\n  → '),
  });
}
