import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decryptVault, encryptVault, vaultDecrypter } from '../../../src/config/vault.ts';
import { readVaultPassword } from '../../../src/config/vault-password.ts';
import { parseYaml } from '../../../src/config/yaml.ts';
import { InputError } from '../../../src/errors.ts';
import { readRecords } from '../../differential/records.ts';

const at = { file: 'secret.yml', line: 3, column: 9 };
const vaults = z
  .array(z.object({ clear: z.string(), password: z.string(), id: z.string().nullable(), vault: z.string() }))
  .parse(readRecords('vault/vaults.jsonl'));

/** The salt that a vault was made with. */
function saltOf(vault: string): Buffer {
  const inner = Buffer.from(vault.split('\n').slice(1).join(''), 'hex').toString('ascii');
  return Buffer.from(inner.split('\n')[0] ?? '', 'hex');
}

describe.each(vaults)('a vault of ansible-vault: $clear, id $id', ({ clear, password, id, vault }) => {
  const key = { id: id ?? undefined, secret: password };

  test('is decrypted', () => {
    expect(decryptVault(vault, [key], at)).toBe(clear);
  });

  test('comes out the same from the same salt', () => {
    expect(encryptVault(clear, key, saltOf(vault))).toBe(vault);
  });
});

describe('passwords', () => {
  const vault = encryptVault('clear', { id: 'prod', secret: 'right' });

  test('every one is tried, whatever its vault-id', () => {
    const passwords = [
      { id: 'prod', secret: 'wrong' },
      { id: 'dev', secret: 'right' },
    ];
    expect(decryptVault(vault, passwords, at)).toBe('clear');
  });

  test('a wrong one is an error with the place, the id and the option, and without the password', () => {
    expect(() => decryptVault(vault, [{ id: undefined, secret: 'wr0ng' }], at)).toThrow(InputError);
    expect(() => decryptVault(vault, [{ id: undefined, secret: 'wr0ng' }], at)).toThrow(
      /^secret\.yml:3:9: no vault password fits .*prod.*\n.*--vault-password-file/,
    );
    expect(() => decryptVault(vault, [{ id: undefined, secret: 'wr0ng' }], at)).not.toThrow(/wr0ng/);
  });

  test('a changed byte is never decrypted', () => {
    const lines = vault.split('\n');
    const last = lines.at(-2) ?? '';
    lines[lines.length - 2] = `${last.slice(0, -2)}${last.endsWith('30') ? '31' : '30'}`;
    expect(() => decryptVault(lines.join('\n'), [{ id: undefined, secret: 'right' }], at)).toThrow(
      'no vault password fits',
    );
  });

  test.each([
    ['$ANSIBLE_VAULT;1.1;AES256\nzz\n', 'damaged'],
    ['$ANSIBLE_VAULT;1.1;AES256\n', 'damaged'],
    ['$ANSIBLE_VAULT;1.0;AES\n3132\n', 'format 1.0'],
    ['$ANSIBLE_VAULT;nonsense', 'no vault'],
  ])('%j is refused', (text, reason) => {
    expect(() => decryptVault(text, [{ id: undefined, secret: 'x' }], at)).toThrow(reason);
  });
});

describe('in YAML', () => {
  const password = { id: undefined, secret: 'pw' };

  test('an inline value is decrypted and marked', () => {
    const indented = encryptVault('s3cret', password).trimEnd().replaceAll('\n', '\n  ');
    const { node } = parseYaml(`a: !vault |\n  ${indented}\n`, 'v.yml', { decryptVault: vaultDecrypter([password]) });
    if (node?.kind !== 'mapping') throw new Error('not a mapping');
    expect(node.entries[0]?.value).toMatchObject({ value: 's3cret', vaulted: true, unsafe: true, at: { line: 1 } });
  });

  test('a whole file is decrypted, and everything in it is marked', () => {
    const file = encryptVault('a: 1\nb: [x, "{{ a }}"]\n', password);
    const { node } = parseYaml(file, 'v.yml', { decryptVault: vaultDecrypter([password]) });
    expect(JSON.stringify(node).match(/"vaulted":true/g)).toHaveLength(3);
    expect(JSON.stringify(node)).not.toContain('"unsafe":true');
  });

  test('all vaulted values that no password opens are told at once', () => {
    const one = encryptVault('1', { id: undefined, secret: 'other' }).trimEnd().replaceAll('\n', '\n  ');
    const text = `a: !vault |\n  ${one}\nb: !vault |\n  ${one}\n`;
    try {
      parseYaml(text, 'v.yml', { decryptVault: vaultDecrypter([password]) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      expect(error.problems.map((problem) => problem.at?.line)).toEqual([1, 2 + one.split('\n').length]);
      return;
    }
    throw new Error('it was decrypted');
  });

  test('a whole file without a password names the option', () => {
    expect(() => parseYaml(encryptVault('a: 1\n', password), 'v.yml')).toThrow(
      /^v\.yml:1:1: .*\n.*--vault-password-file/,
    );
  });
});

describe('password files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'brokkr-vault-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, text: string, mode = 0o600): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  test('a plain file gives its text without surrounding space', async () => {
    expect(await readVaultPassword(file('plain', ' pass word \n'))).toEqual({ id: undefined, secret: 'pass word' });
  });

  test('an executable gives what it prints, and a client is told the id', async () => {
    const client = file('ask-client.sh', '#!/bin/sh\necho "$1 $2"\n', 0o700);
    expect(await readVaultPassword(client, 'prod')).toEqual({ id: 'prod', secret: '--vault-id prod' });
  });

  test('a failing program, an empty file and a missing one are refused', async () => {
    const failing = file('fails', '#!/bin/sh\necho leaked; exit 3\n', 0o700);
    const message = await readVaultPassword(failing).catch((error: unknown) => String(error));
    expect(message).toContain('failed (3)');
    expect(message).not.toContain('leaked');
    await expect(readVaultPassword(file('empty', '\n'))).rejects.toThrow('empty');
    await expect(readVaultPassword(join(folder, 'missing'))).rejects.toThrow('no such vault password file');
  });
});
