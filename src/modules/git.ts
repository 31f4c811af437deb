import { posix } from 'node:path';
import { z } from 'zod';
import type { OutputQuestion } from '../shell/question.ts';
import { quote, quoteAll } from '../shell/quote.ts';
import { flag, integer, path, text } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import type { Module } from './module.ts';
import { fields } from './results.ts';
import { output, toolRun } from './tool.ts';

const schema = z.strictObject({
  repo: text,
  dest: path,
  version: text.default('HEAD'),
  remote: text.default('origin'),
  clone: flag.default(true),
  update: flag.default(true),
  force: flag.default(false),
  depth: integer.optional(),
  recursive: flag.default(true),
  single_branch: flag.default(false),
  accept_hostkey: flag.default(false),
  accept_newhostkey: flag.default(false),
  key_file: path.optional(),
});

type GitArguments = z.infer<typeof schema>;

/** A working copy of a repository. */
export const git: Module<GitArguments> = expandHome(['dest', 'key_file'], {
  name: 'git',
  collection: 'ansible.builtin',
  summary: 'Checks a version of a repository out, with the git of the host.',
  schema,
  aliases: { name: 'repo' },
  example: `- name: The scripts of the team
  git:
    repo: https://git.example.org/kafka-scripts.git
    dest: /opt/kafka-scripts
    version: v1.4`,
  noticedByOthers: false,
  probe: (args) => [question(args)],
  decide(args, answers) {
    const asked = question(args);
    const [state = '', before = '', wanted = '', changes = ''] = answers.get(asked).stdout.split('\n');
    if (state === 'no git') return failed({ message: 'the host has no git', hint: 'install it with a package task' });
    if (state === 'other') return failed({ message: `${args.dest} is there, and is no working copy of git` });
    const isNew = state === 'absent';
    if (isNew && !args.clone) return unchanged({ before: null, after: wanted });
    if (!isNew && !args.update) return unchanged({ before, after: before });
    if (Number(changes) > 0 && !args.force) {
      return failed({ message: `Local modifications exist in the destination: ${args.dest} (force=no).` }, { before });
    }
    if (wanted === '')
      return failed({ message: `${args.repo} has no ${args.version}, or cannot be read from the host` });
    const result = { before: isNew ? null : before, after: wanted, remote_url_changed: false };
    if (!isNew && before === wanted && Number(changes) === 0) return unchanged(result);
    const becomes = `copy\n${wanted}\n${wanted}\n0\n`;
    const script = `${environment(args)}${isNew ? cloning(args, wanted) : updating(args, wanted)}`;
    return {
      verdict: 'change',
      actions: [toolRun({ script, asked, becomes, reach: { paths: [args.dest] } })],
      diff: [
        { kind: 'state', subject: args.dest, before: { commit: isNew ? 'absent' : before }, after: { commit: wanted } },
      ],
      result: fields(result),
    };
  },
});

/** What is there, its commit, the commit that is wanted, and how many files were changed by hand. */
function question(args: GitArguments): OutputQuestion {
  const dest = quote(args.dest);
  const { version } = args;
  const names = [`refs/heads/${version}`, `refs/tags/${version}`, `refs/tags/${version}^{}`];
  // A bare name would also match the ends of other names.
  const refs = quoteAll(version === 'HEAD' || version.startsWith('refs/') ? [version] : names);
  const remote = /^[0-9a-f]{40}$/.test(args.version)
    ? `echo ${args.version}`
    : `git ls-remote -- ${quote(args.repo)} ${refs} | awk '{ p = $2 ~ /\\^\\{\\}$/ ? 3 : $2 ~ /^refs\\/heads/ ? 2 : 1; if (p > best) { best = p; id = $1 } } END { if (id) print id }'`;
  const asked = output(
    `working copy ${args.dest}`,
    'command -v git >/dev/null || { echo no git; exit; }',
    environment(args),
    `if [ -d ${dest}/.git ]; then echo copy; git -C ${dest} rev-parse HEAD || echo`,
    `elif [ -e ${dest} ] && [ -n "$(ls -A ${dest})" ]; then echo other; exit; else echo absent; echo; fi`,
    `w=$(${remote}); echo "$w"`,
    `git -C ${dest} status --porcelain --untracked-files=no 2>/dev/null | wc -l`,
  );
  return { ...asked, reads: [args.dest] };
}

/** Nobody is there to be asked for a password or about a host's key. */
function environment({ accept_hostkey, accept_newhostkey, key_file }: GitArguments): string {
  const checking = accept_hostkey || accept_newhostkey ? ' -o StrictHostKeyChecking=accept-new' : '';
  const key = key_file === undefined ? '' : ` -i ${quote(key_file)} -o IdentitiesOnly=yes`;
  return `export GIT_TERMINAL_PROMPT=0 GIT_OPTIONAL_LOCKS=0 GIT_SSH_COMMAND=${quote(`ssh -o BatchMode=yes${checking}${key}`)}\n`;
}

function cloning(args: GitArguments, commit: string): string {
  const named = args.version !== 'HEAD' && !/^[0-9a-f]{40}$/.test(args.version);
  const options = [
    ...['--origin', args.remote],
    ...(args.depth === undefined ? [] : ['--depth', String(args.depth)]),
    ...(named ? ['--branch', args.version] : []),
    ...(args.single_branch ? ['--single-branch'] : []),
    ...(args.recursive ? ['--recursive'] : []),
  ];
  const dest = quote(args.dest);
  return [
    `mkdir -p -- ${quote(posix.dirname(args.dest))} && git clone -q ${quoteAll(options)} -- ${quote(args.repo)} ${dest} || exit`,
    `[ "$(git -C ${dest} rev-parse HEAD)" = ${commit} ] || git -C ${dest} checkout -q ${commit}`,
  ].join('\n');
}

/** A branch stays checked out and moves along; anything else is checked out by itself. */
function updating(args: GitArguments, commit: string): string {
  const here = `git -C ${quote(args.dest)}`;
  const remote = quote(args.remote);
  return [
    `${here} remote set-url ${remote} ${quote(args.repo)} || exit`,
    ...(args.force ? [`${here} reset -q --hard || exit`] : []),
    `${here} fetch -q --tags ${args.depth === undefined ? '' : `--depth ${args.depth} `}${remote} || exit`,
    `${here} cat-file -e ${commit} 2>/dev/null || ${here} fetch -q ${remote} ${commit} || exit`,
    `b=${quote(args.version)}; if ${here} show-ref -q --verify "refs/remotes/"${remote}"/$b"; then ${here} checkout -q -B "$b" ${commit}`,
    `elif [ "$b" = HEAD ]; then ${here} reset -q --hard ${commit}; else ${here} checkout -q ${commit}; fi || exit`,
    ...(args.recursive ? [`${here} submodule -q update --init --recursive`] : []),
  ].join('\n');
}
