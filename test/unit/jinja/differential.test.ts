import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseYaml } from '../../../src/config/yaml.ts';
import { nodeToValue } from '../../../src/config/yaml-value.ts';
import { TemplateError, UndefinedError } from '../../../src/jinja/error.ts';
import { compileExpression, evaluateCondition } from '../../../src/jinja/expression.ts';
import { createEnvironment } from '../../../src/jinja/standard.ts';
import { compileTemplate } from '../../../src/jinja/template.ts';
import type { Value } from '../../../src/jinja/value.ts';
import { encode } from './encode.ts';
import { at, caseVariables, scopeOf } from './scope.ts';

const factSchema = z.object({
  area: z.string(),
  kind: z.enum(['template', 'expression', 'condition']),
  source: z.string(),
  value: z.unknown().optional(),
  error: z.enum(['undefined', 'error']).optional(),
});
type Fact = z.infer<typeof factSchema>;

const folder = new URL('../../differential/jinja/', import.meta.url);
const { facts } = z
  .object({ facts: z.array(factSchema) })
  .parse(JSON.parse(readFileSync(new URL('facts.json', folder), 'utf8')));
const disagreements = z
  .record(z.string(), z.object({ ours: z.unknown(), reason: z.string() }))
  .parse(JSON.parse(readFileSync(new URL('disagreements.json', folder), 'utf8')));

const environment = createEnvironment({
  readYaml: (text) => {
    const { node } = parseYaml(text, 'from_yaml');
    return [node === undefined ? null : nodeToValue(node)];
  },
});

function answer(fact: Fact): { value: unknown } | { error: string } {
  const scope = scopeOf(caseVariables());
  const run = (): Value => {
    if (fact.kind === 'condition') return evaluateCondition(fact.source, at, scope, { environment });
    if (fact.kind === 'expression') return compileExpression(fact.source, at, { environment }).evaluate(scope);
    return compileTemplate(fact.source, at, { environment }).evaluate(scope);
  };
  try {
    return { value: encode(run()) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    expect(error.at, fact.source).toBeDefined();
    return { error: error instanceof UndefinedError ? 'undefined' : 'error' };
  }
}

function expected(fact: Fact): { value: unknown } | { error: string } {
  const known = disagreements[fact.source];
  if (known !== undefined) return known.ours === 'error' ? { error: 'error' } : { value: known.ours };
  return fact.error === undefined ? { value: fact.value } : { error: fact.error };
}

describe('the answers of ansible-core', () => {
  it('are asked for by templates, not by texts', () => {
    const texts = facts.filter(({ kind, source }) => kind === 'template' && !/\{[{%#]/.test(source));
    expect(texts.map(({ source }) => source)).toEqual(['text\n', 'a']);
  });

  for (const area of new Set(facts.map((fact) => fact.area))) {
    it(`are ours: ${area}`, () => {
      const wrong = facts
        .filter((fact) => fact.area === area)
        .map((fact) => ({ source: fact.source, ours: answer(fact), theirs: expected(fact) }))
        .filter(({ ours, theirs }) => JSON.stringify(ours) !== JSON.stringify(theirs));
      expect(wrong).toEqual([]);
    });
  }

  it('differ where a disagreement is listed', () => {
    const stale = Object.entries(disagreements).filter(([source, { ours }]) => {
      const fact = facts.find((candidate) => candidate.source === source);
      return fact === undefined || JSON.stringify(fact.value) === JSON.stringify(ours);
    });
    expect(stale).toEqual([]);
  });
});
