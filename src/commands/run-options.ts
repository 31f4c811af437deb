import { homedir } from 'node:os';
import type { z } from 'zod';
import { readAnsibleConfiguration } from '../config/ansible-cfg.ts';
import type { Io } from './io.ts';
import { readOptions } from './options.ts';
import { warn } from './warn.ts';

/**
 * Checks what the command line gave; what it did not give comes from the environment and `ansible.cfg`.
 * @throws InputError with every wrong option and setting
 */
export function readRunOptions<T extends z.ZodType>(io: Io, schema: T, flags: unknown): z.infer<T> {
  const { values, warnings } = readAnsibleConfiguration({
    environment: io.environment,
    folder: process.cwd(),
    home: io.environment.HOME ?? homedir(),
  });
  warn(io, warnings);
  return readOptions(schema, flags, values);
}
