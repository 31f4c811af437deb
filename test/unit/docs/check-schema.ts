import type { Schema } from './schema.ts';

/** What a value does wrong by a schema: the words of draft 7 that our schemas use, and no others. */
export function schemaProblems(schema: Schema, value: unknown, root: Schema = schema, at = '$'): string[] {
  const problems: string[] = [];
  for (const [word, said] of Object.entries(schema)) {
    switch (word) {
      case '$ref':
        problems.push(...schemaProblems(resolve(root, String(said)), value, root, at));
        break;
      case 'type':
        if (![said].flat().some((type) => isOf(String(type), value)))
          problems.push(`${at}: no ${[said].flat().join('/')}`);
        break;
      case 'enum':
        if (!Array.isArray(said) || !said.includes(value)) problems.push(`${at}: none of the words`);
        break;
      case 'pattern':
        if (typeof value === 'string' && !new RegExp(String(said)).test(value)) problems.push(`${at}: no ${said}`);
        break;
      case 'anyOf': {
        const tries = schemas(said).map((each) => schemaProblems(each, value, root, at));
        if (!tries.some(({ length }) => length === 0)) problems.push(...(tries[0] ?? []));
        break;
      }
      case 'required':
        if (isRecord(value) && Array.isArray(said))
          problems.push(...said.filter((key) => !(String(key) in value)).map((key) => `${at}: no ${key}`));
        break;
      case 'items':
        if (Array.isArray(value))
          for (const [i, each] of value.entries())
            problems.push(...schemaProblems(schemaOf(said), each, root, `${at}[${i}]`));
        break;
      case 'properties':
      case 'additionalProperties':
        break;
      case 'if': {
        const branch = schemaProblems(schemaOf(said), value, root, at).length === 0 ? schema.then : schema.else;
        if (branch !== undefined) problems.push(...schemaProblems(schemaOf(branch), value, root, at));
        break;
      }
      case '$schema':
      case 'title':
      case 'description':
      case 'default':
      case 'definitions':
      case 'then':
      case 'else':
        break;
      default:
        throw new Error(`this check does not know ${word}`);
    }
  }
  return isRecord(value) ? [...problems, ...keyProblems(schema, value, root, at)] : problems;
}

function keyProblems(schema: Schema, value: Record<string, unknown>, root: Schema, at: string): string[] {
  const known = isRecord(schema.properties) ? schema.properties : {};
  return Object.entries(value).flatMap(([key, each]) => {
    if (Object.hasOwn(known, key)) return schemaProblems(schemaOf(known[key]), each, root, `${at}.${key}`);
    if (schema.additionalProperties === false) return [`${at}: ${key} is not known`];
    return isRecord(schema.additionalProperties)
      ? schemaProblems(schema.additionalProperties, each, root, `${at}.${key}`)
      : [];
  });
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  return type === 'object' ? isRecord(value) : typeof value === type;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function schemas(value: unknown): Schema[] {
  return Array.isArray(value) ? value.map(schemaOf) : [];
}

function schemaOf(value: unknown): Schema {
  if (!isRecord(value)) throw new Error('a schema is an object');
  return value;
}

function resolve(root: Schema, reference: string): Schema {
  const name = reference.replace('#/definitions/', '');
  const { definitions } = root;
  if (!isRecord(definitions) || !Object.hasOwn(definitions, name)) throw new Error(`${reference} is not there`);
  return schemaOf(definitions[name]);
}
