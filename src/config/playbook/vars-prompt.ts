import { nearestName } from '../../errors.ts';
import type { ConfigNode, MappingNode } from '../node.ts';
import type { VarsPrompt } from '../play.ts';
import { describeNode, nameHint } from './describe.ts';
import { KeywordReader, literalBoolean } from './keyword-reader.ts';
import { addProblem, type LoadContext, wrongKind } from './load-context.ts';
import { variableName } from './loop.ts';

const keys = ['name', 'prompt', 'default', 'private', 'confirm', 'encrypt', 'salt', 'salt_size', 'unsafe'];
/** What hashes of passwords there are, under the names that `encrypt` has for them. */
const kinds = ['sha256_crypt', 'sha512_crypt'] as const;

/** Reads `vars_prompt`: what the user is asked for before a play. */
export function readVarsPrompt(node: ConfigNode | undefined, context: LoadContext): readonly VarsPrompt[] {
  if (node === undefined) return [];
  return (node.kind === 'sequence' ? node.items : [node]).flatMap((item) => {
    if (item.kind === 'mapping') return readOne(item, context);
    addProblem(context, item.at, `'vars_prompt' must be a list of mappings, and holds ${describeNode(item)}`);
    return [];
  });
}

function readOne(node: MappingNode, context: LoadContext): VarsPrompt[] {
  for (const { key, keyAt } of node.entries)
    if (!keys.includes(key))
      addProblem(context, keyAt, `unknown keyword '${key}' of vars_prompt`, nameHint(nearestName(key, keys), keys));
  const keywords = new KeywordReader(node, context);
  const name = variableName('name', keywords, context);
  if (!keywords.has('name')) addProblem(context, node.at, "the prompt names no variable ('name')");
  const read = {
    at: node.at,
    prompt: keywords.text('prompt'),
    default: keywords.node('default'),
    isPrivate: isOn('private', keywords, true, context),
    saysPrivate: keywords.has('private'),
    isConfirmed: isOn('confirm', keywords, false, context),
    isUnsafe: isOn('unsafe', keywords, false, context),
    encrypt: readEncrypt(keywords, context),
  };
  return name === undefined ? [] : [{ name, ...read }];
}

function isOn(keyword: string, keywords: KeywordReader, otherwise: boolean, context: LoadContext): boolean {
  const node = keywords.raw(keyword);
  const literal = node === undefined ? otherwise : literalBoolean(node);
  if (literal === undefined && node !== undefined)
    addProblem(context, node.at, wrongKind(keyword, 'true or false, written out', node));
  return literal ?? otherwise;
}

function readEncrypt(keywords: KeywordReader, context: LoadContext): VarsPrompt['encrypt'] {
  const node = keywords.raw('encrypt');
  const salt = keywords.raw('salt');
  const size = keywords.raw('salt_size');
  const saltSize = size?.kind === 'scalar' && typeof size.value === 'number' ? size.value : undefined;
  if (size !== undefined && (saltSize === undefined || saltSize < 1 || saltSize > 16))
    addProblem(context, size.at, wrongKind('salt_size', 'a number from 1 to 16', size));
  if (salt !== undefined && salt.kind !== 'scalar') addProblem(context, salt.at, wrongKind('salt', 'text', salt));
  if (node === undefined) return undefined;
  const kind = kinds.find((each) => node.kind === 'scalar' && each === node.value);
  if (kind === undefined) {
    addProblem(context, node.at, wrongKind('encrypt', `one of ${kinds.join(', ')}`, node));
    return undefined;
  }
  return { kind, saltSize, salt: salt?.kind === 'scalar' ? String(salt.value) : undefined };
}
