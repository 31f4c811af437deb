import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ version: z.string().optional(), optionalDependencies: z.record(z.string(), z.string()).optional() }),
    ),
  })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

// npm leaves out what its registry does not have, and `npm ci` then refuses the lock file on every machine.
test('the lock file names the optional packages of every platform', () => {
  const named = Object.keys(lock.packages);
  const missing = Object.entries(lock.packages).flatMap(([holder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !named.some((each) => each.endsWith(`node_modules/${name}`)))
      .map((name) => `${holder} → ${name}`),
  );
  expect(missing).toEqual([]);
});
