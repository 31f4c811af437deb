import { posix } from 'node:path';
import { z } from 'zod';
import type { Action } from '../shell/action.ts';
import type { Question } from '../shell/question.ts';
import { listsOrder } from './apt-lists.ts';
import { withRules } from './argument-rules.ts';
import { choice, flag, integer, mode, text } from './argument-types.ts';
import { change, failed, followedBy, unchanged } from './decisions.ts';
import { type FileContext, fileQuestions } from './file-content.ts';
import { contentDiff } from './file-diff.ts';
import type { Answers, Decision, Diff, Module, ModuleContext } from './module.ts';
import { filesForApt, namesIn, stat } from './paths.ts';
import {
  addSource,
  dropSource,
  enableSource,
  findSource,
  isSource,
  nameOfSource,
  plainSource,
  sourceProblem,
} from './source-line.ts';
import { type TouchedFile, updateScript } from './source-update.ts';
import { editText, readText, textQuestions } from './text-file.ts';
import { toolRun } from './tool.ts';

const mainFile = '/etc/apt/sources.list';
const folder = '/etc/apt/sources.list.d';

const repoLine = text.superRefine((repo, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message });
  if (repo.trim().startsWith('ppa:')) {
    refuse(
      `what ${repo.trim()} stands for only Launchpad knows, which is not asked; write its line, with its key in a file: deb [signed-by=/etc/apt/keyrings/NAME.asc] https://ppa.launchpadcontent.net/OWNER/NAME/ubuntu CODENAME main`,
    );
  } else if (/[\r\n]/.test(repo.trim())) refuse('one line is wanted; for more of them, loop over them');
  else if (!isSource(plainSource(repo))) refuse('a line that begins with deb or deb-src is wanted');
});

const fileName = text
  .transform((name) => name.replace(`${folder}/`, ''))
  .refine((name) => name === '' || /^[\w.-]+$/.test(name), {
    message: `a name in ${folder} is wanted, of letters, digits, -, _ and . only: apt reads no other file`,
  });

const schema = withRules(
  z.strictObject({
    repo: repoLine,
    state: choice(['present', 'absent']).default('present'),
    filename: fileName.optional(),
    mode: mode.optional(),
    update_cache: flag.default(true),
    update_cache_retries: integer.default(5),
    update_cache_retry_max_delay: integer.default(12),
    codename: text.optional(),
    validate_certs: flag.default(true),
    install_python_apt: flag.default(true),
  }),
  [
    ({ repo, state }) => {
      const source = typeof repo === 'string' ? plainSource(repo) : '';
      // Any line can be taken away.
      const problem = state === 'absent' || !isSource(source) ? undefined : sourceProblem(source);
      return problem === undefined ? undefined : { name: 'repo', message: problem };
    },
    ({ repo, filename }) =>
      typeof repo === 'string' && nameOfSource(plainSource(repo)) === '' && (filename ?? '') === ''
        ? { name: 'filename', message: 'it is required: nothing in repo gives the file a name' }
        : undefined,
  ],
);

type AptRepositoryArguments = z.infer<typeof schema>;

/** Where apt finds packages. */
export const aptRepository: Module<AptRepositoryArguments> = {
  name: 'apt_repository',
  collection: 'ansible.builtin',
  summary: 'Keeps a source of packages in a file of /etc/apt/sources.list.d, for apt.',
  schema,
  aliases: { 'update-cache': 'update_cache' },
  example: `- name: Confluent's packages
  apt_repository:
    repo: deb [signed-by=/etc/apt/keyrings/confluent.asc] https://packages.confluent.io/deb/7.6 stable main
    filename: confluent`,
  noticedByOthers: false,
  probe(args, context) {
    addSecret(args, context);
    return [
      stat('/etc/apt'),
      namesIn(folder),
      ...textQuestions(fileOf(mainFile, args)),
      ...textQuestions(fileOf(ownFile(args), args)),
    ];
  },
  decide(args, answers, context) {
    addSecret(args, context);
    if (answers.get(stat('/etc/apt')) === null) {
      const hint = 'yum_repository keeps repositories for dnf and yum';
      return failed({ message: 'the host has no /etc/apt, so no apt', hint }, resultOf(args, [], []));
    }
    return args.state === 'present' ? decidePresent(args, answers, context) : decideAbsent(args, answers, context);
  },
};

