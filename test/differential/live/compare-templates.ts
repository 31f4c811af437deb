import { z } from 'zod';
import { BrokkrError } from '../../../src/errors.ts';
import { compileTemplate } from '../../../src/jinja/template.ts';
import { makeEnvironments } from '../../../src/lookups.ts';
import { encode } from '../../unit/jinja/encode.ts';
import { at, caseVariables, scopeOf } from '../../unit/jinja/scope.ts';
import { askAnsible } from './ask.ts';
import { drawnTemplates } from './expressions.ts';
import { knownTemplate } from './known.ts';

const Answer = z.object({ value: z.unknown().optional(), error: z.string().optional() });

/** How many cases there were, how many differ for a known reason, and a line for each other difference. */
export interface Comparison {
  readonly cases: number;
  readonly known: number;
  readonly differences: readonly string[];
}

/** Gives both tools the same templates, and compares values with their types. */
export async function compareTemplates(python: string, seed: number, count: number): Promise<Comparison> {
  const templates = [...drawnTemplates(seed, count)];
  const differences: string[] = [];
  let known = 0;
  let index = 0;
  const questions = templates.map((template) => ({ template }));
  for await (const json of askAnsible(python, questions)) {
    const template = templates[index++] ?? '';
    const answer = Answer.parse(json);
    const theirs = answer.error === undefined ? JSON.stringify(answer.value) : 'error';
    const ours = ownAnswer(template);
    if (ours === theirs) continue;
    if (knownTemplate(template, ours, theirs) === undefined)
      differences.push(`${JSON.stringify(template)}\n  Ansible: ${theirs}\n  brokkr:  ${ours}`);
    else known += 1;
  }
  if (index !== templates.length) throw new Error(`${index} of ${templates.length} answers came`);
  return { cases: templates.length, known, differences };
}

function ownAnswer(template: string): string {
  const { environment } = makeEnvironments('.');
  try {
    return JSON.stringify(encode(compileTemplate(template, at, { environment }).evaluate(scopeOf(caseVariables()))));
  } catch (error) {
    if (error instanceof BrokkrError) return 'error';
    // Whatever else is thrown is a bug; it shows as a difference.
    return `bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}
