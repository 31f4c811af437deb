import { expect, test } from 'vitest';
import { noStateError } from '../../../src/apply/no-state.ts';

test('the hint names the folder that is in use', () => {
  const about = (told: string): string => {
    const error = noStateError('h1', told);
    return `${error.message} -> ${error.hint}`;
  };
  expect(about('/tmp/brokkr-7\nmallory symbolic link\n\n')).toMatch(
    /in \/tmp\/brokkr-7: that is a symbolic link of mallory -> .*ls -ld \/tmp\/brokkr-7;/,
  );
  expect(about('/var/lib/brokkr\n\nmkdir: No space left on device\n')).toMatch(
    /\/var\/lib\/brokkr cannot be made or written there: mkdir: No space left on device -> .*df -h \/var\/lib;/,
  );
  expect(about("/home/it's/.local/state/brokkr\n")).toMatch(/written there -> .*df -h '\/home\/it'\\''s';/);
});
