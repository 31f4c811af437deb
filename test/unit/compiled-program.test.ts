import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageFolder } from '../../src/package-folder.ts';

const code = `const path = require('node:path');
function sum(numbers) { return numbers.reduce((a, b) => a + b, 0); }
process.exitCode = Number(process.env.EXIT_CODE ?? 0);
process.stdout.write(path.basename(__filename) + ' ' + sum([1, 2, 3]));`;
const module = path.join(packageFolder(), 'src', 'compiled-program.ts');

let folder = '';
let cacheFolder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'brokkr-compiled-'));
  cacheFolder = path.join(folder, 'cache', 'code');
  writeFileSync(path.join(folder, 'program-1.cjs'), code);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program in a process of its own: what it printed. */
function run(part = 'plan', exitCode = 0): string {
  const options = JSON.stringify({ file: path.join(folder, 'program-1.cjs'), part, cacheFolder });
  const script = `import { runCompiled } from ${JSON.stringify(module)}; runCompiled(${options});`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    { cwd: packageFolder(), encoding: 'utf8', env: { ...process.env, EXIT_CODE: String(exitCode) } },
  );
  expect({ status, stderr }).toEqual({ status: exitCode, stderr: '' });
  return stdout;
}

const printed = 'program-1.cjs 6';
/** The part and the round of each file of the cache. */
const kept = (): string[] =>
  readdirSync(cacheFolder)
    .map((name) => name.replace(/^program-1-.*-/, ''))
    .sort();
const fileOf = (name: string): string =>
  path.join(cacheFolder, readdirSync(cacheFolder).find((each) => each.endsWith(name)) ?? name);

test('the code of the first runs of each part is kept, for the user alone, and then it is enough', () => {
  for (const round of [1, 2, 3, 3]) {
    expect(run()).toBe(printed);
    expect(kept()).toEqual([`plan.${round}`]);
  }
  expect(run('verify', 2)).toBe(printed);
  expect(kept()).toEqual(['plan.3', 'verify.1']);
  expect(statSync(fileOf('plan.3')).mode & 0o777).toBe(0o600);
  expect(statSync(cacheFolder).mode & 0o777).toBe(0o700);
});

test('nothing is kept of a run that failed', () => {
  expect(run('plan', 4)).toBe(printed);
  expect(() => kept()).toThrow('ENOENT');
});

/** Whole, but for what V8 wrote about itself at its start. */
function ofAnotherVersion(bytes: Buffer): Buffer {
  const compiled = Buffer.concat([Buffer.alloc(16, 7), bytes.subarray(32 + 16)]);
  return Buffer.concat([createHash('sha256').update(compiled).digest(), compiled]);
}

test.each([
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  ['of another version', ofAnotherVersion],
  [
    'damaged in the middle',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.alloc(bytes.length / 2, 7)]),
  ],
])('code that is %s is not used, and made anew', (_, change) => {
  for (let round = 1; round <= 2; round++) run();
  const file = fileOf('plan.2');
  writeFileSync(file, change(readFileSync(file)));
  expect(run()).toBe(printed);
  expect(kept()).toEqual(['plan.1']);
});

test('code that others may write is not used', () => {
  run();
  chmodSync(fileOf('plan.1'), 0o622);
  expect(run()).toBe(printed);
  expect(kept()).toEqual(['plan.1']);
  expect(statSync(fileOf('plan.1')).mode & 0o777).toBe(0o600);
});

test('old code goes when new code comes', () => {
  run('verify');
  utimesSync(fileOf('verify.1'), 1, 1);
  run();
  expect(kept()).toEqual(['plan.1']);
});

test('without a folder that can be written it runs as well', () => {
  mkdirSync(path.dirname(cacheFolder));
  writeFileSync(cacheFolder, 'a file');
  expect(run()).toBe(printed);
});
