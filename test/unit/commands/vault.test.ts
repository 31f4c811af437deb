import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readOptions } from '../../../src/commands/options.ts';
import {
  decrypt,
  edit,
  encrypt,
  encryptString,
  rekey,
  type VaultOptions,
  vaultOptions,
  view,
} from '../../../src/commands/vault.ts';
import { decryptVault, encryptVault } from '../../../src/config/vault.ts';
import { parseYaml } from '../../../src/config/yaml.ts';
import { fakeIo, useFolders } from './fake-io.ts';

const folderOf = useFolders();
const at = { file: 'test', line: 1, column: 1 };
const pw = { id: undefined, secret: 'first word' };
let folder: string;
const file = (name: string): string => path.join(folder, name);
const text = (name: string): string => readFileSync(file(name), 'utf8');

function options(more: Record<string, unknown> = {}): VaultOptions {
  return readOptions(vaultOptions, { vaultPasswordFile: [file('pw')], ...more });
}

beforeEach(() => {
  folder = folderOf({
    pw: 'first word\n',
    pw2: 'second word\n',
    plain: 'clear text\n',
    sealed: encryptVault('x: 1\n', pw),
  });
});

describe('encrypt', () => {
  it('replaces a file by its vault, which only the owner can read', async () => {
    expect(await encrypt(fakeIo(), [file('plain')], options())).toBe(0);
    expect(text('plain')).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n/);
    expect(decryptVault(text('plain'), [pw], at)).toBe('clear text\n');
    expect(statSync(file('plain')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['plain', 'pw', 'pw2', 'sealed']);
  });

  it('writes the file behind a link', async () => {
    symlinkSync('plain', file('link'));
    await encrypt(fakeIo(), [file('link')], options());
    expect(text('plain')).toMatch(/^\$ANSIBLE_VAULT/);
    expect(readdirSync(folder)).toContain('link');
  });

  it('keeps bytes that are no text', async () => {
    const bytes = Buffer.from([0, 255, 254, 13, 10, 128]);
    writeFileSync(file('plain'), bytes);
    await encrypt(fakeIo(), [file('plain')], options());
    await decrypt(fakeIo(), [file('plain')], options());
    expect(readFileSync(file('plain')).equals(bytes)).toBe(true);
  });

  it('reads stdin and writes stdout', async () => {
    const io = fakeIo({ typed: 'typed' });
    await encrypt(io, [], options());
    expect(decryptVault(io.out(), [pw], at)).toBe('typed');
  });

  it('names the vault id in the header, and encrypts with its password', async () => {
    const ids = { vaultPasswordFile: [], vaultId: [`dev@${file('pw')}`, `prod@${file('pw2')}`] };
    await encrypt(fakeIo(), [file('plain')], options({ ...ids, encryptVaultId: 'prod' }));
    expect(text('plain')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
    expect(decryptVault(text('plain'), [{ id: undefined, secret: 'second word' }], at)).toBe('clear text\n');
    await expect(encrypt(fakeIo(), [file('pw')], options(ids))).rejects.toThrow(/say which encrypts/);
    await expect(encrypt(fakeIo(), [file('pw')], options({ ...ids, encryptVaultId: 'test' }))).rejects.toThrow(
      /no password for the vault-id test/,
    );
  });

  it('changes no file when one of them cannot be encrypted', async () => {
    await expect(encrypt(fakeIo(), [file('plain'), file('sealed')], options())).rejects.toThrow(
      /sealed is encrypted already/,
    );
    await expect(encrypt(fakeIo(), [file('plain'), file('absent')], options())).rejects.toThrow(
      /absent cannot be read/,
    );
    expect(text('plain')).toBe('clear text\n');
  });

  it.each([
    [{ vaultPasswordFile: [] }, /there is no terminal/],
    [{ vaultId: ['@x'] }, /names no id or no source/],
    [{ vaultId: ['dev@'] }, /names no id or no source/],
    [{ vaultId: ['dev@/nowhere'] }, /there is no such vault password file/],
  ])('refuses %j', async (more, message) => {
    await expect(encrypt(fakeIo(), [file('plain')], options(more))).rejects.toThrow(message);
  });

  it('does not put two files into one', async () => {
    await expect(encrypt(fakeIo(), [file('plain'), file('pw2')], options({ output: '-' }))).rejects.toThrow(/2 files/);
  });
});

describe('decrypt and view', () => {
  it('decrypts in place, and into another file', async () => {
    await decrypt(fakeIo(), [file('sealed')], options({ output: file('out') }));
    expect(text('out')).toBe('x: 1\n');
    expect(text('sealed')).toMatch(/^\$ANSIBLE_VAULT/);
    await decrypt(fakeIo(), [file('sealed')], options());
    expect(text('sealed')).toBe('x: 1\n');
  });

  it('prints the clear text', async () => {
    const io = fakeIo();
    await view(io, [file('sealed')], options());
    expect(io.out()).toBe('x: 1\n');
  });

  it('refuses what is no vault, what is damaged, and a wrong password', async () => {
    writeFileSync(file('damaged'), '$ANSIBLE_VAULT;1.1;AES256\n0123\n');
    await expect(view(fakeIo(), [file('plain')], options())).rejects.toThrow(/plain is not encrypted/);
    await expect(view(fakeIo(), [file('damaged')], options())).rejects.toThrow(/is damaged/);
    await expect(view(fakeIo(), [file('sealed')], options({ vaultPasswordFile: [file('pw2')] }))).rejects.toThrow(
      /no vault password fits/,
    );
  });
});

describe('edit', () => {
  const editor = (body: string): string => {
    writeFileSync(file('editor'), `#!/bin/sh\n${body}\n`);
    chmodSync(file('editor'), 0o755);
    return file('editor');
  };

  it('encrypts what the editor saved, with mode and vault id as before', async () => {
    writeFileSync(file('sealed'), encryptVault('x: 1\n', { id: 'prod', secret: 'first word' }));
    chmodSync(file('sealed'), 0o640);
    const seen = file('seen');
    const io = fakeIo({
      environment: { EDITOR: editor(`stat -c %a "$1" > ${seen}; echo "$1" >> ${seen}; echo y: 2 >> "$1"`) },
    });
    await edit(io, [file('sealed')], options());
    expect(text('sealed')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
    expect(decryptVault(text('sealed'), [pw], at)).toBe('x: 1\ny: 2\n');
    expect(statSync(file('sealed')).mode & 0o777).toBe(0o640);
    const [mode, place = ''] = text('seen').trim().split('\n');
    expect(mode).toBe('600');
    expect(existsSync(place)).toBe(false);
  });

  it('leaves a file as it is when nothing was changed, and when the editor failed', async () => {
    const before = text('sealed');
    await edit(fakeIo({ environment: { EDITOR: editor('true') } }), [file('sealed')], options());
    const failing = fakeIo({ environment: { EDITOR: editor('echo z > "$1"; exit 3') } });
    await expect(edit(failing, [file('sealed')], options())).rejects.toThrow(/ended with status 3/);
    expect(text('sealed')).toBe(before);
  });
});

describe('rekey', () => {
  it('gives a new password', async () => {
    await rekey(fakeIo(), [file('sealed')], options({ newVaultPasswordFile: file('pw2') }));
    expect(text('sealed')).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n/);
    expect(decryptVault(text('sealed'), [{ id: undefined, secret: 'second word' }], at)).toBe('x: 1\n');
    await rekey(
      fakeIo(),
      [file('sealed')],
      options({ vaultPasswordFile: [file('pw2')], newVaultId: `prod@${file('pw')}` }),
    );
    expect(text('sealed')).toMatch(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
  });

  it('changes no file when one has another password', async () => {
    writeFileSync(file('other'), encryptVault('y', { id: undefined, secret: 'third' }));
    const before = text('sealed');
    const changed = rekey(fakeIo(), [file('sealed'), file('other')], options({ newVaultPasswordFile: file('pw2') }));
    await expect(changed).rejects.toThrow(/other:1:1: no vault password fits/);
    expect(text('sealed')).toBe(before);
  });
});

describe('encrypt_string', () => {
  it('prints values that YAML reads back', async () => {
    const io = fakeIo({ typed: 'from stdin' });
    await encryptString(io, ['one word', 'two'], options({ name: ['a', 'b'], stdinName: 'c' }));
    const { node } = parseYaml(io.out(), 'printed', { decryptVault: (vault) => decryptVault(vault, [pw], at) });
    const entries = node?.kind === 'mapping' ? node.entries : [];
    expect(entries.map(({ key, value }) => [key, value.kind === 'scalar' ? value.value : undefined])).toEqual([
      ['c', 'from stdin'],
      ['a', 'one word'],
      ['b', 'two'],
    ]);
  });

  it('needs something to encrypt', async () => {
    await expect(encryptString(fakeIo(), [], options())).rejects.toThrow(/nothing to encrypt/);
  });
});
