import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AnsibleConfiguration, readAnsibleConfiguration } from '../../../src/config/ansible-cfg.ts';
import { readConnection } from '../../../src/config/connection.ts';
import { loadInventory } from '../../../src/config/inventory/load.ts';
import { RunState } from '../../../src/config/variables/host-state.ts';
import { RunVariables } from '../../../src/config/variables/run-variables.ts';
import { formatProblem, type Problem } from '../../../src/errors.ts';
import { useFolders } from '../commands/fake-io.ts';

const folderOf = useFolders();
let folder: string;
let home: string;

beforeEach(() => {
  folder = folderOf({});
  home = path.join(folder, 'home');
  mkdirSync(home);
});

function read(environment: Record<string, string> = {}): AnsibleConfiguration {
  return readAnsibleConfiguration({ environment, folder, home });
}

function config(text: string): void {
  writeFileSync(path.join(folder, 'ansible.cfg'), text);
}

describe('ansible.cfg', () => {
  it('gives the values of options, with paths from its own folder', () => {
    config(`# everything that is read
[defaults]
inventory = a.yml , b
remote_user=bob ; not this
private_key_file = ~/k.pem
host_key_checking = off
forks: 7
timeout = 30
roles_path = roles:$HERE/more
gathering = explicit
vault_password_file = pw
vault_identity_list = dev@pw, prod@prompt
[privilege_escalation]
become = yes
become_user = kafka
become_ask_pass = False
[ssh_connection]
ssh_args = -o ControlMaster=auto
  -o ControlPersist=60s
pipelining = True
[diff]
always = true
[tags]
run = a, b
`);
    const { values, warnings } = read({ HERE: '/here' });
    expect(values).toEqual({
      inventory: [path.join(folder, 'a.yml'), path.join(folder, 'b')],
      user: 'bob',
      privateKey: path.join(home, 'k.pem'),
      hostKeyChecking: false,
      forks: 7,
      timeout: 30,
      configFile: path.join(folder, 'ansible.cfg'),
      rolesPath: [path.join(folder, 'roles'), '/here/more'],
      gathering: 'explicit',
      vaultPasswordFile: [path.join(folder, 'pw')],
      vaultId: [`dev@${path.join(folder, 'pw')}`, 'prod@prompt'],
      become: true,
      becomeUser: 'kafka',
      askBecomePass: false,
      sshArgs: '-o ControlMaster=auto\n-o ControlPersist=60s',
      diff: true,
      tags: ['a', 'b'],
    });
    expect(warnings).toEqual([]);
  });

  it('is weaker than the environment', () => {
    config('[defaults]\nforks = 7\nremote_user = bob\n');
    const environment = { ANSIBLE_FORKS: '9', ANSIBLE_INVENTORY: 'h1,h2,', ANSIBLE_REMOTE_USER: '' };
    expect(read(environment).values).toMatchObject({ forks: 9, inventory: ['h1,h2,'], user: 'bob' });
  });

  it('is the first of the places that has one', () => {
    const of = (environment: Record<string, string> = {}) => read(environment).values.user;
    expect(of()).toBeUndefined();
    writeFileSync(path.join(home, '.ansible.cfg'), '[defaults]\nremote_user = of-home\n');
    expect(of()).toBe('of-home');
    config('[defaults]\nremote_user = of-folder\n');
    expect(of()).toBe('of-folder');
    mkdirSync(path.join(folder, 'other'));
    writeFileSync(path.join(folder, 'other/ansible.cfg'), '[defaults]\nremote_user = named\n');
    expect(of({ ANSIBLE_CONFIG: path.join(folder, 'other') })).toBe('named');
    expect(of({ ANSIBLE_CONFIG: 'other/ansible.cfg' })).toBe('named');
    expect(of({ ANSIBLE_CONFIG: '/nowhere' })).toBe('of-folder');
  });

  it('is not read from a folder that everybody may write', () => {
    config('[defaults]\nremote_user = mallory\n');
    chmodSync(folder, 0o777);
    const { values, warnings } = read();
    expect(values).toEqual({});
    expect(warnings.map(formatProblem).join('\n')).toMatch(/everybody may write[\s\S]*chmod o-w/);
    expect(read({ ANSIBLE_CONFIG: path.join(folder, 'ansible.cfg') }).values.user).toBe('mallory');
  });

  it('names what is not read once, and says nothing of looks', () => {
    config('[defaults]\nnocows = 1\nbogus = 1\nstdout_callback = yaml\n\n[galaxy]\nserver = x\n');
    expect(read().warnings.map(formatProblem)).toEqual([
      `${path.join(folder, 'ansible.cfg')}:3:1: settings that are not read here: bogus (line 3), galaxy.server (line 7)`,
    ]);
  });

  it.each([
    ['[defaults]\nforks = many', /forks: must be a whole number, not 'many'/],
    ['[defaults]\nask_pass = perhaps', /ansible\.cfg:2:1: ask_pass: must be true or false, not 'perhaps'/],
    ['[defaults]\nhash_behaviour = merge', /hash_behaviour = merge is not supported[\s\S]*combine/],
    ['[defaults]\nstrategy = free', /strategy = free is not supported/],
    ['forks = 5', /neither a \[section\] nor name = value/],
    ['[defaults]\nforks', /neither a \[section\] nor name = value/],
  ])('refuses %j', (text, message) => {
    config(text);
    expect(() => read()).toThrow(message);
  });

  it('tells all that is wrong at once', () => {
    config('[defaults]\nforks = many\nstrategy = free\n');
    expect(() => read()).toThrow(/forks[\s\S]*strategy/);
    expect(() => read({ ANSIBLE_HASH_BEHAVIOUR: 'merge' })).toThrow(/hash_behaviour = merge/);
  });
});

