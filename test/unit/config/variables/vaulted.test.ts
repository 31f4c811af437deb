import { expect, it } from 'vitest';
import { vaultedTexts } from '../../../../src/config/variables/vaulted.ts';
import { parseYaml } from '../../../../src/config/yaml.ts';

it('finds every text that came out of a vault, however deep it stands', () => {
  const text = `plain: open
password: !vault |
  $ANSIBLE_VAULT;1.1;AES256
  6162
users:
  - {name: a, secret: !vault "$ANSIBLE_VAULT;1.1;AES256\\n6364"}
`;
  const decryptVault = (vault: string) => (vault.includes('6162') ? 'hush' : 'silence');
  const { node } = parseYaml(text, 'group_vars/all.yml', { decryptVault });
  if (node?.kind !== 'mapping') throw new Error('the text is a mapping');
  const variables = new Map(node.entries.map(({ key, value }) => [key, value]));
  expect([...vaultedTexts([{ source: 'group_vars/all', variables }])]).toEqual(['hush', 'silence']);
});
