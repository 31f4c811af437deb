import { z } from 'zod';
import { InputError } from '../errors.ts';
import { becomeMethods } from '../transport/target.ts';

/** A list option that may be given several times, each with commas: `-t a,b -t c`. */
const list = z
  .array(z.string())
  .default([])
  .transform((values) =>
    values
      .flatMap((value) => value.split(','))
      .map((value) => value.trim())
      .filter((value) => value !== ''),
  );

/** A whole number within bounds, whatever is wrong with what was given. */
export function wholeNumber(least: number, most: number) {
  const message = `a whole number from ${least} to ${most} is wanted`;
  return z.coerce.number(message).int(message).min(least, message).max(most, message);
}

/** Seconds, whatever is wrong with what was given. */
export function secondsNumber(more = 'more than 0') {
  const message = `a number of seconds is wanted, ${more}`;
  return z.coerce.number(message).positive(message);
}

/** The flags that the verbs share, under Ansible's names. */
export const sharedOptions = z.object({
  inventory: z.array(z.string()).default([]),
  limit: z.string().optional(),
  tags: list,
  skipTags: list,
  extraVars: z.array(z.string()).default([]),
  forks: wholeNumber(1, 1000).default(50),
  check: z.boolean().default(false),
  diff: z.boolean().default(false),
  become: z.boolean().default(false),
  becomeUser: z.string().optional(),
  becomeMethod: z.preprocess(
    (given) => (typeof given === 'string' ? given.replace(/^(ansible\.builtin|community\.general)\./, '') : given),
    z.enum(becomeMethods, `one of ${becomeMethods.join(', ')} is wanted`).optional(),
  ),
  askBecomePass: z.boolean().default(false),
  askPass: z.boolean().default(false),
  user: z.string().optional(),
  privateKey: z.string().optional(),
  timeout: secondsNumber().optional(),
  acceptNewHostKeys: z.boolean().default(false),
  hostKeyChecking: z.boolean().default(true),
  remotePort: z.number().int().min(1).max(65535).optional(),
  sshArgs: z.string().optional(),
  sshCommonArgs: z.string().optional(),
  sshExtraArgs: z.string().optional(),
  rolesPath: z.array(z.string()).default([]),
  gathering: z.enum(['implicit', 'explicit', 'smart']).default('implicit'),
  configFile: z.string().optional(),
  vaultPasswordFile: z.array(z.string()).default([]),
  vaultId: z.array(z.string()).default([]),
  askVaultPass: z.boolean().default(false),
  forceUnlock: z
    .string()
    .regex(/^[0-9a-f]{8,32}$/, 'the run that the message about the lock names is wanted')
    .optional(),
  forceHandlers: z.boolean().default(false),
  startAtTask: z.string().optional(),
  archives: z.array(z.string()).default([]),
  bundle: z.string().optional(),
  json: z.boolean().default(false),
  allowPipe: z.boolean().default(false),
  yes: z.boolean().default(false),
  verbose: z.number().default(0),
  timings: z.boolean().default(false),
  profile: z.string().optional(),
});

export type SharedOptions = z.infer<typeof sharedOptions>;

/** What is only told of a playbook, without a look at any host. */
export const listingOptions = z.object({
  listHosts: z.boolean().default(false),
  listTasks: z.boolean().default(false),
  listTags: z.boolean().default(false),
  syntaxCheck: z.boolean().default(false),
});

export type ListingOptions = z.infer<typeof listingOptions>;

export function isListing({ listHosts, listTasks, listTags, syntaxCheck }: ListingOptions): boolean {
  return listHosts || listTasks || listTags || syntaxCheck;
}

/** Commander names an option after its last long flag; the schemas know Ansible's first one. */
function namedOptions(flags: unknown): Record<string, unknown> {
  const values: Record<string, unknown> =
    typeof flags === 'object' && flags !== null ? Object.fromEntries(Object.entries(flags)) : {};
  for (const [from, to] of [
    ['keyFile', 'privateKey'],
    ['vaultPassFile', 'vaultPasswordFile'],
  ] as const) {
    if (values[from] !== undefined) values[to] = values[from];
    delete values[from];
  }
  return values;
}

/**
 * Checks what the command line gave.
 * @param weaker what holds where a flag was not given
 * @throws InputError with every wrong option
 */
export function readOptions<T extends z.ZodType>(
  schema: T,
  flags: unknown,
  weaker: Readonly<Record<string, unknown>> = {},
): z.infer<T> {
  const given = Object.entries(namedOptions(flags)).filter(([, value]) => value !== undefined);
  const parsed = schema.safeParse({ ...weaker, ...Object.fromEntries(given) });
  if (parsed.success) return parsed.data;
  throw new InputError(
    parsed.error.issues.map((issue) => ({
      message: `--${String(issue.path[0] ?? '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${issue.message}`,
      hint: 'without it the usual value holds; --help, behind the verb, tells what each option takes',
    })),
  );
}
