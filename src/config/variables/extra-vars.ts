import { readFileSync } from 'node:fs';
import { errorText, InputError, type Problem } from '../../errors.ts';
import type { ConfigNode, VariableLayer } from '../node.ts';
import { parseKeyValue, UnbalancedText } from '../playbook/key-value.ts';
import { isVariableName, whyNoVariableName } from '../variable-name.ts';
import { parseYaml, type YamlOptions } from '../yaml.ts';

export interface ExtraVarsOptions extends YamlOptions {
  /** The text of a file, UTF-8. @throws when it cannot be read. Absent: from the disk. */
  readonly readText?: (file: string) => string;
}

/**
 * The values of `-e`, one layer each, the later ones stronger: `name=value name2="a b"` (the values are text), a mapping in
 * JSON or YAML, or `@FILE` with such a mapping.
 * @throws InputError with what is wrong in all of them
 */
export function parseExtraVars(values: readonly string[], options: ExtraVarsOptions = {}): readonly VariableLayer[] {
  const problems: Problem[] = [];
  const layers = values.map((value) => {
    try {
      return { source: '-e', variables: checked(readOne(value, options)) };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return { source: '-e', variables: new Map<string, ConfigNode>() };
    }
  });
  if (problems.length > 0) throw new InputError(problems);
  return layers;
}

const forms = 'write -e name=value, -e \'{"name": "value"}\' or -e @FILE';
const at = { file: '-e', line: 1, column: 1 };

function readOne(value: string, options: ExtraVarsOptions): ReadonlyMap<string, ConfigNode> {
  const text = value.trim();
  if (text === '') throw new InputError([{ message: '-e has no value', hint: forms }]);
  if (text.startsWith('@')) return readFile(text.slice(1), options);
  if (text.startsWith('{') || text.startsWith('[')) return variablesOf(parseInline(text, options), '-e');
  return readWords(text);
}

function parseInline(text: string, options: ExtraVarsOptions): ConfigNode | undefined {
  try {
    return parseYaml(text, '-e', options).node;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.problems.map((problem) => ({ hint: forms, ...problem })));
  }
}

function readFile(file: string, options: ExtraVarsOptions): ReadonlyMap<string, ConfigNode> {
  const readText = options.readText ?? ((path: string) => readFileSync(path, 'utf8'));
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = isMissing ? 'there is no such file' : errorText(error);
    throw new InputError([{ message: `-e cannot read ${file}: ${reason}`, hint: `check the path; ${forms}` }]);
  }
  return variablesOf(parseYaml(text, file, options).node, file);
}

function variablesOf(node: ConfigNode | undefined, file: string): ReadonlyMap<string, ConfigNode> {
  if (node === undefined) return new Map();
  if (node.kind === 'mapping') return new Map(node.entries.map(({ key, value }) => [key, value]));
  if (node.kind === 'scalar' && node.value === null) return new Map();
  const message = `${file === '-e' ? 'the value of -e' : file} must be a mapping of names to values`;
  throw new InputError([{ message, at: node.at, hint: forms }]);
}

function readWords(text: string): ReadonlyMap<string, ConfigNode> {
  try {
    const { options, freeText } = parseKeyValue(text);
    if (freeText.trim() !== '') {
      const hint = text.includes('=') ? 'quote a value that holds spaces: -e \'name="a b"\'' : forms;
      throw new InputError([{ message: `'${freeText.trim()}' in -e is not name=value`, hint }]);
    }
    const scalar = (value: string) => ({ kind: 'scalar', at, value, unsafe: false, vaulted: false }) as const;
    return new Map([...options].map(([name, value]) => [name, scalar(value)]));
  } catch (error) {
    if (!(error instanceof UnbalancedText)) throw error;
    throw new InputError([{ message: `-e cannot be split: ${error.message}`, hint: forms }]);
  }
}

function checked(variables: ReadonlyMap<string, ConfigNode>): ReadonlyMap<string, ConfigNode> {
  const wrong = [...variables].filter(([name]) => !isVariableName(name));
  if (wrong.length === 0) return variables;
  throw new InputError(
    wrong.map(([name, node]) => ({
      message: `'${name}' cannot be the name of a variable`,
      at: node.at,
      hint: whyNoVariableName(name),
    })),
  );
}
