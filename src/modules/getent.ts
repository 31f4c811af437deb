import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import type { OutputQuestion } from '../shell/question.ts';
import { quote } from '../shell/quote.ts';
import { flag, text } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import type { Module } from './module.ts';
import { output } from './tool.ts';

const schema = z.strictObject({
  database: text.refine((name) => /^[a-z_]+$/.test(name), {
    message: 'the name of a database, such as passwd, is wanted',
  }),
  key: text.optional(),
  split: text.optional(),
  fail_key: flag.default(true),
});

type GetentArguments = z.infer<typeof schema>;

/** Entries of a database of names, as a fact. */
export const getent: Module<GetentArguments> = {
  name: 'getent',
  collection: 'ansible.builtin',
  summary: 'Looks up users, groups, hosts and services of the host, in the fact getent_DATABASE.',
  schema,
  aliases: {},
  example: `- name: Who kafka is
  getent:
    database: passwd
    key: kafka
- debug:
    msg: "its home is {{ getent_passwd.kafka[4] }}"`,
  noticedByOthers: false,
  neverChanges: true,
  factsSet: () => databases.map((name) => `getent_${name}`),
  probe: (args) => [question(args)],
  decide(args, answers) {
    const { rc, stdout } = answers.get(question(args));
    const fact = `getent_${args.database}`;
    if (rc === 0) return unchanged({ ansible_facts: new Map([[fact, entriesOf(args, stdout)]]) });
    if (rc !== 2) return failed({ message: `Missing arguments, or database unknown.` });
    const msg = 'One or more supplied key could not be found in the database.';
    if (args.fail_key) return failed({ message: msg });
    const none = new Map<Value, Value>([[args.key ?? '', null]]);
    return unchanged({ ansible_facts: new Map([[fact, none]]), msg });
  },
};

/** BusyBox has no getent(1); then the file of the database is read. */
function question({ database, key }: GetentArguments): OutputQuestion {
  const word = key === undefined ? '' : quote(key);
  const fields = colonSeparated.has(database) ? ': ' : '[ \t]+';
  const find = `awk -v k=${word} -F ${quote(fields.trim())} '$1 !~ /^#/ { for (i = 1; i <= (FS == ":" ? 1 : NF); i++) if ($i == k) { print; f = 1; exit } } END { exit f ? 0 : 2 }' /etc/${database}`;
  const asked = output(
    `names of ${database}`,
    `if command -v getent >/dev/null; then getent ${database} ${word}`,
    `elif [ -r /etc/${database} ]; then ${key === undefined ? `grep -v '^#' /etc/${database}` : find}`,
    'else exit 1; fi',
  );
  const files = filesBehind[database] ?? [`/etc/${database}`];
  return { ...asked, reads: ['/etc/nsswitch.conf', ...files] };
}

const hostFiles = ['/etc/hosts', '/etc/host.conf', '/etc/resolv.conf'];

/** Where databases are read from that have no file of their name, or more than that. Source: nsswitch.conf(5). */
const filesBehind: Readonly<Record<string, readonly string[]>> = {
  hosts: hostFiles,
  ahosts: hostFiles,
  ahostsv4: hostFiles,
  ahostsv6: hostFiles,
  initgroups: ['/etc/passwd', '/etc/group'],
};

const colonSeparated = new Set(['passwd', 'group', 'shadow', 'gshadow']);

/** Those that getent(1) of glibc knows. */
const databases = [
  ...colonSeparated,
  ...['ahosts', 'ahostsv4', 'ahostsv6', 'aliases', 'ethers', 'hosts', 'initgroups', 'netgroup', 'networks'],
  ...['protocols', 'rpc', 'services'],
];

function entriesOf({ database, split }: GetentArguments, stdout: string): Value {
  const separator = split ?? (colonSeparated.has(database) ? ':' : undefined);
  const entries = new Map<Value, Value>();
  const repeated = new Set<Value>();
  for (const line of stdout.split('\n').filter((each) => each !== '')) {
    const [name = '', ...rest] = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
    const before: Value | undefined = entries.get(name);
    if (before === undefined) entries.set(name, rest);
    else if (repeated.has(name) && Array.isArray(before)) entries.set(name, [...before, rest]);
    else {
      repeated.add(name);
      entries.set(name, [before, rest]);
    }
  }
  return entries;
}
