import { realpathSync } from 'node:fs';
import path from 'node:path';
import { defineFilter, type Filter } from '../jinja/environment.ts';
import { TemplateError } from '../jinja/error.ts';
import { globFiles } from './files.ts';
import { textOf } from './options.ts';

/** The filters that look at the control machine's files and environment; relative paths are those of the current folder. */
export const fileFilters: Readonly<Record<string, Filter>> = {
  realpath: defineFilter([], (input) => realPath(fromHere(textOf(input, 'a path')))),
  fileglob: defineFilter([], (input) => {
    const pattern = path.resolve(textOf(input, 'a pattern'));
    if (!/[*?[]/.test(path.dirname(pattern))) return globFiles(pattern, []);
    throw new TemplateError('fileglob: only the last part of the name can be a pattern', { hint: 'name the folder' });
  }),
  expandvars: defineFilter([], (input) => expandVariables(textOf(input, 'a path'))),
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

/** What is not set stays as it is written. */
function expandVariables(text: string): string {
  return text.replace(/\$(?:(\w+)|\{([^}]*)\})/g, (whole, plain, braced) => process.env[plain ?? braced] ?? whole);
}
