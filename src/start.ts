#!/usr/bin/env node
import { createRequire } from 'node:module';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { codeFolder } from './cache-folder.ts';
import { runCompiled } from './compiled-program.ts';

/** The file that holds all of brokkr, which the build made; its name changes with what it holds. */
declare const PROGRAM: string;
const file = path.join(import.meta.dirname, PROGRAM);

// The V8 of Node 20 optimizes what has run for a while, at the cost of a quarter of all that a run of a second computes, and such
// a run ends before that pays. So it begins later, for those that are longer. Later ones have no such option, and less need of it.
// What is young is collected ten times before the space for it has grown to its size, by threads that are waited for: together
// a tenth of a short run. So it grows at once, and one thread is enough.
const flags = ['--interrupt-budget=500000', '--semi-space-growth-factor=16', '--no-parallel-scavenge'];
if (process.versions.v8.startsWith('11.')) for (const flag of flags) setFlagsFromString(flag);

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
