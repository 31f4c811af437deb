import type { z } from 'zod';

/** Rules between arguments. They are checked also when single arguments are wrong, so that all problems show at once. */
type Rule = (
  given: Readonly<Record<string, unknown>>,
) => { readonly name?: string; readonly message: string } | undefined;

/** The schema with rules between its arguments. */
export function withRules<Schema extends z.ZodObject>(schema: Schema, rules: readonly Rule[]): Schema {
  const check = (given: z.output<Schema>, context: z.RefinementCtx): void => {
    for (const rule of rules) {
      const broken = rule(given);
      if (broken === undefined) continue;
      const path = broken.name === undefined ? [] : [broken.name];
      context.addIssue({ code: 'custom', message: broken.message, path });
    }
  };
  return schema.superRefine(check, { when: () => true });
}

/** At most one of the arguments is given. */
export function mutuallyExclusive(...names: readonly string[]): Rule {
  return (given) => {
    const both = names.filter((name) => given[name] !== undefined);
    if (both.length < 2) return undefined;
    return { name: both[1] ?? '', message: `${both.join(' and ')} exclude each other` };
  };
}

/** At least one of the arguments is given. */
export function requiredOneOf(...names: readonly string[]): Rule {
  return (given) =>
    names.some((name) => given[name] !== undefined) ? undefined : { message: `one of ${names.join(', ')} is required` };
}

/** `other` is given too when the condition holds. */
export function requiredIf(
  name: string,
  condition: (given: Readonly<Record<string, unknown>>) => boolean,
  why: string,
): Rule {
  return (given) =>
    condition(given) && given[name] === undefined ? { name, message: `it is required when ${why}` } : undefined;
}
