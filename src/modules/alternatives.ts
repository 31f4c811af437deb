import { z } from 'zod';
import type { OutputQuestion } from '../shell/question.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { choice, integer, path, text } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import type { Module } from './module.ts';
import { fields } from './results.ts';
import { output, toolRun } from './tool.ts';

const schema = z.strictObject({
  name: text.refine((name) => /^[\w.+-]+$/.test(name), { message: 'the name of a group of alternatives is wanted' }),
  path,
  link: path.optional(),
  priority: integer.default(50),
  state: choice(['selected', 'present', 'auto', 'absent']).default('selected'),
});

type AlternativesArguments = z.infer<typeof schema>;

/** Which of several programs a command is. */
export const alternatives: Module<AlternativesArguments> = {
  name: 'alternatives',
  collection: 'community.general',
  summary: 'Chooses which of several programs a command stands for, with update-alternatives.',
  schema,
  aliases: {},
  example: `- name: Java 17
  alternatives:
    name: java
    path: /usr/lib/jvm/java-17-openjdk-amd64/bin/java`,
  noticedByOthers: false,
  probe: (args) => [question(args)],
  decide(args, answers) {
    const asked = question(args);
    const [tool = '', mode = '', value = '', ...listed] = answers.get(asked).stdout.trimEnd().split('\n');
    if (tool === 'none') return failed({ message: 'the host has neither update-alternatives nor alternatives' });
    const { name, path: at, state } = args;
    const isListed = listed.includes(at);
    const commands: string[] = [];
    if (state === 'absent') {
      if (isListed) commands.push(`${tool} --remove ${name} ${quote(at)}`);
    } else {
      if (!isListed) {
        if (args.link === undefined && listed.length === 0)
          return failed({ message: `there are no alternatives for ${name}`, hint: 'say link: to have them made' });
        const link = args.link === undefined ? `"$(${linkOf(tool, name)})"` : quote(args.link);
        commands.push(`${tool} --install ${link} ${quoteAll([name, at, String(args.priority)])}`);
      }
      if (state === 'selected' && (value !== at || !isListed)) commands.push(`${tool} --set ${name} ${quote(at)}`);
      if (state === 'auto' && mode !== 'auto') commands.push(`${tool} --auto ${name}`);
    }
    if (commands.length === 0) return unchanged();
    const paths = state === 'absent' ? listed.filter((each) => each !== at) : isListed ? listed : [...listed, at];
    const chosen = state === 'selected' ? at : value;
    const becomes = [tool, state === 'selected' ? 'manual' : state === 'auto' ? 'auto' : mode, chosen, ...paths].join(
      '\n',
    );
    return {
      verdict: 'change',
      actions: [toolRun({ script: commands.join(' && '), asked, becomes, reach: 'host' })],
      diff: [
        {
          kind: 'state',
          subject: `alternatives ${name}`,
          before: { path: value },
          after: { path: state === 'absent' ? 'absent' : at },
        },
      ],
      result: fields({}),
    };
  },
};

/** The tool, `auto` or `manual`, what is chosen, and all there is, a line each. */
function question({ name }: AlternativesArguments): OutputQuestion {
  const asked = output(
    `alternatives of ${name}`,
    'for t in update-alternatives alternatives none; do command -v "$t" >/dev/null && break; done; echo "$t"; [ "$t" != none ] || exit',
    `d=$("$t" --query ${name} 2>/dev/null) && { printf '%s\\n' "$d" | sed -n 's/^Status: //p'; printf '%s\\n' "$d" | sed -n 's/^Value: //p'; printf '%s\\n' "$d" | sed -n 's/^Alternative: //p'; exit; }`,
    `d=$("$t" --display ${name} 2>/dev/null); case $d in *"status is auto"*) echo auto ;; *) echo manual ;; esac`,
    `printf '%s\\n' "$d" | sed -n 's/^ link currently points to //p'; printf '%s\\n' "$d" | sed -n 's/^\\(\\/[^ ]*\\) - .*priority.*/\\1/p'`,
  );
  return { ...asked, reads: ['/etc/alternatives'] };
}

function linkOf(tool: string, name: string): string {
  return `${tool} --query ${name} | sed -n 's/^Link: //p'`;
}
