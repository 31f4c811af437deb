import { expect, test } from 'vitest';
import { codeFolder } from '../../src/cache-folder.ts';

test('where nothing says which folder is the user’s, compiled code is not kept', () => {
  expect(codeFolder(() => '/home/me/.cache/brokkr')).toBe('/home/me/.cache/brokkr/code');
  expect(codeFolder(() => '.cache/brokkr')).toBeUndefined();
  const noAccount = (): never => {
    throw new Error('uv_os_homedir returned ENOENT');
  };
  expect(codeFolder(noAccount)).toBeUndefined();
});
