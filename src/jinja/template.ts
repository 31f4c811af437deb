import type { Position } from '../errors.ts';
import { guardStack, runEvaluation } from './compile.ts';
import type { Environment } from './environment.ts';
import { TemplateError } from './error.ts';
import { renderUnit, selfObject } from './evaluate/compose.ts';
import { finalize } from './evaluate/finalize.ts';
import type { Frame } from './evaluate/frame.ts';
import { parseCached, type Unit } from './evaluate/load.ts';
import { Output } from './evaluate/output.ts';
import { renderBody } from './evaluate/render.ts';
import { checkReferences } from './references.ts';
import { standardEnvironment } from './standard.ts';
import type { Syntax } from './syntax/scan.ts';
import { normalizeNewlines, Source } from './syntax/source.ts';
import { Omit, type Scope, type Value } from './value.ts';
import { toText } from './values/text.ts';

/** A text with `{{ }}`, `{% %}` or `{# #}` in it. */
export interface Template {
  readonly source: string;
  readonly at: Position;
  /** The variables it names, those it may never reach (behind `if`, `default`) included. */
  readonly names: ReadonlySet<string>;
  /**
   * The value of a template in YAML. Its type is kept where the template made exactly one piece of output
   * (`"{{ n }}"`), otherwise it is text; backslashes in the strings of `{{ }}` are literal.
   * Throws `TemplateError`; `NotYetKnown` of the scope passes through.
   */
  evaluate(scope: Scope): Value;
  /** What a `.j2` file comes to, which is more than text where it is one expression; the rest as with `renderText`. */
  evaluateFile(scope: Scope): Value;
  /** The text of a `.j2` file, where strings have Python's escapes. Throws as `evaluate` does. */
  renderText(scope: Scope): string;
}

export interface TemplateOptions {
  readonly environment?: Environment | undefined;
  /** Drop the newline behind a tag; on unless said otherwise, as Ansible has it. */
  readonly trimBlocks?: boolean | undefined;
  /** Drop the blanks before a tag that begins its line; off unless said otherwise. */
  readonly lstripBlocks?: boolean | undefined;
}

/** True when the text has something that Jinja would act on. */
export function isTemplate(text: string): boolean {
  return /\{[{%#]/.test(text);
}

/**
 * Reads a template.
 *
 * @param at where the text starts in its file
 * @throws TemplateError for what is not Jinja, and for a filter or test the environment does not have
 */
export function compileTemplate(text: string, at: Position, options: TemplateOptions = {}): Template {
  const environment = options.environment ?? standardEnvironment;
  const { text: body, at: start, overrides } = readHeader(text, at);
  const whiteSpace = { ...syntaxOf(options), ...overrides };
  const inYaml = compileUnit(body, start, { ...whiteSpace, literalBackslashes: true }, environment);
  const evaluateFile = (scope: Scope): Value => {
    const inFile = compileUnit(body, start, { ...whiteSpace, literalBackslashes: false }, environment);
    return evaluateUnit(inFile, body, environment, scope);
  };
  return {
    source: text,
    at,
    names: new Set(inYaml.parsed.references.names.keys()),
    evaluate: (scope) => evaluateUnit(inYaml, body, environment, scope),
    evaluateFile,
    renderText: (scope) => asText(evaluateFile(scope), start),
  };
}

type WhiteSpace = Pick<Syntax, 'trimBlocks' | 'lstripBlocks'>;

function syntaxOf(options: TemplateOptions): WhiteSpace {
  return { trimBlocks: options.trimBlocks ?? true, lstripBlocks: options.lstripBlocks ?? false };
}

function compileUnit(text: string, at: Position, syntax: Syntax, environment: Environment): Unit {
  const source = new Source(normalizeNewlines(text).replace(/\n$/, ''), at);
  const parsed = guardStack(source, () => parseCached(source, syntax));
  checkReferences(parsed.references, environment, source);
  return { source, parsed };
}

function evaluateUnit(unit: Unit, text: string, environment: Environment, scope: Scope): Value {
  if (!isTemplate(text)) return text;
  const value = runEvaluation(unit.source, environment, scope, (frame) => {
    defineSelf(unit, frame);
    const output = new Output();
    renderUnit(unit.parsed.body, frame, output, renderBody);
    return finalize(output.value());
  });
  return typeof value === 'string' ? restoreNewlines(value, text) : value;
}

function defineSelf(unit: Unit, frame: Frame): void {
  if (unit.parsed.references.names.has('self')) frame.own.set('self', selfObject(frame, renderBody));
}

/** A text result ends with as many newlines as the template does. */
function restoreNewlines(result: string, text: string): string {
  const missing = trailingNewlines(text) - trailingNewlines(result);
  return missing > 0 ? result + '\n'.repeat(missing) : result;
}

function trailingNewlines(text: string): number {
  return text.length - text.replace(/\n+$/, '').length;
}

function asText(value: Value, at: Position): string {
  if (value instanceof Omit) {
    throw new TemplateError('the whole template is `omit`, which is not text', { at });
  }
  return value === null ? '' : toText(value);
}

const header = /^#jinja2:([^\n]*)\n/;
const headerOptions: ReadonlyMap<string, 'trimBlocks' | 'lstripBlocks'> = new Map([
  ['trim_blocks', 'trimBlocks'],
  ['lstrip_blocks', 'lstripBlocks'],
]);

interface FileHeader {
  readonly text: string;
  readonly at: Position;
  readonly overrides: Partial<WhiteSpace>;
}

/** Ansible's first line `#jinja2: trim_blocks:False, lstrip_blocks:True` of a template file. */
function readHeader(text: string, at: Position): FileHeader {
  const match = header.exec(text);
  if (match === null) return { text, at, overrides: {} };
  const overrides: Partial<Record<'trimBlocks' | 'lstripBlocks', boolean>> = {};
  for (const pair of (match[1] ?? '').split(',')) {
    const [key = '', value = ''] = pair.split(':').map((part) => part.trim());
    const option = headerOptions.get(key);
    if (option === undefined || !/^(True|False|true|false)$/.test(value)) {
      throw new TemplateError(`the template's header has '${pair.trim()}', which is not known here`, {
        at,
        hint: 'use trim_blocks:True|False and lstrip_blocks:True|False',
      });
    }
    overrides[option] = value.toLowerCase() === 'true';
  }
  return { text: text.slice(match[0].length), at: { ...at, line: at.line + 1, column: 1 }, overrides };
}
