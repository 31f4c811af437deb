import { expect, it } from 'vitest';
import { encryptVault, vaultDecrypter } from '../../../src/config/vault.ts';
import { parseYaml } from '../../../src/config/yaml.ts';

const password = { id: undefined, secret: 'pw' };

/** The secrets that reading a file tells. */
function secretsOf(text: string): string[] {
  const secrets: string[] = [];
  parseYaml(text, 'file.yml', { decryptVault: vaultDecrypter([password], (secret) => secrets.push(secret)) });
  return secrets;
}
const whole = (text: string): string => encryptVault(Buffer.from(text), password);
const inline = (text: string): string => `!vault |\n    ${whole(text).trim().replaceAll('\n', '\n    ')}`;

it('tells every value that came out of a vault, however deep it stands, and nothing else', () => {
  const text = `plain: open\npassword: ${inline('hush')}\nusers:\n- name: a\n  secret: ${inline('silence')}\n`;
  expect(secretsOf(text)).toEqual(['hush', 'silence']);
});

it('tells the values of variables that are vaulted as a whole, but not the words of tasks', () => {
  expect(secretsOf(whole('a: hush\nb: [silence, "{{ a }}", 7]\n'))).toEqual(['hush', 'silence']);
  expect(secretsOf(whole('- name: Install\n  debug: {msg: hello}\n'))).toEqual([]);
});
