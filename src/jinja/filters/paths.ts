import { homedir } from 'node:os';
import { posix } from 'node:path';
import { defineFilter, type Filter } from '../environment.ts';
import { TemplateError } from '../error.ts';
import { PyTuple, type Value } from '../value.ts';
import { iterate } from '../values/sequence.ts';
import { typeName } from '../values/types.ts';

/** Filters on POSIX paths that never look at a file system. */
export const pathFilters: Readonly<Record<string, Filter>> = {
  basename: defineFilter([], (input) => afterLastSlash(pathText(input))),
  dirname: defineFilter([], (input) => directory(pathText(input))),
  splitext: defineFilter([], (input) => splitExtension(pathText(input))),
  path_join: defineFilter([], (input) => joinPaths(typeof input === 'string' ? [input] : iterate(input).map(pathText))),
  normpath: defineFilter([], (input) => normalize(pathText(input))),
  relpath: defineFilter(['start'], (input, args) => relative(pathText(input), args.text('start', '.'))),
  commonpath: defineFilter([], (input) => commonPath(iterate(input).map(pathText))),
  expanduser: defineFilter([], (input) => expandUser(pathText(input))),
};

function pathText(value: Value): string {
  if (typeof value === 'string') return value;
  throw new TemplateError(`a path is text, not ${typeName(value)}`);
}

function afterLastSlash(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function directory(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '');
}

function splitExtension(path: string): Value {
  const name = afterLastSlash(path);
  const dot = name.lastIndexOf('.');
  const found = dot > 0 && !/^\.*$/.test(name.slice(0, dot)) ? name.slice(dot) : '';
  return new PyTuple([path.slice(0, path.length - found.length), found]);
}

function joinPaths(parts: readonly string[]): string {
  return parts.reduce((path, part) => {
    if (part.startsWith('/') || path === '') return part;
    return path.endsWith('/') ? path + part : `${path}/${part}`;
  }, '');
}

function normalize(path: string): string {
  if (path === '') return '.';
  const normal = posix.normalize(path).replace(/(?<=[^/])\/+$/, '');
  // POSIX leaves the meaning of exactly two leading slashes to the system, so they stay.
  return /^\/\/(?!\/)/.test(path) && !normal.startsWith('//') ? `/${normal}` : normal;
}

function relative(path: string, start: string): string {
  if (path === '') throw new TemplateError('relpath: the path is empty');
  return posix.relative(posix.resolve(start), posix.resolve(path)) || '.';
}

function commonPath(paths: readonly string[]): string {
  const [first] = paths;
  if (first === undefined) throw new TemplateError('commonpath needs at least one path');
  if (new Set(paths.map((path) => path.startsWith('/'))).size > 1) {
    throw new TemplateError('commonpath cannot mix absolute and relative paths');
  }
  const split = paths.map((path) => path.split('/').filter((part) => part !== '' && part !== '.'));
  const [head = []] = split;
  const end = head.findIndex((part, i) => split.some((parts) => parts[i] !== part));
  return (first.startsWith('/') ? '/' : '') + head.slice(0, end < 0 ? head.length : end).join('/');
}

function expandUser(path: string): string {
  return path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path;
}
