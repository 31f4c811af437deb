import { expect, it } from 'vitest';
import { inColumns } from '../../../src/commands/demo.ts';
import { ownName } from '../../../src/commands/own-name.ts';
import { fakeIo } from './fake-io.ts';

it('tells commands in columns, whatever their length', () => {
  expect(
    inColumns([
      ['brokkr lab down', 'remove it all'],
      ['brokkr provision -i lab.yml', 'again'],
    ]),
  ).toEqual(['  brokkr lab down              remove it all', '  brokkr provision -i lab.yml  again']);
});

it('calls itself as it was called', () => {
  expect(ownName(fakeIo())).toBe('brokkr');
  expect(ownName(fakeIo({ environment: { npm_command: 'exec' } }))).toBe('npx brokkr');
  const io = fakeIo({ environment: { npm_command: 'exec', npm_config_local_prefix: '/src/brokkr' } });
  expect(ownName(io, '/src/brokkr/my-cluster')).toBe('npx brokkr');
  expect(ownName(io, '/home/op/my cluster')).toBe('npx --prefix /src/brokkr brokkr');
});
