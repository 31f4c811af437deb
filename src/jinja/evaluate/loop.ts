import { TemplateError } from '../error.ts';
import type { ForNode } from '../syntax/nodes.ts';
import { type List, PyCallable, PyObject, PyTuple, Undefined, type Value } from '../value.ts';
import { equals, isTruthy } from '../values/compare.ts';
import { iterate } from '../values/sequence.ts';
import { assign } from './assign.ts';
import { evaluate } from './evaluate.ts';
import type { Frame } from './frame.ts';
import type { RenderBody } from './macro.ts';
import { Output } from './output.ts';

/** `{% for %}`: renders the body for each item, or the `else` part when there was none. */
export function renderFor(node: ForNode, frame: Frame, output: Output, render: RenderBody): void {
  renderRounds(node, evaluate(node.items, frame), frame, output, render, 1);
}

function renderRounds(
  node: ForNode,
  items: Value,
  frame: Frame,
  output: Output,
  render: RenderBody,
  depth: number,
): void {
  const rounds = selectItems(node, iterate(items), frame);
  const changes: { last: List | undefined } = { last: undefined };
  for (const [index, item] of rounds.entries()) {
    frame.run.spend(1);
    const round = frame.child();
    assign(node.target, item, round);
    const recurse = node.recursive
      ? (inner: Value) =>
          frame.run.nested(() => {
            const nested = new Output();
            renderRounds(node, inner, frame, nested, render, depth + 1);
            return nested.value();
          })
      : undefined;
    round.own.set('loop', loopObject({ rounds, index, depth, changes, recurse }));
    if (render(node.body, round, output) === 'break') break;
  }
  if (rounds.length === 0) render(node.otherwise, frame, output);
}

function selectItems(node: ForNode, items: List, frame: Frame): List {
  const { condition } = node;
  if (condition === undefined) return items;
  return items.filter((item) => {
    frame.run.spend(1);
    const trial = frame.child();
    assign(node.target, item, trial);
    return isTruthy(evaluate(condition, trial));
  });
}

interface LoopState {
  readonly rounds: List;
  readonly index: number;
  readonly depth: number;
  readonly changes: { last: List | undefined };
  readonly recurse: ((items: Value) => Value) | undefined;
}

function loopObject(state: LoopState): PyObject {
  return new PyObject('LoopContext', {
    attribute: (name) => loopAttribute(state, name),
    callable: new PyCallable('loop', ([items]) => {
      if (state.recurse === undefined) {
        throw new TemplateError('loop(…) can only be called in a recursive loop', {
          hint: 'end the for tag with `recursive`',
        });
      }
      return state.recurse(items ?? []);
    }),
  });
}

function loopAttribute({ rounds, index, depth, changes }: LoopState, name: string): Value | undefined {
  const { length } = rounds;
  const item = (at: number): Value => rounds[at] ?? null;
  switch (name) {
    case 'index':
      return index + 1;
    case 'index0':
      return index;
    case 'revindex':
      return length - index;
    case 'revindex0':
      return length - index - 1;
    case 'first':
      return index === 0;
    case 'last':
      return index === length - 1;
    case 'length':
      return length;
    case 'depth':
      return depth;
    case 'depth0':
      return depth - 1;
    case 'previtem':
      return index > 0 ? item(index - 1) : new Undefined('there is no previous item');
    case 'nextitem':
      return index < length - 1 ? item(index + 1) : new Undefined('there is no next item');
    case 'cycle':
      return new PyCallable('cycle', (values) => cycle(values, index));
    case 'changed':
      return new PyCallable('changed', (values) => {
        const same = changes.last !== undefined && equals(new PyTuple(changes.last), new PyTuple(values));
        changes.last = values;
        return !same;
      });
    default:
      return undefined;
  }
}

function cycle(values: List, index: number): Value {
  const value = values[index % Math.max(1, values.length)];
  if (value === undefined) throw new TemplateError('loop.cycle() needs the values to go through');
  return value;
}
