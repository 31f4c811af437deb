import { spawnSync } from 'node:child_process';
import { BrokkrError } from '../errors.ts';
import type { Lookup } from '../jinja/environment.ts';
import { LookupOptions, textOf } from './options.ts';

const LARGEST_OUTPUT = 64 * 1024 * 1024;

/**
 * `pipe` and `lines`: what a command prints on the control machine. A template that can run programs is a program, so it
 * takes the user's word for it.
 */
export function programLookups(parts: {
  readonly allowed: boolean;
  readonly playbookDir: string;
}): Readonly<Record<string, Lookup>> {
  const output = (lookup: string, command: string): string => {
    if (!parts.allowed) {
      throw new BrokkrError(`the lookup ${lookup} would run a program here: ${command}`, {
        hint: 'when you trust the playbook and its variables, give --allow-pipe',
      });
    }
    const run = spawnSync('/bin/sh', ['-c', command], {
      cwd: parts.playbookDir,
      encoding: 'utf8',
      maxBuffer: LARGEST_OUTPUT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (run.error === undefined && run.status === 0) return run.stdout.trimEnd();
    const why =
      run.error?.message ?? (run.status === null ? `was ended by ${run.signal}` : `ended with status ${run.status}`);
    const said = run.stderr.trim() === '' ? undefined : run.stderr.trim();
    throw new BrokkrError(`the command of the lookup ${lookup} failed: ${command}: ${why}`, { hint: said });
  };
  return {
    pipe(terms, named) {
      new LookupOptions('pipe', named, []);
      return terms.map((term) => output('pipe', textOf(term, 'the command of pipe')));
    },
    lines(terms, named) {
      new LookupOptions('lines', named, []);
      return terms.flatMap((term) => {
        const text = output('lines', textOf(term, 'the command of lines'));
        return text === '' ? [] : text.split(/\r?\n/);
      });
    },
  };
}
