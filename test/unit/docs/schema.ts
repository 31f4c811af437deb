import { z } from 'zod';
import { loopStyles, supportedKeywords } from '../../../src/config/playbook/keywords.ts';
import type { Module } from '../../../src/modules/module.ts';
import { meaningsOf, wantedBy } from './module-page.ts';
import { KEYWORDS } from './schema-keywords.ts';
import { CONNECTION_VARIABLES, type VariableText } from './schema-variables.ts';

/** A schema of JSON Schema's draft 7, which editors of YAML understand. */
export type Schema = { readonly [key: string]: unknown };

const DRAFT = 'http://json-schema.org/draft-07/schema#';
const TEMPLATE = { type: 'string', pattern: '\\{[{%]' };
const FLAG = { anyOf: [{ type: 'boolean' }, { enum: ['yes', 'no', 'on', 'off', 'true', 'false'] }, TEMPLATE] };
const NUMBER = { anyOf: [{ type: 'number' }, { type: 'string', pattern: '^\\d+(\\.\\d+)?%?$' }, TEMPLATE] };
const TASKS = { anyOf: [{ type: 'array', items: { $ref: '#/definitions/task' } }, { type: 'null' }] };

const TYPES: Readonly<Record<string, Schema>> = {
  text: { type: ['string', 'number', 'boolean', 'null'] },
  bool: FLAG,
  number: NUMBER,
  list: { anyOf: [{ type: ['string', 'number', 'null'] }, { type: 'array' }] },
  mapping: { anyOf: [{ type: ['object', 'null'] }, TEMPLATE] },
  condition: { type: ['string', 'boolean', 'number', 'array', 'null'] },
  any: {},
  tasks: TASKS,
};

function keywordSchemas(owner: keyof typeof supportedKeywords): Record<string, Schema> {
  return Object.fromEntries(
    supportedKeywords[owner].map((keyword) => {
      const { type, text } = KEYWORDS[keyword] ?? { type: 'any', text: '' };
      return [keyword, { description: text, ...TYPES[type] }];
    }),
  );
}

/** What an argument takes, by the words of its page. */
function argumentSchema(field: z.core.$ZodType): Schema {
  const wanted = wantedBy(field);
  if (wanted === 'a bool') return FLAG;
  if (wanted === 'an integer') return NUMBER;
  const [, words] = /^one of (.+)$/s.exec(wanted) ?? [];
  if (words !== undefined) return { anyOf: [{ enum: words.split(', ') }, TEMPLATE] };
  return {};
}

function moduleSchema(module: Module, page: string): Schema {
  const meanings = meaningsOf(page);
  const shape = module.schema instanceof z.ZodObject ? Object.entries(module.schema.shape) : undefined;
  const own = (shape ?? []).map(([name, field]): [string, Schema] => [
    name,
    { description: (meanings.get(name) ?? '').replaceAll('`', ''), ...argumentSchema(field) },
  ]);
  const aliases = Object.entries(module.aliases).map(([alias, name]): [string, Schema] => [
    alias,
    { ...own.find(([main]) => main === name)?.[1], description: `The same as ${name}.` },
  ]);
  const taken: Schema =
    shape === undefined || shape.length === 0
      ? { type: 'object' }
      : { type: 'object', properties: Object.fromEntries([...own, ...aliases]), additionalProperties: false };
  return { description: module.summary, anyOf: [taken, { type: ['string', 'null'] }] };
}

/** The schema of a playbook, or a file of tasks. `pages`: name of a module → its page. */
export function playbookSchema(modules: readonly Module[], pages: ReadonlyMap<string, string>): Schema {
  const definitions: Record<string, Schema> = {};
  const byName: Record<string, Schema> = {};
  for (const module of modules) {
    definitions[`module_${module.name}`] = moduleSchema(module, pages.get(module.name) ?? '');
    const reference = { $ref: `#/definitions/module_${module.name}` };
    byName[module.name] = reference;
    if (module.collection !== 'brokkr')
      for (const collection of new Set([module.collection, 'ansible.builtin']))
        byName[`${collection}.${module.name}`] = reference;
  }
  const loops = Object.fromEntries(
    loopStyles.map((style) => [`with_${style}`, { description: 'A loop in the old form.' }]),
  );
  const imports = Object.fromEntries(
    ['import_tasks', 'include_tasks', 'import_role', 'include_role'].flatMap((name) =>
      [name, `ansible.builtin.${name}`].map((each) => [each, { description: 'Tasks of another file, or of a role.' }]),
    ),
  );
  const task = { ...keywordSchemas('handler'), ...keywordSchemas('task'), ...loops, ...imports, ...byName };
  const importPlaybook = { description: 'The plays of another playbook.', type: 'string' };
  return {
    $schema: DRAFT,
    title: 'A playbook, or a file of tasks, as brokkr reads it',
    type: 'array',
    items: {
      if: { anyOf: [{ required: ['import_playbook'] }, { required: ['ansible.builtin.import_playbook'] }] },
      // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
      then: {
        type: 'object',
        properties: {
          import_playbook: importPlaybook,
          'ansible.builtin.import_playbook': importPlaybook,
          ...Object.fromEntries(['name', 'tags', 'when', 'vars'].map((name) => [name, {}])),
        },
        additionalProperties: false,
      },
      else: {
        if: { required: ['hosts'] },
        // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
        then: { $ref: '#/definitions/play' },
        else: { $ref: '#/definitions/task' },
      },
    },
    definitions: {
      play: { type: 'object', properties: keywordSchemas('play'), required: ['hosts'], additionalProperties: false },
      task: {
        if: { required: ['block'] },
        // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
        then: { type: 'object', properties: keywordSchemas('block'), additionalProperties: false },
        else: { type: 'object', properties: { block: TASKS, ...task }, additionalProperties: false },
      },
      ...definitions,
    },
  };
}

function variableProperties(variables: readonly VariableText[]): Record<string, Schema> {
  return Object.fromEntries(
    [...CONNECTION_VARIABLES, ...variables].map(({ name, text, value }) => {
      const type = typeof value === 'boolean' ? FLAG : typeof value === 'number' ? NUMBER : {};
      const isPlain = ['boolean', 'number', 'string'].includes(typeof value) && value !== '';
      return [name, { description: text, ...type, ...(isPlain ? { default: value } : {}) }];
    }),
  );
}

/** The schema of a file of variables: those that ship are explained, and there may be any others. */
export function variablesSchema(variables: readonly VariableText[]): Schema {
  return {
    $schema: DRAFT,
    title: 'Variables of hosts and groups',
    type: ['object', 'null'],
    properties: variableProperties(variables),
  };
}

/** The schema of an inventory. */
export function inventorySchema(variables: readonly VariableText[]): Schema {
  const each = (reference: string): Schema => ({
    type: ['object', 'null'],
    additionalProperties: { anyOf: [{ $ref: reference }, { type: 'null' }] },
  });
  return {
    $schema: DRAFT,
    title: 'An inventory',
    type: 'object',
    additionalProperties: { anyOf: [{ $ref: '#/definitions/group' }, { type: 'null' }] },
    definitions: {
      group: {
        type: 'object',
        properties: {
          hosts: {
            description: 'The hosts of the group, each with its variables.',
            ...each('#/definitions/variables'),
          },
          children: { description: 'Groups whose hosts belong to this one, too.', ...each('#/definitions/group') },
          vars: { description: 'Variables of all hosts of the group.', $ref: '#/definitions/variables' },
        },
        additionalProperties: false,
      },
      variables: { type: ['object', 'null'], properties: variableProperties(variables) },
    },
  };
}
