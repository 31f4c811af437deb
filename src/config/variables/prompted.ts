import type { Problem } from '../../errors.ts';
import type { Value } from '../../jinja/value.ts';
import { hashedPassword, randomSalt, shaCryptKind } from '../../jinja/values/sha-crypt.ts';
import { toText } from '../../jinja/values/text.ts';
import type { ConfigNode, VariableLayer } from '../node.ts';
import type { Play, VarsPrompt } from '../play.ts';
import { valueNode } from '../value-node.ts';

/** Asks whoever sits at the terminal; what they type is not shown when it is private. */
export type AskUser = (question: string, isPrivate: boolean) => Promise<string>;

export interface PromptSetting {
  /** Templates what belongs to the play and to no host. */
  readonly template: (node: ConfigNode) => Value;
  /** Is the variable given on the command line? Then nobody is asked. */
  readonly isGiven: (name: string) => boolean;
  /** `undefined` where there is no terminal. */
  readonly ask: AskUser | undefined;
  readonly warn: (message: string, prompt: VarsPrompt) => void;
  readonly addSecret: (value: string) => void;
}

/**
 * What `vars_prompt` of a play asks for, as variables of the play. An empty answer, and a place without a terminal, get the
 * default. Source: Ansible's docs of prompts, 2.19; differs where there is neither a terminal nor a default: Ansible goes on
 * with the text None.
 * @param problems takes what cannot be asked for
 */
export async function askPrompts(
  play: Pick<Play, 'varsPrompt'>,
  setting: PromptSetting,
  problems: Problem[],
): Promise<VariableLayer | undefined> {
  const variables = new Map<string, ConfigNode>();
  for (const prompt of play.varsPrompt) {
    if (setting.isGiven(prompt.name)) continue;
    const answer = setting.ask === undefined ? undefined : await askFor(prompt, setting.ask, setting);
    const value = answer === undefined || answer === '' ? defaultOf(prompt, setting) : answer;
    if (value === undefined && setting.ask === undefined) {
      const message = `the play asks for '${prompt.name}', which has no default, and there is no terminal to ask on`;
      problems.push({ message, at: prompt.at, hint: `give it with -e ${prompt.name}=VALUE` });
      continue;
    }
    if (setting.ask === undefined) setting.warn(`there is no terminal: '${prompt.name}' has its default`, prompt);
    const isTyped = answer !== undefined && answer !== '';
    const kept = encrypted(prompt, value ?? '');
    // What is private only because nobody said otherwise, and stands in the playbook, is none.
    if (prompt.isPrivate && (isTyped || prompt.saysPrivate))
      for (const secret of [value, kept]) if (typeof secret === 'string') setting.addSecret(secret);
    // An answer is text like any in a file: what it has of templates counts, unless it is unsafe.
    variables.set(prompt.name, valueNode(kept, prompt.at, isTyped && !prompt.isUnsafe));
  }
  return variables.size === 0 ? undefined : { source: 'vars_prompt', variables };
}

/** Asks until both answers are the same, where it is confirmed. */
async function askFor(prompt: VarsPrompt, ask: AskUser, setting: PromptSetting): Promise<string> {
  const text = prompt.prompt === undefined ? prompt.name : toText(setting.template(prompt.prompt));
  const fallback = defaultOf(prompt, setting);
  const question = fallback === undefined ? `${text}: ` : `${text} [${toText(fallback)}]: `;
  for (;;) {
    const answer = await ask(question, prompt.isPrivate);
    if (!prompt.isConfirmed || (await ask(`confirm ${question}`, prompt.isPrivate)) === answer) return answer;
    setting.warn('the two answers are not the same', prompt);
  }
}

function defaultOf({ default: node }: VarsPrompt, { template }: PromptSetting): Value | undefined {
  return node === undefined ? undefined : template(node);
}

function encrypted({ encrypt }: VarsPrompt, value: Value): Value {
  if (encrypt === undefined) return value;
  const kind = shaCryptKind(encrypt.kind.replace('_crypt', ''));
  return hashedPassword(kind, toText(value), encrypt.salt ?? randomSalt(encrypt.saltSize ?? 16), undefined);
}
