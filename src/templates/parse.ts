import Handlebars from 'handlebars';
import { InputError, nearestName, type Problem } from '../errors.ts';
import { valueHelpers } from './helpers.ts';
import {
  type BlockHelper,
  blockHelpers,
  type Expression,
  type Path,
  type Place,
  type Statement,
  type Template,
} from './syntax.ts';
import { syntaxProblem } from './syntax-problem.ts';

type Node = hbs.AST.Node;

/** Handlebars' own grammar and whitespace control read the text; what brokkr does not know is refused here. */
export function parseTemplate(text: string, file: string): Template {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(text);
  } catch (error) {
    throw new InputError([syntaxProblem(error, text, file)]);
  }
  const reader = new Reader(file);
  const template = { body: reader.statements(program) };
  if (reader.problems.length > 0) throw new InputError(reader.problems);
  return template;
}

class Reader {
  readonly problems: Problem[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  statements(program: hbs.AST.Program | undefined): Statement[] {
    return (program?.body ?? []).flatMap((node) => this.#statement(node));
  }

  #statement(node: Node): Statement[] {
    if (isContent(node)) return [{ kind: 'text', text: node.value }];
    if (isMustache(node)) {
      const value = node.params.length > 0 || node.hash !== undefined ? this.#call(node) : this.#expression(node.path);
      return [{ kind: 'print', value, escaped: node.escaped, at: placeOf(node) }];
    }
    if (isBlock(node)) return this.#block(node);
    if (node.type !== 'CommentStatement') {
      this.#refuse(node, 'partials {{> …}} and decorators {{* …}} are not supported', 'write the text out here');
    }
    return [];
  }

  #block(node: hbs.AST.BlockStatement): Statement[] {
    const name = String(node.path.original);
    const helper = blockHelpers.find((known) => known === name);
    const [argument, ...others] = node.params;
    if (helper === undefined || argument === undefined || others.length > 0 || node.hash !== undefined) {
      this.#refuseBlock(node, name, helper);
      return [];
    }
    const parameters = node.program?.blockParams ?? [];
    const most = helper === 'each' ? 2 : helper === 'with' ? 1 : 0;
    if (parameters.length > most) this.#refuse(node, `{{#${helper}}} takes at most ${most} names between | |`);
    const value = this.#expression(argument);
    const [body, otherwise] = [this.statements(node.program), this.statements(node.inverse)];
    return [{ kind: 'block', helper, value, parameters, body, otherwise, at: placeOf(node) }];
  }

  #refuseBlock(node: hbs.AST.BlockStatement, name: string, helper: BlockHelper | undefined): void {
    if (helper !== undefined) {
      this.#refuse(
        node,
        `{{#${helper}}} takes exactly one argument`,
        `put a call in parentheses: {{#${helper} (eq a b)}}`,
      );
      return;
    }
    const near = nearestName(name, blockHelpers);
    const hint =
      near === undefined
        ? `blocks are ${blockHelpers.map((known) => `{{#${known}}}`).join(', ')}`
        : `did you mean {{#${near}}}?`;
    this.#refuse(node, `there is no block {{#${name}}}`, hint);
  }

  #call(node: hbs.AST.MustacheStatement | hbs.AST.SubExpression): Expression {
    const name = isPath(node.path) ? node.path.original : '';
    const helper = valueHelpers.get(name);
    const at = placeOf(node.path);
    if (helper === undefined) {
      const near = nearestName(name, valueHelpers.keys());
      const hint = near === undefined ? `helpers are ${[...valueHelpers.keys()].join(', ')}` : `did you mean ${near}?`;
      this.#refuse(node.path, `there is no helper ${name}`, hint);
    } else if (
      node.hash !== undefined ||
      node.params.length < helper.arity.least ||
      node.params.length > helper.arity.most
    ) {
      this.#refuse(node.path, `the helper ${name} is called wrongly`, `write it {{${helper.usage}}}`);
    }
    return { kind: 'call', helper: name, args: node.params.map((param) => this.#expression(param)), at };
  }

  #expression(node: Node): Expression {
    const at = placeOf(node);
    if (isPath(node)) return this.#path(node);
    if (isCall(node)) return this.#call(node);
    if (isSimpleLiteral(node)) return { kind: 'literal', value: node.value, at };
    if (node.type !== 'NullLiteral') this.#refuse(node, 'undefined is not a value here', 'write null');
    return { kind: 'literal', value: null, at };
  }

  #path(node: hbs.AST.PathExpression): Path {
    if (node.data && !dataNames.has(node.parts[0] ?? '')) {
      this.#refuse(
        node,
        `there is no ${node.original}`,
        `there are ${[...dataNames].map((name) => `@${name}`).join(', ')}`,
      );
    }
    return {
      kind: 'path',
      text: node.original,
      data: node.data,
      depth: node.depth,
      scoped: /^(\.\/|this[./])/.test(node.original),
      segments: node.parts.map(String),
      at: placeOf(node),
    };
  }

  #refuse(node: Node, message: string, hint?: string): void {
    const at = { file: this.#file, ...placeOf(node) };
    this.problems.push(hint === undefined ? { message, at } : { message, at, hint });
  }
}

const dataNames: ReadonlySet<string> = new Set(['root', 'index', 'key', 'first', 'last']);

function placeOf(node: Node): Place {
  return { line: node.loc.start.line, column: node.loc.start.column + 1 };
}

function isContent(node: Node): node is hbs.AST.ContentStatement {
  return node.type === 'ContentStatement';
}

function isMustache(node: Node): node is hbs.AST.MustacheStatement {
  return node.type === 'MustacheStatement';
}

function isBlock(node: Node): node is hbs.AST.BlockStatement {
  return node.type === 'BlockStatement';
}

function isPath(node: Node): node is hbs.AST.PathExpression {
  return node.type === 'PathExpression';
}

function isCall(node: Node): node is hbs.AST.SubExpression {
  return node.type === 'SubExpression';
}

function isSimpleLiteral(node: Node): node is hbs.AST.StringLiteral | hbs.AST.NumberLiteral | hbs.AST.BooleanLiteral {
  return node.type === 'StringLiteral' || node.type === 'NumberLiteral' || node.type === 'BooleanLiteral';
}