/** The password in the address of a repository: apt would rather have it in `/etc/apt/auth.conf.d`. */
function addSecret({ repo }: AptRepositoryArguments, context: Pick<ModuleContext, 'addSecret'>): void {
  const [, password] = /:\/\/[^\s/:@]*:([^\s/@]+)@/.exec(repo) ?? [];
  if (password !== undefined) context.addSecret(password);
}

function decidePresent(args: AptRepositoryArguments, answers: Answers, context: FileContext): Decision {
  const source = plainSource(args.repo);
  const own = ownFile(args);
  // Where it is expected stands first: when it is there, no other file has to be read.
  const paths = [...new Set([own, mainFile, ...filesForApt(folder, ['list'], answers)])];
  let disabled: string | undefined;
  for (const [index, path] of paths.entries()) {
    if (index === 2) answers.require(paths.slice(index).flatMap(readQuestions));
    const read = readText(fileOf(path, args), answers);
    if ('problem' in read) return read.problem;
    const found = findSource(read.text, source);
    if (found === 'enabled') return unchanged(resultOf(args, [], []));
    if (found === 'disabled') disabled ??= path;
  }
  const path = disabled ?? own;
  answers.require(textQuestions(fileOf(path, args)));
  const isNew = answers.get(stat(path)) === null;
  const result = resultOf(args, isNew ? [path] : [], []);
  let before = '';
  const edited = editText(fileOf(path, args), answers, context, (text) => {
    before = text;
    return { text: disabled === undefined ? addSource(text, source) : enableSource(text, source), result };
  });
  return updated(args, edited, [{ path, before: isNew ? undefined : before }]);
}

function decideAbsent(args: AptRepositoryArguments, answers: Answers, context: FileContext): Decision {
  const source = plainSource(args.repo);
  const paths = [...new Set([mainFile, ...filesForApt(folder, ['list'], answers)])];
  answers.require(paths.flatMap(readQuestions));
  const actions: Action[] = [];
  const diff: Diff[] = [];
  const touched: TouchedFile[] = [];
  const removed: string[] = [];
  for (const path of paths) {
    const file = fileOf(path, args);
    const read = readText(file, answers);
    if ('problem' in read) return read.problem;
    if (findSource(read.text, source) !== 'enabled') continue;
    touched.push({ path, before: read.text, mode: answers.get(stat(path))?.mode });
    const text = dropSource(read.text, source);
    if (text === '') {
      removed.push(path);
      actions.push({ do: 'remove', path });
      diff.push(contentDiff(path, Buffer.from(read.text), Buffer.from('')));
      continue;
    }
    answers.require(fileQuestions(path, file));
    const edited = editText(file, answers, context, () => ({ text, result: {} }));
    if (edited.verdict === 'failed') return edited;
    if (edited.verdict === 'unchanged') continue;
    actions.push(...edited.actions);
    diff.push(...edited.diff);
  }
  return updated(args, change(actions, diff, resultOf(args, [], removed)), touched);
}

/** The decision, and then the lists of packages read again. */
function updated(args: AptRepositoryArguments, decision: Decision, touched: readonly TouchedFile[]): Decision {
  if (!args.update_cache || decision.verdict !== 'change') return decision;
  const script = updateScript(touched, args.update_cache_retries, args.update_cache_retry_max_delay);
  return followedBy(
    decision,
    [toolRun(listsOrder(script))],
    [{ kind: 'note', text: 'reads the lists of packages again' }],
  );
}

function resultOf({ repo, state }: AptRepositoryArguments, added: string[], removed: string[]) {
  return { repo, state, sources_added: added, sources_removed: removed };
}

function ownFile({ repo, filename }: AptRepositoryArguments): string {
  return posix.join(
    folder,
    `${filename === undefined || filename === '' ? nameOfSource(plainSource(repo)) : filename}.list`,
  );
}

function fileOf(path: string, args: AptRepositoryArguments) {
  return { path, create: true, backup: false, mode: args.mode };
}

function readQuestions(path: string): readonly Question[] {
  return textQuestions({ path, create: true, backup: false });
}
