import { posix } from 'node:path';
import { z } from 'zod';
import type { OutputQuestion } from '../shell/question.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { mutuallyExclusive, requiredOneOf, withRules } from './argument-rules.ts';
import { choice, path, text, textList } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import type { Module } from './module.ts';
import { splitWords } from './shell-words.ts';
import { output, telling, toolRun } from './tool.ts';

const schema = withRules(
  z.strictObject({
    name: textList.transform((names) => names.map((name) => name.trim()).filter((name) => name !== '')).optional(),
    version: text.optional(),
    requirements: path.optional(),
    state: choice(['present', 'absent', 'latest', 'forcereinstall']).default('present'),
    virtualenv: path.optional(),
    virtualenv_command: text.default('python3 -m venv'),
    executable: text.optional(),
    extra_args: text.optional(),
    chdir: path.optional(),
  }),
  [
    requiredOneOf('name', 'requirements'),
    mutuallyExclusive('name', 'requirements'),
    mutuallyExclusive('virtualenv', 'executable'),
  ],
);

type PipArguments = z.infer<typeof schema>;

/** Python's packages. */
export const pip: Module<PipArguments> = expandHome(['virtualenv', 'requirements', 'chdir'], {
  name: 'pip',
  collection: 'ansible.builtin',
  summary: 'Installs and removes packages of Python with the pip of the host, or of a virtual environment.',
  schema,
  aliases: {},
  example: `- name: A client for checks
  pip:
    name: kafka-python==2.0.2
    virtualenv: /opt/checks`,
  noticedByOthers: false,
  probe: (args) => [question(args)],
  decide(args, answers) {
    const asked = question(args);
    const [tool = '', ...lines] = answers.get(asked).stdout.trimEnd().split('\n');
    if (tool === 'none') return failed({ message: 'the host has no pip', hint: 'install it with a package task' });
    const installed = new Map(
      lines.map((line) => line.split('==')).map(([name = '', version = '']) => [plain(name), version]),
    );
    const wanted = (args.name ?? []).map((name) => (args.version === undefined ? name : `${name}==${args.version}`));
    const names = wanted.filter((name) => differs(args.state, name, installed));
    const result = {
      name: args.name ?? null,
      version: args.version ?? null,
      virtualenv: args.virtualenv ?? null,
      state: args.state,
    };
    if (names.length === 0 && args.requirements === undefined && tool !== 'new') return unchanged(result);
    for (const name of names) {
      const [, bare = '', version = 'new'] = /^([\w.-]+).*?(?:==(.*))?$/.exec(name) ?? [];
      if (args.state === 'absent') installed.delete(plain(bare));
      else installed.set(plain(bare), version);
    }
    const becomes = ['pip', ...[...installed].map(([name, version]) => `${name}==${version}`)].join('\n');
    const order = toolRun({
      script: script(args, names, tool),
      asked,
      becomes,
      reach: { paths: args.virtualenv === undefined ? [] : [args.virtualenv] },
    });
    const what = args.requirements === undefined ? names.join(', ') : `what ${args.requirements} names`;
    const text = `${args.state === 'absent' ? 'removes' : 'installs'} ${what}${args.virtualenv === undefined ? '' : ` in ${args.virtualenv}`}`;
    return telling(
      [order],
      [{ kind: 'note', text }],
      result,
      (stdout) => /Successfully (un)?installed/.test(stdout) || tool === 'new',
    );
  },
});

function question(args: PipArguments): OutputQuestion {
  const list = 'list --format=freeze --disable-pip-version-check';
  if (args.virtualenv !== undefined) {
    const tool = quote(posix.join(args.virtualenv, 'bin/pip'));
    const asked = output('python packages', `if [ -x ${tool} ]; then echo pip; ${tool} ${list}; else echo new; fi`);
    return { ...asked, reads: [args.virtualenv] };
  }
  const tool = args.executable === undefined ? 'pip3' : quote(args.executable);
  return output(
    'python packages',
    `if command -v ${tool} >/dev/null; then echo pip; ${tool} ${list}; else echo none; fi`,
  );
}

function script(args: PipArguments, names: readonly string[], tool: string): string {
  const pip = args.virtualenv === undefined ? (args.executable ?? 'pip3') : posix.join(args.virtualenv, 'bin/pip');
  const extra = splitWords(args.extra_args ?? '');
  const verb = {
    present: ['install'],
    latest: ['install', '-U'],
    forcereinstall: ['install', '-U', '--force-reinstall'],
    absent: ['uninstall', '-y'],
  }[args.state];
  const what = args.requirements === undefined ? names : ['-r', args.requirements];
  const lines = [
    ...(args.chdir === undefined ? [] : [`cd -- ${quote(args.chdir)} || exit`]),
    ...(tool === 'new' ? [`${args.virtualenv_command} ${quote(args.virtualenv ?? '')} >&2 || exit`] : []),
    ...(what.length === 0 ? [] : [quoteAll([pip, ...verb, ...('problem' in extra ? [] : extra), ...what])]),
  ];
  return lines.join('\n');
}

function differs(state: PipArguments['state'], name: string, installed: ReadonlyMap<string, string>): boolean {
  const [, bare = name, version] = /^([\w.-]+)(?:\[.*\])?(?:==(.*))?$/.exec(name) ?? [];
  const now = installed.get(plain(bare));
  if (state === 'absent') return now !== undefined;
  if (state !== 'present') return true;
  return now === undefined || (version !== undefined && now !== version);
}

/** Python's packages are the same under `-`, `_` and `.` (PEP 503). */
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
