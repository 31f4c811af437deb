import { expect, it } from 'vitest';
import { missingDefaults } from '../../../src/commands/missing-defaults.ts';

const undefinedNames = (...names: string[]) => names.map((name) => ({ message: `'${name}' is undefined` }));

it('tells where the variables of the playbooks that ship are set, where many of them are missing', () => {
  const problems = undefinedNames('kafka_user', 'kafka_user', 'install_dir', 'java_home', 'my_own');
  expect(missingDefaults(problems)).toMatch(/^3 of these variables .*'brokkr init FOLDER'/);
});

it('says nothing of a name that is misspelt, nor of names that are not ours', () => {
  expect(missingDefaults(undefinedNames('kafka_user', 'install_dir'))).toBeUndefined();
  expect(missingDefaults(undefinedNames('a', 'b', 'c', 'kafka_user'))).toBeUndefined();
  expect(missingDefaults([{ message: 'no such file' }])).toBeUndefined();
});
