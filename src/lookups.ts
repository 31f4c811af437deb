import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BrokkrError } from './errors.ts';
import type { Environment, Lookup } from './jinja/environment.ts';
import { createEnvironment } from './jinja/standard.ts';
import { toText } from './jinja/values/text.ts';

/** What expressions can name: the standard filters and tests, and the lookups that read the control machine. */
export function makeEnvironment(playbookDir: string): Environment {
  const env: Lookup = (terms) => terms.map((term) => process.env[toText(term)] ?? '');
  const file: Lookup = (terms) => terms.map((term) => readLocal(toText(term), playbookDir).replace(/\s+$/, ''));
  return createEnvironment({ lookups: { env, file } });
}

function readLocal(name: string, playbookDir: string): string {
  const places = path.isAbsolute(name) ? [name] : [path.join(playbookDir, 'files', name), path.join(playbookDir, name)];
  for (const place of places) {
    try {
      return readFileSync(place, 'utf8');
    } catch {
      // The next place is tried; when none has it, all are named.
    }
  }
  throw new BrokkrError(`the lookup file found no ${name}`, { hint: `looked for ${places.join(' and ')}` });
}
