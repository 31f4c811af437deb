import { CompileCache } from '../cache.ts';
import { TemplateError } from '../error.ts';
import { checkReferences } from '../references.ts';
import { type ParsedTemplate, parseTemplate } from '../syntax/parse-template.ts';
import type { Syntax } from '../syntax/scan.ts';
import { Source } from '../syntax/source.ts';
import { Undefined, type Value } from '../value.ts';
import { undefinedError } from '../values/text.ts';
import { sequenceItems, typeName } from '../values/types.ts';
import type { Frame } from './frame.ts';

/** A template file, read. */
export interface Unit {
  readonly source: Source;
  readonly parsed: ParsedTemplate;
}

const cache = new CompileCache<ParsedTemplate>(500);
const included: Syntax = { trimBlocks: true, lstripBlocks: false, literalBackslashes: false };

/** Reads a template, or finds it in the cache of those read before. */
export function parseCached(source: Source, syntax: Syntax): ParsedTemplate {
  const key = `${syntax.trimBlocks}${syntax.lstripBlocks}${syntax.literalBackslashes}${source.text}`;
  return cache.get(key, () => parseTemplate(source, syntax));
}

/** The template that `include`, `import` or `extends` names; the first that exists where it is a list of names. */
export function loadTemplate(value: Value, frame: Frame): Unit | undefined {
  if (value instanceof Undefined) throw undefinedError(value);
  for (const name of sequenceItems(value) ?? [value]) {
    if (typeof name !== 'string') throw new TemplateError(`the name of a template is text, not ${typeName(name)}`);
    const text = frame.run.environment.loader?.(name);
    if (text === undefined) continue;
    const source = new Source(text.replace(/\n$/, ''), { file: name, line: 1, column: 1 });
    const parsed = parseCached(source, included);
    checkReferences(parsed.references, frame.run.environment, source);
    return { source, parsed };
  }
  return undefined;
}
