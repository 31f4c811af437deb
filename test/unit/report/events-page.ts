import { z } from 'zod';
import { eventSchemas } from '../../../src/report/event-schema.ts';
import { eventsVersion } from '../../../src/report/events-version.ts';

/** What is used of JSON Schema here. */
const schemaShape = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  const: z.union([z.string(), z.number()]).optional(),
  enum: z.array(z.string()).optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), schemaShape).optional();
  },
  get items() {
    return schemaShape.optional();
  },
  get oneOf() {
    return z.array(schemaShape).optional();
  },
  get additionalProperties() {
    return z.union([z.boolean(), schemaShape]).optional();
  },
});
type Shape = z.infer<typeof schemaShape>;

const introduction = `# The lines of \`--json\`

With \`--json\` a run is told on standard output as NDJSON: one JSON object a line. The first line is \`run\`, and names the
version of this format; the last is \`recap\`. A field that has nothing to say is left out. Whoever reads the lines must
ignore events and fields that they do not know: such are added without a new version. Secrets are redacted.

This page describes version ${eventsVersion}. It is written from the schema that the program's tests hold every line
against (\`src/report/event-schema.ts\`).

\`\`\`sh
brokkr provision --json | jq -r 'select(.event == "task" and .status == "failed") | "\\(.host): \\(.task): \\(.failure.message)"'
\`\`\`
`;

/** The page that documents the events, from their schemas. */
export function eventsPage(): string {
  const sections = Object.values(eventSchemas).map((schema) => {
    const shape = schemaShape.parse(z.toJSONSchema(schema, { io: 'input' }));
    return `## \`${shape.properties?.event?.const}\`\n\n${shape.description ?? ''}\n\n${table(shape)}`;
  });
  return `${[introduction, ...sections].join('\n')}`;
}

function table(shape: Shape): string {
  const rows = rowsOf(shape, '');
  return `| field | value | meaning |\n|---|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |\n`).join('')}`;
}

function rowsOf(shape: Shape, prefix: string): string[][] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const meaning = `${shape.required?.includes(name) === true ? '' : 'optional; '}${field.description ?? ''}`;
    const row = [`\`${path}\``, valueText(field), meaning.replace(/; $/, '')];
    return [row, ...inner(field, path)];
  });
}

function inner(field: Shape, path: string): string[][] {
  if (field.items !== undefined) {
    const items = field.items.oneOf ?? [field.items];
    return items.flatMap((item) => rowsOf(item, `${path}[].`));
  }
  return rowsOf(field, `${path}.`);
}

function valueText(field: Shape): string {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((word) => `\`${word}\``).join(', ');
  if (field.type === 'array')
    return field.items?.oneOf === undefined && field.items?.type !== 'object'
      ? `list of ${field.items?.type ?? 'values'}s`
      : 'list of objects';
  return field.type ?? 'value';
}
