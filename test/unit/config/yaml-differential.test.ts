import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseYaml } from '../../../src/config/yaml.ts';
import { nodeToValue } from '../../../src/config/yaml-value.ts';
import { InputError } from '../../../src/errors.ts';
import { isDict, PyFloat, type Value } from '../../../src/jinja/value.ts';
import { readRecords } from '../../differential/records.ts';

const folder = new URL('../../differential/yaml/', import.meta.url);
const answers = z
  .array(z.object({ text: z.string(), value: z.unknown().optional(), error: z.boolean().optional() }))
  .parse(readRecords('yaml/answers.jsonl'));
// accepted: libyaml refuses a text whose meaning is clear. refused: a null key, or brackets that are not indented.
const deviations = z
  .object({ accepted: z.array(z.string()), refused: z.array(z.string()), different: z.array(z.string()) })
  .parse(JSON.parse(readFileSync(new URL('deviations.json', folder), 'utf8')));

/** The typed form of the recorded answers: an int stays apart from a float, a boolean from a string. */
function typed(value: Value): unknown {
  if (value === null) return ['null'];
  if (typeof value === 'boolean') return ['bool', value];
  if (typeof value === 'number' || typeof value === 'bigint') return ['int', String(value)];
  if (value instanceof PyFloat) return ['float', value.value];
  if (typeof value === 'string') return ['str', value];
  if (isDict(value)) return ['dict', [...value].map(([key, item]) => [typed(key), typed(item)])];
  if (Array.isArray(value)) return ['list', value.map((item: Value) => typed(item))];
  throw new TypeError('a value that YAML cannot hold');
}

/** Python's repr of a float as a number, wherever it stands. */
function withFloats(recorded: unknown): unknown {
  if (!Array.isArray(recorded)) return recorded;
  if (recorded[0] === 'float') return ['float', Number(String(recorded[1]).replace('inf', 'Infinity'))];
  return recorded.map(withFloats);
}

function read(text: string): unknown {
  try {
    const { node } = parseYaml(text, 'probe.yml');
    return node === undefined ? ['null'] : typed(nodeToValue(node));
  } catch (error) {
    if (error instanceof InputError) return 'error';
    throw error;
  }
}

describe('a YAML text means what it means to PyYAML', () => {
  const known = new Set([...deviations.accepted, ...deviations.refused, ...deviations.different]);

  test('there are answers to compare with', () => {
    expect(answers.length).toBeGreaterThan(1500);
    expect(known.size).toBeLessThan(40);
  });

  test.each(answers.filter(({ text }) => !known.has(text)))('$text', ({ text, value, error }) => {
    expect(read(text)).toEqual(error === true ? 'error' : withFloats(value));
  });
});

describe('the deviations from PyYAML are the known ones', () => {
  const answerTo = (text: string) => answers.find((answer) => answer.text === text);

  test.each(deviations.accepted)('read here, an error there: %j', (text) => {
    expect(answerTo(text)?.error).toBe(true);
    expect(read(text)).not.toBe('error');
  });

  test.each(deviations.refused)('refused here, read there: %j', (text) => {
    expect(answerTo(text)?.value).toBeDefined();
    expect(read(text)).toBe('error');
  });

  test.each(deviations.different)('read as something else: %j', (text) => {
    expect(read(text)).not.toBe('error');
    expect(read(text)).not.toEqual(withFloats(answerTo(text)?.value));
  });
});
