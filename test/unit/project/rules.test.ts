import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** What is committed, or would be: everything that git does not ignore. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(root, file)));

const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** `file:line: the line` of every line that the pattern is in. */
function findings(among: readonly string[], pattern: RegExp): string[] {
  return among.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
}

const sources = files.filter((file) => /^src\/.*\.ts$/.test(file));
const codeAndText = files.filter((file) => /\.(ts|mjs|json|ya?ml|md|hbs|j2|sh)$/.test(file) || file.startsWith('.ci/'));

test('the rules look at something', () => {
  expect(sources.length).toBeGreaterThan(200);
  expect(findings(['package.json'], /"name": "brokkr"/)).toHaveLength(1);
});

test('no program is longer than 300 lines', () => {
  const programs = files.filter((file) => /\.(ts|mjs)$/.test(file));
  const long = programs.map((file) => `${file}: ${textOf(file).split('\n').length - 1}`);
  expect(long.filter((entry) => Number(entry.split(': ')[1]) > 300)).toEqual([]);
});

test.each([
  ['console', /\bconsole\.(debug|dir|error|info|log|table|trace|warn)\b(?!')/],
  ['type check that is switched off', /@ts-(ignore|nocheck|expect-error)|biome-ignore-all/],
  ['type any', /(:|<|\bas) any\b(?! \w)/],
  ['process that ends anywhere but in cli.ts', /\bprocess\.exit\(/],
  ['deadline that garbage collection may take away (use within)', /AbortSignal\.timeout\(/],
])('in src there is no %s', (_name, pattern) => {
  expect(findings(sources, pattern)).toEqual([]);
});

test.each([
  ['host of a package registry', /registry\.[a-z]+js\.org|npm\.pkg\.|registry\.yarn/],
  ['path of the machine that it was written on', /(^|[\s"'`(=])\/(w[o]rk|r[o]ot|h[o]me\/\w+)\/(main|shared|setup)\b/],
])('nothing names a %s', (_name, pattern) => {
  expect(findings(codeAndText, pattern)).toEqual([]);
});

test('the lock file says what is installed, not from where', () => {
  expect(findings(['package-lock.json'], /"resolved": "(?!file:)/)).toEqual([]);
});