describe('connection settings of ansible.cfg', () => {
  async function connection(
    variables: string,
    defaults: Parameters<typeof readConnection>[1],
    problems: Problem[] = [],
  ) {
    writeFileSync(path.join(folder, 'hosts.yml'), `all: {hosts: {h1: {${variables}}}}\n`);
    const inventory = await loadInventory([path.join(folder, 'hosts.yml')]);
    const state = new RunState(() => undefined);
    const run = { inventory, extraVars: [], playbookDir: folder, checkMode: false, diffMode: false };
    const all = new RunVariables({ ...run, stateOf: state.stateOf, revision: () => 0 });
    return readConnection(all.hostScope('h1'), defaults, problems);
  }

  it('are weaker than variables', async () => {
    const defaults = { hostKeyChecking: false, port: 2222, sshArgs: '-o User=of-args', user: 'of-flag' };
    expect(await connection('', defaults)).toMatchObject({ hostKeyChecking: 'no', port: 2222, user: 'of-args' });
    const own = 'ansible_host_key_checking: true, ansible_port: 22, ansible_ssh_args: ""';
    expect(await connection(own, defaults)).toMatchObject({ hostKeyChecking: 'yes', port: 22, user: 'of-flag' });
    expect(await connection('ansible_host_key_checking: false', {})).toMatchObject({ hostKeyChecking: 'no' });
  });

  it('stand where Ansible puts them among the arguments of ssh', async () => {
    const checks = (word: string) => `ansible_ssh_args: "-o StrictHostKeyChecking=${word}"`;
    expect(await connection(checks('yes'), { hostKeyChecking: false })).toMatchObject({ hostKeyChecking: 'yes' });
    expect(await connection(checks('false'), {})).toMatchObject({ hostKeyChecking: 'no' });
    const keys = 'ansible_ssh_common_args: -i a, ansible_ssh_private_key_file: b';
    expect(await connection(keys, {})).toMatchObject({ sshCall: { required: true } });
    expect(await connection('ansible_ssh_private_key_file: b', {})).toMatchObject({ sshCall: { required: false } });
  });

  it.each(['ansible_timeout: abc', 'ansible_timeout: 0', 'ansible_ssh_args: "-o ConnectTimeout=1m"'])(
    'a timeout that is none is a problem: %s',
    async (variables) => {
      const problems: Problem[] = [];
      await connection(variables, {}, problems);
      expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('number of seconds above 0')]);
    },
  );
});
