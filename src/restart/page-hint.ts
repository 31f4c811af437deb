import type { Problem } from '../errors.ts';

/** Leads to the page that tells by which variables and groups a cluster is known. */
export const pageHint =
  'see docs/your-own-roles.md of brokkr: it says which variables make known a cluster that your own or public roles have set up';

/** Problems of which several lead to that page, with the hint at the last of them only. */
export function hintOnce(problems: readonly Problem[]): readonly Problem[] {
  const last = problems.findLastIndex(({ hint }) => hint === pageHint);
  return problems.map((problem, index) => {
    if (problem.hint !== pageHint || index === last) return problem;
    const { hint: _, ...rest } = problem;
    return rest;
  });
}
