import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { InputError } from '../../src/errors.ts';
import { isDict } from '../../src/jinja/value.ts';
import { parseArguments } from '../../src/modules/arguments.ts';
import type { Decision, Module } from '../../src/modules/module.ts';
import { allModules } from '../../src/registry.ts';
import { caseContext } from './case-context.ts';
import { CaseHost } from './case-host.ts';
import { type Case, caseSchema } from './case-schema.ts';
import { shownAction, shownValue, toValue } from './case-shown.ts';

const modules: Readonly<Record<string, Module>> = allModules(() => Promise.reject(new Error('cases obtain nothing')));
const here = import.meta.dirname;
const place = { file: 'case.yml', line: 1, column: 1 };

/** What they ask for is never there already. */
const orders = ['fail', 'tempfile', 'raw', 'reboot'];

/** Every folder here is named after a module; each of its files is a list of cases. */
const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());

for (const { name } of folders) {
  describe(name, () => {
    const cases = readdirSync(join(here, name)).flatMap((file) => {
      const list: unknown = parse(readFileSync(join(here, name, file), 'utf8'), { version: '1.1' });
      return z.array(caseSchema).parse(list);
    });
    it.each(cases.map((each) => [each.case, each] as const))('%s', (_, each) => run(name, each));

    if (orders.includes(name)) return;
    it('has a case in which nothing is to be done', () => {
      expect(cases.map((each) => each.expect.verdict)).toContain('unchanged');
    });
  });
}

function run(name: string, of: Case): void {
  const module = modules[name];
  if (module === undefined) throw new Error(`there is no module ${name}`);
  const warnings: string[] = [];
  const host = new CaseHost(of);
  const args = read(module, of, warnings);
  if (args === undefined) return;
  const origins = new Map(Object.entries(of.control.origins).map(([path, source]) => [path, { source }]));
  const context = caseContext(of, warnings, origins);
  const decide = () => {
    host.answers().require(module.probe(args, context));
    return module.decide(args, host.answers(), context);
  };
  const decision = decide();
  compare(decision, of);
  expect(warnings).toHaveLength(of.expect.warnings?.length ?? 0);
  for (const [i, part] of (of.expect.warnings ?? []).entries()) expect(warnings[i]).toContain(part);
  if (of.expect.origins !== undefined)
    expect(Object.fromEntries([...origins].map(([path, { source }]) => [path, source]))).toEqual(of.expect.origins);
  if (decision.verdict !== 'change') return;
  for (const action of decision.actions) host.table.perform(action);
  if (!of.expect.repeats) expect(decide(), 'done once more').toMatchObject({ verdict: 'unchanged' });
}

function read(module: Module, of: Case, warnings: string[]): unknown {
  const value = toValue(of.arguments ?? {});
  if (!isDict(value)) throw new Error('arguments are a mapping');
  const places = { task: place, argument: () => undefined };
  try {
    return parseArguments(module, value, places, (message) => warnings.push(message));
  } catch (error) {
    if (!(error instanceof InputError) || of.expect.verdict !== 'wrong') throw error;
    const problems = error.problems.map(({ message, hint }) => `${message}\n${hint ?? ''}`);
    expect(problems).toHaveLength(of.expect.problems?.length ?? 0);
    for (const [i, part] of (of.expect.problems ?? []).entries()) expect(problems[i]).toContain(part);
    return undefined;
  }
}

function compare(decision: Decision, { expect: expected }: Case): void {
  const { verdict } = decision;
  expect(verdict, verdict === 'failed' ? decision.message : undefined).toBe(expected.verdict);
  if (expected.result !== undefined) expect(shownValue(decision.result)).toMatchObject(expected.result);
  if (decision.verdict === 'failed') {
    for (const part of expected.problems ?? []) expect(`${decision.message}\n${decision.hint ?? ''}`).toContain(part);
  }
  if (decision.verdict !== 'change') return;
  if (expected.actions !== undefined) expect(decision.actions.map(shownAction)).toMatchObject(expected.actions);
  if (expected.diff !== undefined) expect(decision.diff).toMatchObject(expected.diff);
  if (expected.pending !== undefined) expect([...(decision.pending ?? [])].sort()).toEqual(expected.pending);
  if (expected.concluded === undefined) return;
  const outcomes = (expected.outcomes ?? []).map((outcome) => ({ ...outcome, startedAt: 0, seconds: 1.5 }));
  const { result, ...rest } = decision.conclude?.(outcomes) ?? { result: decision.told?.(outcomes) ?? new Map() };
  expect({ ...rest, result: shownValue(result) }).toMatchObject(expected.concluded);
}
