import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkWritable, writeOutput } from '../../../src/commands/output-file.ts';
import { BrokkrError, InputError } from '../../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'brokkr-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('files that the user wants written', () => {
  test('every one that cannot be written is told before anything is done', () => {
    const error = thrown(() =>
      checkWritable(
        { what: 'the plan', file: join(folder, 'none', 'plan.json') },
        { what: 'the timeline', file: folder },
        { what: 'the trace', file: undefined },
        { what: 'the report', file: join(folder, 'report.html') },
      ),
    );
    expect(error).toBeInstanceOf(InputError);
    expect(error instanceof InputError ? error.problems.map(({ message }) => message) : []).toEqual([
      expect.stringMatching(/^the plan cannot be written: ENOENT/),
      `the timeline cannot be written: ${folder} is a directory`,
    ]);
  });

  test('is written with its mode', () => {
    const file = join(folder, 'plan.json');
    writeOutput({ what: 'the plan', file }, '{}\n', 0o600);
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['{}\n', 0o600]);
  });

  test('one that has become impossible meanwhile is a failure, not a bug', () => {
    const error = thrown(() => writeOutput({ what: 'the plan', file: join(folder, 'none', 'plan.json') }, '{}'));
    expect(error).toBeInstanceOf(BrokkrError);
    expect(error).not.toBeInstanceOf(InputError);
  });
});

function thrown(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
