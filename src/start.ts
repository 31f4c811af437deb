#!/usr/bin/env node
import { createRequire } from 'node:module';
import path from 'node:path';
import { codeFolder } from './cache-folder.ts';
import { runCompiled } from './compiled-program.ts';

/** The file that holds all of brokkr, which the build made; its name changes with what it holds. */
declare const PROGRAM: string;
const file = path.join(import.meta.dirname, PROGRAM);

// With options of its own (a debugger, a profile, source maps), or where it shall not, Node loads the file by itself.
const isPlain =
  process.execArgv.length > 0 || Boolean(process.env.NODE_OPTIONS || process.env.NODE_DISABLE_COMPILE_CACHE);
const cacheFolder = isPlain ? undefined : codeFolder();
if (cacheFolder === undefined) createRequire(import.meta.url)(file);
else {
  const [, , verb = ''] = process.argv;
  const part = /^[a-z]+(-[a-z]+)*$/.test(verb) ? verb : 'brokkr';
  runCompiled({ file, part, cacheFolder });
}
