import { TemplateError } from '../error.ts';
import type { Expression, MacroNode, Statement } from '../syntax/nodes.ts';
import { type List, PyCallable, PyTuple, Undefined, type Value } from '../value.ts';
import { evaluate } from './evaluate.ts';
import type { Frame } from './frame.ts';
import { Output } from './output.ts';

/** Renders statements into an output; the signal is that of a `break` or `continue` inside. */
export type RenderBody = (body: readonly Statement[], frame: Frame, output: Output) => 'break' | 'continue' | undefined;

/** The callable value of a macro. It sees the names around its definition, and its arguments. */
export function makeMacro(node: MacroNode, definition: Frame, render: RenderBody): PyCallable {
  const call = (positional: List, keyword: ReadonlyMap<string, Value>): Value =>
    definition.run.nested(() => {
      const frame = definition.child();
      bindParameters(node, positional, keyword, frame);
      const output = new Output();
      render(node.body, frame, output);
      return output.value();
    });
  return new PyCallable(node.name, call, { takesUndefined: true });
}

function bindParameters(node: MacroNode, positional: List, keyword: ReadonlyMap<string, Value>, frame: Frame): void {
  const remaining = new Map(keyword);
  for (const [i, { name, fallback }] of node.parameters.entries()) {
    const given = positional[i];
    const named = remaining.get(name);
    if (given !== undefined && named !== undefined)
      throw new TemplateError(`macro '${node.name}' got the argument '${name}' twice`);
    remaining.delete(name);
    frame.own.set(
      name,
      given !== undefined ? given : named !== undefined ? named : fallbackOf(node, name, fallback, frame),
    );
  }
  const caller = remaining.get('caller');
  if (node.takesCaller && caller !== undefined) {
    frame.own.set('caller', caller);
    remaining.delete('caller');
  }
  bindRest(node, positional.slice(node.parameters.length), remaining, frame);
}

function fallbackOf(node: MacroNode, name: string, fallback: Expression | undefined, frame: Frame): Value {
  if (fallback !== undefined) return evaluate(fallback, frame);
  return new Undefined(`parameter '${name}' was not provided`, { at: frame.position(node.offset) });
}

function bindRest(node: MacroNode, rest: List, extra: ReadonlyMap<string, Value>, frame: Frame): void {
  if (node.takesRest) frame.own.set('varargs', new PyTuple(rest));
  else if (rest.length > 0) {
    throw new TemplateError(`macro '${node.name}' takes at most ${node.parameters.length} arguments`);
  }
  if (node.takesExtra) frame.own.set('kwargs', new Map<Value, Value>(extra));
  else if (extra.size > 0) {
    throw new TemplateError(`macro '${node.name}' has no argument '${[...extra.keys()][0]}'`);
  }
}
