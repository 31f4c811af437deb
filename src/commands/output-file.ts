import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BrokkrError, errorText, InputError, type Problem } from '../errors.ts';

/** A file that the user wants to have written, and what it is to hold: `the plan`. */
export interface OutputFile {
  readonly what: string;
  readonly file: string | undefined;
}

/**
 * Told before any host is asked: what was long in the making must not be lost.
 * @throws InputError with every file that cannot be written
 */
export function checkWritable(...outputs: readonly OutputFile[]): void {
  const problems = outputs.flatMap(({ what, file }) => (file === undefined ? [] : problemOf(what, file)));
  if (problems.length > 0) throw new InputError(problems);
}

/** @throws BrokkrError when it cannot be written in spite of all */
export function writeOutput({ what, file }: OutputFile, text: string, mode = 0o644): void {
  if (file === undefined) return;
  try {
    writeFileSync(file, text, { mode });
  } catch (error) {
    throw new BrokkrError(`${what} cannot be written: ${errorText(error)}`, { hint: elsewhere });
  }
}

const elsewhere = 'give the name of a file in a folder that you may write to';

function problemOf(what: string, file: string): Problem[] {
  try {
    if (!existsSync(file)) accessSync(path.dirname(path.resolve(file)), constants.W_OK);
    else if (statSync(file).isDirectory())
      return [{ message: `${what} cannot be written: ${file} is a directory`, hint: 'give the name of a file' }];
    else accessSync(file, constants.W_OK);
    return [];
  } catch (error) {
    return [{ message: `${what} cannot be written: ${errorText(error)}`, hint: elsewhere }];
  }
}
