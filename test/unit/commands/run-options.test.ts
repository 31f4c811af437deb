import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sharedOptions } from '../../../src/commands/options.ts';
import { readRunOptions } from '../../../src/commands/run-options.ts';
import { fakeIo, useFolders } from './fake-io.ts';

const folderOf = useFolders();
const before = process.cwd();

afterEach(() => process.chdir(before));

describe('readRunOptions', () => {
  it('takes flags first, then ansible.cfg, then its own defaults', () => {
    const folder = folderOf({ 'ansible.cfg': '[defaults]\nforks = 7\nremote_user = bob\nbogus = 1\n' });
    const io = fakeIo({ environment: { ANSIBLE_CONFIG: path.join(folder, 'ansible.cfg'), HOME: folder } });
    const options = readRunOptions(io, sharedOptions, { user: 'alice', diff: undefined, keyFile: 'k' });
    expect(options).toMatchObject({ user: 'alice', forks: 7, privateKey: 'k', diff: false, hostKeyChecking: true });
    expect(io.err()).toMatch(/^warning: .*ansible\.cfg:4:1: settings that are not read here: bogus/);
  });

  it('refuses values that are out of bounds, wherever they come from', () => {
    const folder = folderOf({});
    const io = fakeIo({ environment: { ANSIBLE_FORKS: '0', HOME: folder } });
    process.chdir(folder);
    expect(() => readRunOptions(io, sharedOptions, {})).toThrow(/--forks/);
    expect(readRunOptions(io, sharedOptions, { forks: '3' }).forks).toBe(3);
  });

  it('knows the ways to become another user by both of their names', () => {
    const folder = folderOf({ 'ansible.cfg': '[privilege_escalation]\nbecome_method = ansible.builtin.su\n' });
    const io = fakeIo({ environment: { ANSIBLE_CONFIG: path.join(folder, 'ansible.cfg'), HOME: folder } });
    expect(readRunOptions(io, sharedOptions, {}).becomeMethod).toBe('su');
    expect(readRunOptions(io, sharedOptions, { becomeMethod: 'community.general.doas' }).becomeMethod).toBe('doas');
    expect(() => readRunOptions(io, sharedOptions, { becomeMethod: 'pbrun' })).toThrow(
      /--become-method: one of sudo, su, doas is wanted/,
    );
  });
});
