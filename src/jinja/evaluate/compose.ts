import { nearestName } from '../../errors.ts';
import { TemplateError } from '../error.ts';
import type { BlockNode, IncludeNode, Statement } from '../syntax/nodes.ts';
import type { Source } from '../syntax/source.ts';
import { PyCallable, PyObject, type Scope, Undefined, type Value } from '../value.ts';
import { toRepr } from '../values/text.ts';
import { evaluate } from './evaluate.ts';
import { didYouMean, Frame, Run } from './frame.ts';
import { loadTemplate, type Unit } from './load.ts';
import type { RenderBody } from './macro.ts';
import { Output } from './output.ts';

/** Renders a whole template, following `extends` to the templates it builds upon. */
export function renderUnit(body: readonly Statement[], frame: Frame, output: Output, render: RenderBody): void {
  collectBlocks(body, frame.source, frame);
  const parent = body.find((statement) => statement.kind === 'extends');
  if (parent === undefined) {
    render(body, frame, output);
    return;
  }
  // Of a template that extends another only its assignments and macros count; its text goes nowhere.
  render(
    body.filter((statement) => statement.kind !== 'block'),
    frame,
    new Output(),
  );
  const unit = require(evaluate(parent.template, frame), parent.offset, frame);
  frame.run.nested(() => renderUnit(unit.parsed.body, new Frame(frame.run, unit.source, frame), output, render));
}

/** `{% include %}`. */
export function renderInclude(node: IncludeNode, frame: Frame, output: Output, render: RenderBody): void {
  const name = evaluate(node.template, frame);
  const unit = node.ignoreMissing ? loadTemplate(name, frame) : require(name, node.offset, frame);
  if (unit === undefined) return;
  frame.run.nested(() => renderUnit(unit.parsed.body, innerFrame(node, unit, frame), output, render));
}

/** The names a template defines, for `import` and `from … import`. */
export function importNames(
  node: Extract<Statement, { kind: 'import' | 'fromImport' }>,
  frame: Frame,
  render: RenderBody,
): ReadonlyMap<string, Value> {
  const unit = require(evaluate(node.template, frame), node.offset, frame);
  const inner = innerFrame(node, unit, frame);
  frame.run.nested(() => renderUnit(unit.parsed.body, inner, new Output(), render));
  return new Map([...inner.own].filter(([name]) => !name.startsWith('_')));
}

/** The value of `{% import 'x' as name %}`. */
export function moduleObject(names: ReadonlyMap<string, Value>): PyObject {
  return new PyObject('TemplateModule', { attribute: (name) => names.get(name) });
}

/** One name of `{% from 'x' import name %}`. */
export function importedName(names: ReadonlyMap<string, Value>, name: string, offset: number, frame: Frame): Value {
  const value = names.get(name);
  if (value !== undefined) return value;
  return new Undefined(`the imported template does not define '${name}'`, {
    at: frame.position(offset),
    hint: () => didYouMean(nearestName(name, names.keys())),
  });
}

/** Renders a block as its most derived definition has it; `super()` is the next one. */
export function renderBlock(node: BlockNode, frame: Frame, output: Output, render: RenderBody, level = 0): void {
  const definitions = frame.blocks.get(node.name) ?? [{ node, source: frame.source }];
  const definition = definitions[level];
  if (definition === undefined) throw new TemplateError(`there is no block '${node.name}' for super() to render`);
  if (definition.node.required) {
    throw new TemplateError(`the block '${node.name}' is required and not defined`, {
      at: frame.position(node.offset),
    });
  }
  const inner = new Frame(frame.run, definition.source, frame);
  inner.own.set(
    'super',
    blockCallable('super', () => captureBlock(node, frame, render, level + 1)),
  );
  frame.run.nested(() => render(definition.node.body, inner, output));
}

/** `self`, whose attributes render a block again. */
export function selfObject(frame: Frame, render: RenderBody): PyObject {
  return new PyObject('TemplateReference', {
    attribute: (name) => {
      const definition = frame.blocks.get(name)?.[0];
      if (definition === undefined) return undefined;
      return blockCallable(name, () => captureBlock(definition.node, frame, render, 0));
    },
  });
}

function captureBlock(node: BlockNode, frame: Frame, render: RenderBody, level: number): Value {
  const output = new Output();
  renderBlock(node, frame, output, render, level);
  return output.value();
}

function blockCallable(name: string, render: () => Value): PyCallable {
  return new PyCallable(name, render);
}

function collectBlocks(body: readonly Statement[], source: Source, frame: Frame): void {
  for (const node of body) {
    if (node.kind === 'block') {
      frame.blocks.set(node.name, [...(frame.blocks.get(node.name) ?? []), { node, source }]);
    }
    for (const inner of bodiesOf(node)) collectBlocks(inner, source, frame);
  }
}

function bodiesOf(node: Statement): readonly (readonly Statement[])[] {
  switch (node.kind) {
    case 'if':
      return [...node.branches.map((branch) => branch.body), node.otherwise];
    case 'for':
      return [node.body, node.otherwise];
    case 'block':
    case 'with':
    case 'filterBlock':
      return [node.body];
    default:
      return [];
  }
}

function require(name: Value, offset: number, frame: Frame): Unit {
  const unit = loadTemplate(name, frame);
  if (unit !== undefined) return unit;
  throw new TemplateError(`the template ${toRepr(name)} was not found`, { at: frame.position(offset) });
}

const nothing: Scope = { lookup: () => undefined };

/** Where an included or imported template is rendered: within the names of the one that asks, or knowing none of them. */
function innerFrame({ withContext }: { readonly withContext: boolean }, { source }: Unit, frame: Frame): Frame {
  if (withContext) return new Frame(frame.run, source, frame, new Map());
  return new Frame(new Run(frame.run.environment, nothing, frame.run), source);
}
