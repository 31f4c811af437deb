import { posix } from 'node:path';
import { z } from 'zod';
import { path, text } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import { answerLocalFile, localFile, localFileTopic, readLocal } from './local-file.ts';
import type { Module, ModuleContext } from './module.ts';
import { fields } from './results.ts';
import { closedGuard, decideProgram, guardQuestions } from './run-program.ts';
import { placedScript } from './script-place.ts';
import { splitWords } from './shell-words.ts';

const schema = z.strictObject({
  cmd: text,
  chdir: path.optional(),
  creates: path.optional(),
  removes: path.optional(),
  executable: text.optional(),
});

type ScriptArguments = z.infer<typeof schema>;

/** A script of the control machine, run on the host. */
export const script: Module<ScriptArguments> = expandHome(['chdir', 'creates', 'removes'], {
  name: 'script',
  collection: 'ansible.builtin',
  summary: 'Runs a script of the control machine on the host, and leaves nothing of it there.',
  schema,
  aliases: {},
  freeForm: 'cmd',
  example: `- name: Prepare the disks
  script: prepare-disks.sh /dev/vdb
  args:
    creates: /var/lib/kafka`,
  noticedByOthers: true,
  answerers: { [localFileTopic]: answerLocalFile },
  probe(args, context) {
    const file = fileOf(args, context);
    return [...guardQuestions(program(args)), ...(file === undefined ? [] : [localFile(file)])];
  },
  decide(args, answers, context) {
    const words = splitWords(args.cmd);
    if ('problem' in words) return failed({ message: words.problem });
    const file = fileOf(args, context);
    if (file === undefined) {
      return failed({
        message: `there is no script ${words[0] ?? ''} on the control machine`,
        hint: `there is none of: ${context.placesOf(words[0] ?? '', 'files').join(', ')}`,
      });
    }
    const local = readLocal(answers.get(localFile(file)));
    if (local.type !== 'file')
      return failed({ message: local.type === 'absent' ? local.error : `${file} is a folder` });
    const content = textOf(local.fresh.bytes);
    if (content === undefined) {
      return failed({
        message: `${file} is no text of at most 1 MB`,
        hint: 'bring it with copy, and run it with command',
      });
    }
    // Unlike a command, one that has nothing to do counts as skipped.
    const guard = closedGuard(program(args), answers);
    if (guard === 'creates')
      return unchanged({ skipped: true, msg: `${args.creates} exists, matching creates option` });
    if (guard === 'removes')
      return unchanged({ skipped: true, msg: `${args.removes} does not exist, matching removes option` });
    const text = placedScript(posix.basename(file), content, words.slice(1), args.executable);
    const run = { kind: 'shell', script: text, executable: '/bin/sh' } as const;
    const checked =
      args.creates === undefined && args.removes === undefined
        ? fields({ skipped: true, msg: 'Check mode is not supported for this task.' })
        : fields({});
    return { ...decideProgram(program(args), run, args.cmd, answers, context), checked };
  },
});

function program(args: ScriptArguments) {
  return { ...args, stdin_add_newline: false, strip_empty_ends: false };
}

function fileOf({ cmd }: ScriptArguments, context: ModuleContext): string | undefined {
  const words = splitWords(cmd);
  return 'problem' in words || words[0] === undefined ? undefined : context.findFile(words[0], 'files');
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
