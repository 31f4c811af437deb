import { describe, expect, it } from 'vitest';
import { askPrompts } from '../../../../src/config/variables/prompted.ts';
import type { Problem } from '../../../../src/errors.ts';
import { load, problemsOf } from '../playbook/fixture.ts';

/** Asks for what a play of one file wants, with these answers, in order; `undefined`: there is no terminal. */
async function asked(prompts: string, answers: readonly string[] | undefined, given: readonly string[] = []) {
  const [play] = load({ 'site.yml': `- hosts: all\n  vars_prompt:\n${prompts}` }).plays;
  if (play === undefined) throw new Error('no play was loaded');
  const rest = [...(answers ?? [])];
  const told = {
    questions: [] as string[],
    warnings: [] as string[],
    secrets: [] as string[],
    problems: [] as Problem[],
  };
  const layer = await askPrompts(
    play,
    {
      template: (node) => {
        if (node.kind !== 'scalar') throw new Error('only scalars are templated here');
        return String(node.value).replace('{{ who }}', 'Joe');
      },
      isGiven: (name) => given.includes(name),
      ask:
        answers === undefined
          ? undefined
          : (question, isPrivate) => {
              told.questions.push(`${question}${isPrivate ? '*' : ''}`);
              const answer = rest.shift();
              if (answer === undefined) throw new Error(`nobody answers: ${question}`);
              return Promise.resolve(answer);
            },
      warn: (message) => told.warnings.push(message),
      addSecret: (value) => told.secrets.push(value),
    },
    told.problems,
  );
  const nodes = [...(layer?.variables ?? [])].map(([name, node]) => {
    if (node.kind !== 'scalar') throw new Error('a scalar was expected');
    return [name, { value: node.value, unsafe: node.unsafe }] as const;
  });
  return { ...told, variables: Object.fromEntries(nodes) };
}

const several = `
    - {name: plain, prompt: "Who is {{ who }}", default: me, private: false}
    - name: bare
    - {name: twice, confirm: true, prompt: Password}
    - {name: unsafe, unsafe: true, private: no}
`;

describe('vars_prompt', () => {
  it('asks in order, again where two answers differ, and keeps what is private for itself', async () => {
    const told = await asked(several, ['{{ x }}', 'hidden', 'one', 'other', 'secret', 'secret', '{{ y }}']);
    expect(told.questions).toEqual([
      'Who is Joe [me]: ',
      'bare: *',
      'Password: *',
      'confirm Password: *',
      'Password: *',
      'confirm Password: *',
      'unsafe: ',
    ]);
    expect(told.warnings).toEqual(['the two answers are not the same']);
    expect(told.secrets.filter((each, index, all) => all.indexOf(each) === index)).toEqual(['hidden', 'secret']);
    expect(told.variables).toEqual({
      plain: { value: '{{ x }}', unsafe: false },
      bare: { value: 'hidden', unsafe: false },
      twice: { value: 'secret', unsafe: false },
      unsafe: { value: '{{ y }}', unsafe: true },
    });
  });

  it('takes the default for an empty answer, and text without anything where there is none', async () => {
    const told = await asked(several, ['', '', '', '', '']);
    expect(told.variables).toMatchObject({ plain: { value: 'me' }, bare: { value: '' }, twice: { value: '' } });
    expect(told.secrets).toEqual(expect.not.arrayContaining(['me']));
  });

  it('does not ask for what -e gives; without a terminal the default is taken, and one without is a problem', async () => {
    const told = await asked(several, undefined, ['twice']);
    expect(told.variables).toEqual({ plain: { value: 'me', unsafe: true } });
    expect(told.warnings).toEqual(["there is no terminal: 'plain' has its default"]);
    expect(told.problems.map(({ message, hint }) => `${message}; ${hint}`)).toEqual([
      "the play asks for 'bare', which has no default, and there is no terminal to ask on; give it with -e bare=VALUE",
      "the play asks for 'unsafe', which has no default, and there is no terminal to ask on; give it with -e unsafe=VALUE",
    ]);
  });

  it('encrypts, with the salt that is given or one of the size', async () => {
    const prompts = `
    - {name: a, encrypt: sha512_crypt, salt: mysalt}
    - {name: b, encrypt: sha256_crypt, salt_size: 7, private: true, default: quiet}
`;
    const told = await asked(prompts, ['pass', '']);
    expect(told.variables.a?.value).toMatch(/^\$6\$(rounds=\d+\$)?mysalt\$/);
    expect(told.variables.b?.value).toMatch(/^\$5\$(rounds=\d+\$)?[\w./]{7}\$/);
    expect(told.secrets).toEqual(['pass', told.variables.a?.value, 'quiet', told.variables.b?.value]);
  });

  it('tells everything that is wrong with it at its place', () => {
    const text = `- hosts: all
  vars_prompt:
    - {nam: x}
    - {name: 1x, private: maybe}
    - {name: y, encrypt: rot13, salt_size: many}
    - z
`;
    const lines = problemsOf({ 'site.yml': text }).split('\n');
    expect(lines.filter((line) => line.startsWith('site.yml'))).toEqual([
      expect.stringContaining("site.yml:3:7: the prompt names no variable ('name')"),
      "site.yml:3:8: unknown keyword 'nam' of vars_prompt",
      expect.stringContaining('site.yml:4:14: '),
      expect.stringContaining("site.yml:4:27: 'private' must be true or false"),
      expect.stringContaining("site.yml:5:26: 'encrypt' must be one of sha256_crypt, sha512_crypt"),
      expect.stringContaining("site.yml:5:44: 'salt_size' must be a number from 1 to 16"),
      "site.yml:6:7: 'vars_prompt' must be a list of mappings, and holds the text 'z'",
    ]);
  });
});
