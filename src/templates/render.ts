import { formatProblem, InputError, type Problem } from '../errors.ts';
import { TemplateError } from '../jinja/error.ts';
import { isDict, type Scope, type Value } from '../jinja/value.ts';
import { isTruthy } from '../jinja/values/compare.ts';
import { sequenceItems, typeName } from '../jinja/values/types.ts';
import { type Context, topContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import { finalForms } from './helpers.ts';
import { parseTemplate } from './parse.ts';
import { escapePropertyValue, overlayProperties } from './properties.ts';
import type { Block, Statement, Template } from './syntax.ts';
import { printed } from './text.ts';

/**
 * Renders a Handlebars template with a host's variables, strictly: a name that is missing anywhere, also as an argument,
 * is an error, and all errors of a template are told at once, as an `InputError` with the place of each. Nothing is
 * escaped for HTML. Only the variables that the text comes to are looked up; what a scope throws beside
 * `TemplateError` and `InputError` (`NotYetKnown`) passes through. The same text and values give the same bytes.
 *
 * Values print as `printed` says: `true` and `false` in lower case, unlike Jinja2's `True` and `False`. A condition has
 * Python's truth, as `when:` has, so an empty mapping is false too.
 */
export function renderHandlebars(text: string, file: string, scope: Scope): string {
  const renderer = new Renderer(file, scope);
  const result = renderer.render(templateOf(text, file).body, topContext, printed);
  if (renderer.problems.length > 0) throw new InputError(renderer.problems);
  return result;
}

const compiled = new Map<string, Template>();
const mostCompiled = 200;

/** Places in a read template hold no file, so that equal texts share one. Reading one again is only slower. */
function templateOf(text: string, file: string): Template {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const template = parseTemplate(text, file);
  if (compiled.size >= mostCompiled) compiled.clear();
  compiled.set(text, template);
  return template;
}

type Printer = (value: Value) => string;

class Renderer {
  readonly #problems = new Map<string, Problem>();
  readonly #file: string;
  readonly #scope: Scope;

  constructor(file: string, scope: Scope) {
    this.#file = file;
    this.#scope = scope;
  }

  get problems(): readonly Problem[] {
    return [...this.#problems.values()];
  }

  render(body: readonly Statement[], context: Context, print: Printer): string {
    return body.map((statement) => this.#statement(statement, context, print)).join('');
  }

  /** A statement that fails leaves its problem behind and nothing in the text, so that the next one is checked too. */
  #statement(statement: Statement, context: Context, print: Printer): string {
    if (statement.kind === 'text') return statement.text;
    const at = { file: this.#file, ...statement.at };
    try {
      const value = evaluate(statement.value, { context, scope: this.#scope, file: this.#file });
      if (statement.kind === 'block') return this.#block(statement, value, context, print);
      const final = statement.value.kind === 'call' && finalForms.has(statement.value.helper);
      return (statement.escaped && !final ? print : printed)(value);
    } catch (error) {
      if (error instanceof TemplateError) this.#add([error.locate(at).problem]);
      else if (error instanceof InputError) this.#add(error.problems);
      else throw error;
      return '';
    }
  }

  /** What is wrong inside {{#each}} is told once, not for every item. */
  #add(problems: readonly Problem[]): void {
    for (const problem of problems) this.#problems.set(formatProblem(problem), problem);
  }

  #block(block: Block, value: Value, context: Context, print: Printer): string {
    switch (block.helper) {
      case 'if':
        return this.render(isTruthy(value) ? block.body : block.otherwise, context, print);
      case 'unless':
        return this.render(isTruthy(value) ? block.otherwise : block.body, context, print);
      case 'with':
        if (!isTruthy(value)) return this.render(block.otherwise, context, print);
        return this.render(block.body, inside(context, block, value, []), print);
      case 'each':
        return this.#each(block, value, context, print);
      case 'properties': {
        const text = this.render(block.body, context, (item) => escapePropertyValue(printed(item)));
        return this.#problems.size > 0 ? '' : overlayProperties(text, value);
      }
    }
  }

  #each(block: Block, value: Value, context: Context, print: Printer): string {
    const items = sequenceItems(value)?.map((item, index): [Value, Value] => [index, item]);
    const entries = isDict(value) ? [...value.entries()] : items;
    if (entries === undefined) throw new TemplateError(`{{#each}} takes a list or a mapping, not ${typeName(value)}`);
    if (entries.length === 0) return this.render(block.otherwise, context, print);
    const last = entries.length - 1;
    return entries
      .map(([key, item], index) => {
        const data: [string, Value][] = [
          ['index', index],
          ['key', key],
          ['first', index === 0],
          ['last', index === last],
        ];
        return this.render(block.body, inside(context, block, item, data), print);
      })
      .join('');
  }
}

function inside(parent: Context, block: Block, value: Value, data: readonly [string, Value][]): Context {
  const key = new Map(data).get('key');
  const values = key === undefined ? [value] : [value, key];
  const parameters = new Map<string, Value>();
  for (const [index, name] of block.parameters.entries()) {
    const parameter = values[index];
    if (parameter !== undefined) parameters.set(name, parameter);
  }
  return { self: { kind: 'value', value }, parameters, data: new Map(data), parent };
}
