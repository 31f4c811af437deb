import { posix } from 'node:path';
import { z } from 'zod';
import { requiredIf, withRules } from './argument-rules.ts';
import { choice, flag, path, text, textList } from './argument-types.ts';
import { attributeArguments } from './attributes.ts';
import { change, failed, unchanged } from './decisions.ts';
import { contentDiff } from './file-diff.ts';
import { expandHome } from './home-paths.ts';
import type { Module, ModuleContext } from './module.ts';
import { missingFolder, stat, withoutSlash } from './paths.ts';
import { defaultSection, hasSection, readRepoFile, withSection, writeRepoFile } from './repo-file.ts';
import { editText, readText, textQuestions } from './text-file.ts';

const words = text.optional();
const list = textList.optional();
const switched = flag.optional();

/** What is written into the section under the name of the argument; source: dnf.conf(5), yum.conf(5). */
const sectionArguments = {
  async: switched,
  bandwidth: words,
  baseurl: list,
  cost: words,
  countme: switched,
  deltarpm_metadata_percentage: words,
  deltarpm_percentage: words,
  enabled: switched,
  enablegroups: switched,
  exclude: list,
  failovermethod: choice(['roundrobin', 'priority']).optional(),
  gpgcakey: words,
  gpgcheck: switched,
  gpgkey: list,
  http_caching: choice(['all', 'packages', 'none']).optional(),
  include: words,
  includepkgs: list,
  ip_resolve: choice(['4', '6', 'IPv4', 'IPv6', 'whatever']).optional(),
  keepalive: switched,
  keepcache: choice(['0', '1']).optional(),
  metadata_expire: words,
  metadata_expire_filter: choice(['never', 'read-only:past', 'read-only:present', 'read-only:future']).optional(),
  metalink: words,
  mirrorlist: words,
  mirrorlist_expire: words,
  module_hotfixes: switched,
  password: words,
  priority: words,
  protect: switched,
  proxy: words,
  proxy_password: words,
  proxy_username: words,
  repo_gpgcheck: switched,
  retries: words,
  s3_enabled: switched,
  skip_if_unavailable: switched,
  ssl_check_cert_permissions: switched,
  sslcacert: words,
  sslclientcert: words,
  sslclientkey: words,
  sslverify: switched,
  throttle: words,
  timeout: words,
  ui_repoid_vars: words,
  username: words,
};
const sectionSchema = z.object(sectionArguments);

const isPresent = ({ state }: Readonly<Record<string, unknown>>) => state !== 'absent';

const schema = withRules(
  z.strictObject({
    name: text.refine((name) => name !== '' && name !== defaultSection && !/[\r\n]/.test(name), {
      message: `the id of a repository is wanted, on one line, and not ${defaultSection}`,
    }),
    description: words,
    file: path.optional(),
    reposdir: path.transform(withoutSlash).default('/etc/yum.repos.d'),
    state: choice(['present', 'absent']).default('present'),
    ...sectionArguments,
    ...attributeArguments,
  }),
  [
    requiredIf('description', isPresent, 'state is present'),
    (given) =>
      isPresent(given) && [given.baseurl, given.mirrorlist, given.metalink].every((each) => each === undefined)
        ? { message: 'one of baseurl, mirrorlist, metalink is required when state is present' }
        : undefined,
  ],
);

type YumRepositoryArguments = z.infer<typeof schema>;

/** Where dnf and yum find packages. */
export const yumRepository: Module<YumRepositoryArguments> = expandHome(['reposdir'], {
  name: 'yum_repository',
  collection: 'ansible.builtin',
  summary: 'Keeps a repository of packages in a file of /etc/yum.repos.d, for dnf and yum.',
  schema,
  aliases: {
    ca_cert: 'sslcacert',
    client_cert: 'sslclientcert',
    client_key: 'sslclientkey',
    excludepkgs: 'exclude',
    validate_certs: 'sslverify',
  },
  example: `- name: Confluent's packages
  yum_repository:
    name: confluent
    description: Confluent
    baseurl: https://packages.confluent.io/rpm/7.6
    gpgkey: https://packages.confluent.io/rpm/7.6/archive.key
    gpgcheck: yes`,
  noticedByOthers: false,
  probe(args, context) {
    addSecrets(args, context);
    return textQuestions(fileOf(args));
  },
  decide(args, answers, context) {
    addSecrets(args, context);
    const { name, state } = args;
    const file = fileOf(args);
    const result = { repo: name, state };
    const folder = missingFolder(file.path, answers);
    if (folder !== undefined) return failed(folder, result);
    if (state === 'absent' && answers.get(stat(file.path)) === null) return unchanged(result);
    const read = readText(file, answers);
    if ('problem' in read) return read.problem;
    const found = readRepoFile(read.text);
    if ('problem' in found) {
      const message = `${file.path}: line ${found.line} cannot be read: ${found.problem}`;
      return failed({ message, hint: 'correct the file, or remove it with a file task before this one' }, result);
    }
    const wanted = state === 'present' ? sectionOf(args) : undefined;
    const isRight = wanted === undefined ? !found.sections.has(name) : hasSection(found, name, wanted);
    const after = withSection(found, name, wanted);
    if (!isRight && after.sections.size === 0) {
      const diff = contentDiff(file.path, Buffer.from(read.text), Buffer.from(''));
      return change([{ do: 'remove', path: file.path }], [diff], result);
    }
    return editText(file, answers, context, (text) => ({ text: isRight ? text : writeRepoFile(after), result }));
  },
});

function fileOf({ name, file, reposdir, owner, group, mode }: YumRepositoryArguments) {
  return { path: posix.join(reposdir, `${file ?? name}.repo`), create: true, backup: false, owner, group, mode };
}

function addSecrets({ password, proxy_password }: YumRepositoryArguments, context: Pick<ModuleContext, 'addSecret'>) {
  for (const secret of [password, proxy_password]) if (secret !== undefined) context.addSecret(secret);
}

/** The options in the order of their names. Blanks around a value are nothing that a reader of the file sees. */
function sectionOf(args: YumRepositoryArguments): ReadonlyMap<string, string> {
  const given = { ...sectionSchema.parse(args), name: args.description };
  const options = Object.entries(given).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    if (typeof value === 'boolean') return [[name, value ? '1' : '0']];
    const separator = name === 'exclude' || name === 'includepkgs' ? ' ' : '\n';
    const lines = (typeof value === 'string' ? value : value.join(separator)).trim().split('\n');
    return [[name, lines.map((line) => line.trim()).join('\n')]];
  });
  return new Map(options.sort(([left], [right]) => (left < right ? -1 : 1)));
}
