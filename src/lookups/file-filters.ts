import { realpathSync } from 'node:fs';
import path from 'node:path';
import { defineFilter, type Filter } from '../jinja/environment.ts';
import { textOf } from './options.ts';

/** The filters that look at the control machine's file system; relative paths are those of the current folder. */
export const fileFilters: Readonly<Record<string, Filter>> = {
  realpath: defineFilter([], (input) => realPath(fromHere(textOf(input, 'a path')))),
};

/** Not normalized: what `..` leaves is where the link before it leads to. */
function fromHere(name: string): string {
  return path.isAbsolute(name) ? name : `${process.cwd()}/${name}`;
}

/** A path without links as far as it exists; what does not exist is taken as it is written. */
function realPath(name: string): string {
  try {
    return realpathSync(name);
  } catch {
    const above = path.dirname(name);
    return above === name ? name : path.join(realPath(above), path.basename(name));
  }
}
