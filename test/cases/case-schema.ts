import { z } from 'zod';

/** Something at a path: text is a file's content, `null` a folder, a mapping says more. */
const fileSchema = z.union([
  z.string(),
  z.null(),
  z.strictObject({
    type: z.enum(['file', 'directory', 'link', 'other']).optional(),
    content: z.string().optional(),
    /** Bytes, for a file whose content no case looks at. */
    size: z.number().optional(),
    sha256: z.string().optional(),
    link: z.string().optional(),
    mode: z.union([z.string(), z.number()]).optional(),
    owner: z.string().optional(),
    group: z.string().optional(),
    mtime: z.number().optional(),
    inode: z.number().optional(),
  }),
]);

const outputSchema = z.union([
  z.string().transform((stdout) => ({ stdout, rc: 0, of: '' })),
  z.strictObject({ stdout: z.string().default(''), rc: z.number().default(0), of: z.string().default('') }),
]);

const hostSchema = z.strictObject({
  /** Everything that is on the host; the folders above are there too. A path that is not listed is not there. */
  files: z.record(z.string(), fileSchema).default({}),
  users: z
    .record(
      z.string(),
      z.strictObject({
        uid: z.number().default(950),
        group: z.string().default('kafka'),
        groups: z.array(z.string()).default([]),
        home: z.string().default('/nonexistent'),
        shell: z.string().default('/usr/sbin/nologin'),
        comment: z.string().default(''),
      }),
    )
    .default({}),
  groups: z.record(z.string(), z.number()).default({}),
  manager: z.enum(['systemd', 'sysv', 'openrc', 'none']).default('systemd'),
  units: z
    .record(
      z.string(),
      z.strictObject({
        load: z.string().default('loaded'),
        active: z.string().default('inactive'),
        enabled: z.string().default('disabled'),
        needsReload: z.boolean().default(false),
      }),
    )
    .default({}),
  /** What scripts print that ask the host, by what they are about; of several, that whose script holds a text. */
  outputs: z.record(z.string(), z.union([outputSchema, z.array(outputSchema)])).default({}),
  /** Without `ansible_`; a case that says none has none. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  listening: z.array(z.number()).default([]),
  /** Who looks. */
  user: z.enum(['root', 'admin']).default('root'),
  umask: z.number().default(0o022),
});

const controlSchema = z.strictObject({
  /** Files of the control machine by the name that the task uses, with the folder in which it is looked for. */
  files: z.record(z.string(), z.string()).default({}),
  archives: z
    .record(
      z.string(),
      z.union([
        z.strictObject({ error: z.string() }),
        z.strictObject({
          format: z.string().optional(),
          sha256: z.string().default('a'.repeat(64)),
          entries: z.record(z.string(), fileSchema).default({}),
        }),
      ]),
    )
    .default({}),
  /** Where files of the host come from that earlier tasks of the run wanted there, by path. */
  origins: z.record(z.string(), z.string()).default({}),
  /** What servers answer to HTTP requests, by URL. */
  responses: z
    .record(
      z.string(),
      z.union([
        z.strictObject({ error: z.string() }),
        z.strictObject({
          status: z.number().default(200),
          reason: z.string().default('OK'),
          headers: z.record(z.string(), z.string()).default({}),
          content: z.string().default(''),
        }),
      ]),
    )
    .default({}),
  /** Ports of other hosts, `host:port`. */
  ports: z.record(z.string(), z.boolean()).default({}),
});

const expectationSchema = z.strictObject({
  verdict: z.enum(['unchanged', 'change', 'failed', 'wrong']),
  /** All actions in order; each may leave fields out. */
  actions: z.array(z.record(z.string(), z.unknown())).optional(),
  diff: z.array(z.record(z.string(), z.unknown())).optional(),
  /** Fields that the result has; `null` for one that it must not have is written `~absent`. */
  result: z.record(z.string(), z.unknown()).optional(),
  /** The fields of the result that only the run can tell. */
  pending: z.array(z.string()).optional(),
  /** A part of each problem with the arguments, or of the failure. */
  problems: z.array(z.string()).optional(),
  warnings: z.array(z.string()).optional(),
  /** Where later tasks are told that files of the host come from, by path. */
  origins: z.record(z.string(), z.string()).optional(),
  /** The outcome of each action, and what is concluded from them. */
  outcomes: z
    .array(
      z.strictObject({ rc: z.number().default(0), stdout: z.string().default(''), stderr: z.string().default('') }),
    )
    .optional(),
  concluded: z.record(z.string(), z.unknown()).optional(),
  /** Done once more, it acts again: it is an order (`restarted`), not a state. */
  repeats: z.boolean().default(false),
});

export const caseSchema = z.strictObject({
  case: z.string(),
  arguments: z.record(z.string(), z.unknown()).nullable(),
  host: hostSchema.prefault({}),
  control: controlSchema.prefault({}),
  variables: z.record(z.string(), z.string()).default({}),
  conditions: z.record(z.string(), z.boolean()).default({}),
  /** Texts that count as secrets wherever they stand. */
  secrets: z.array(z.string()).default([]),
  verbosity: z.number().default(0),
  /** The task registers its result. */
  registers: z.boolean().default(false),
  expect: expectationSchema,
});

export type Case = z.infer<typeof caseSchema>;
export type CaseFile = z.infer<typeof fileSchema>;
