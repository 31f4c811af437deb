import { lstatSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { defineTest, type Test } from '../jinja/environment.ts';
import type { Value } from '../jinja/value.ts';
import { textOf } from './options.ts';

const file = look((name) => statSync(name, { throwIfNoEntry: false })?.isFile() === true);
const directory = look((name) => statSync(name, { throwIfNoEntry: false })?.isDirectory() === true);
const link = look((name) => lstatSync(name, { throwIfNoEntry: false })?.isSymbolicLink() === true);
const exists = look((name) => statSync(name, { throwIfNoEntry: false }) !== undefined);
const linkExists = look((name) => lstatSync(name, { throwIfNoEntry: false }) !== undefined);
const mount = look(isMount);
const sameFile = defineTest(['!other'], (input, args) => realOf(input) === realOf(args.value('other')));

/** The tests that look at the control machine's file system; relative paths are those of the current folder. */
export const fileTests: Readonly<Record<string, Test>> = {
  file,
  is_file: file,
  directory,
  is_dir: directory,
  link,
  is_link: link,
  exists,
  link_exists: linkExists,
  mount,
  is_mount: mount,
  same_file: sameFile,
  is_same_file: sameFile,
};

function look(test: (name: string) => boolean): Test {
  return defineTest([], (input) => {
    try {
      return test(nameOf(input));
    } catch (error) {
      // A file below a file, or in a folder that may not be entered, is not there.
      if (error instanceof Error && 'code' in error) return false;
      throw error;
    }
  });
}

function nameOf(input: Value): string {
  const name = textOf(input, 'a path');
  return name === '~' || name.startsWith('~/') ? path.join(homedir(), name.slice(1)) : name;
}

function realOf(input: Value): string {
  try {
    return realpathSync(nameOf(input));
  } catch {
    return path.resolve(nameOf(input));
  }
}

/** A folder on another device than its parent, or its own parent, is where something is mounted. */
function isMount(name: string): boolean {
  const own = lstatSync(name, { throwIfNoEntry: false });
  if (own === undefined || own.isSymbolicLink()) return false;
  const above = lstatSync(path.join(name, '..'));
  return own.dev !== above.dev || own.ino === above.ino;
}
