import { expect, it } from 'vitest';
import { failureLines } from '../../../src/report/failure-text.ts';
import { closingSentence } from '../../../src/report/recap.ts';
import { createStyle } from '../../../src/report/style.ts';
import { recapOf } from './recording.ts';

const style = createStyle(false);
const at = { file: 'site.yml', line: 3, column: 7 };

it('an output that is the message is told once, and only its end', () => {
  const text = Array.from({ length: 40 }, (_, index) => `tar: ${index}: No space left on device`).join('\n');
  const lines = failureLines({ message: text, rc: 2, stderr: `${text}\n` }, at, style);
  expect(lines.slice(0, 2)).toEqual(['at site.yml:3:7', '… the last 15 of 40 lines:']);
  expect(lines.at(-1)).toBe('exit code: 2');
  expect(lines.filter((line) => line.includes('tar: 39:'))).toHaveLength(1);
  expect(lines).toHaveLength(18);
});

it('the closing sentence tells the first failure only of the hosts that had it', () => {
  const failed = { failed: 1, changed: 0 };
  const hosts = ['s1', 's2', 's3'].map((host) => ({ ...recapOf(host), ...failed }));
  const failure = { hosts: ['s3'], task: 'Unpack', at, message: 'Read-only file system' };
  expect(closingSentence({ hosts, seconds: 1 }, { style, failure, checkMode: false })).toContain(
    's3 failed: Unpack (site.yml:3:7): Read-only file system; s1 s2 failed, too',
  );
});
