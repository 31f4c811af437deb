import { InputError, type Position, type Problem } from '../errors.ts';
import type { ConfigNode } from './node.ts';
import { isVaultText } from './vault.ts';
import { vaultedTexts } from './vaulted.ts';
import { composeNode, type DecryptVault } from './yaml-compose.ts';
import { parseDocuments } from './yaml-documents.ts';
import { syntaxProblems } from './yaml-syntax.ts';

export interface YamlOptions {
  /** Turns vaulted text into clear text. Without it a vaulted value is a problem that says which option is missing. */
  readonly decryptVault?: DecryptVault | undefined;
  /** Leave `!vault` values closed: each is an empty text that knows its vault. For listings, which print the vault. */
  readonly keepVault?: boolean | undefined;
}

export interface YamlFile {
  /** The document, or `undefined` when the file holds none (nothing, or comments only). */
  readonly node: ConfigNode | undefined;
  readonly warnings: readonly Problem[];
}

/**
 * One YAML document, read as Ansible reads it: YAML 1.1 with PyYAML's types, the tags `!unsafe` and `!vault`, a repeated
 * key with the last value and a warning. A text that is JSON is read as JSON, a text that is vaulted as a whole is
 * decrypted first (its positions are those of the clear text).
 * @throws InputError with every problem of the file
 */
export function parseYaml(text: string, file: string, options: YamlOptions = {}): YamlFile {
  const vaulted = isVaultText(text);
  const clear = vaulted
    ? decryptWhole(text, file, options.decryptVault)
    : text.replace(/^\uFEFF/, '').replace(/\r(?!\n)/g, '\n');
  const { documents, linePosition } = parseDocuments(clear);
  const place = (offset: number): Position => ({ file, ...linePosition(offset) });
  const problems = syntaxProblems(documents, clear, place);
  if (problems.length > 0) throw new InputError(problems);
  const contents = documents[0]?.contents;
  const warnings: Problem[] = [];
  if (contents === undefined || contents === null) return { node: undefined, warnings };
  const node = composeNode(contents, {
    place,
    json: isJson(clear),
    vaulted,
    decryptVault: options.keepVault === true ? () => '' : options.decryptVault,
    problems,
    warnings,
  });
  if (problems.length > 0) throw new InputError(problems);
  const { onSecret } = options.decryptVault ?? {};
  if (onSecret !== undefined) for (const secret of vaultedTexts(node)) onSecret(secret);
  return { node, warnings };
}

function decryptWhole(text: string, file: string, decryptVault: DecryptVault | undefined): string {
  const at = { file, line: 1, column: 1 };
  if (decryptVault !== undefined) return decryptVault(text, at);
  throw new InputError([
    { message: 'the file is vaulted and there is no vault password', at, hint: 'give --vault-password-file FILE' },
  ]);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
