import { z } from 'zod';
import { matchesHost } from '../transport/known-hosts.ts';
import { requiredIf, withRules } from './argument-rules.ts';
import { choice, flag, path, text } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import { editKnownHosts, entriesOf } from './known-host-edit.ts';
import type { Module } from './module.ts';
import { missingFolder, stat, withoutSlash } from './paths.ts';
import { editText, textQuestions } from './text-file.ts';

const schema = withRules(
  z.strictObject({
    name: text.refine((name) => /^[^\s,#]+$/.test(name), { message: 'the name or address of one host is wanted' }),
    key: text
      .refine(isKeys, {
        message: 'lines as they stand in known_hosts are wanted: the host, the type of the key, the key',
      })
      .optional(),
    path: path.default('~/.ssh/known_hosts').transform(withoutSlash),
    hash_host: flag.default(false),
    state: choice(['present', 'absent']).default('present'),
  }),
  [
    requiredIf('key', ({ state }) => state !== 'absent', 'state is present'),
    ({ name, key }) => (typeof name === 'string' && typeof key === 'string' ? otherHost(name, key) : undefined),
  ],
);

/** The keys by which ssh on the host knows other hosts. */
export const knownHosts: Module<z.infer<typeof schema>> = expandHome(['path'], {
  name: 'known_hosts',
  collection: 'ansible.builtin',
  summary: 'Has ssh on the host know the key of another host, or no longer.',
  schema,
  aliases: { host: 'name' },
  example: `- name: The repositories of the team are known
  known_hosts:
    path: /etc/ssh/ssh_known_hosts
    name: git.example.org
    key: git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIMbrosXvyV4k8mP0Pq2VfSLwW2X9gXwCjHkGKvTzmYc`,
  noticedByOthers: false,
  probe: (args) => textQuestions(fileOf(args)),
  decide(args, answers, context) {
    const { name, key = null, path, hash_host, state } = args;
    const result = { name, key, path, hash_host };
    if (answers.get(stat(path)) === null) {
      if (state === 'absent') return unchanged({ ...result, state });
      const obstacle = missingFolder(path, answers);
      if (obstacle !== undefined) return failed(obstacle);
    }
    const wanted = { name: name.toLowerCase(), key: key ?? '', state, hashed: hash_host, host: context.host };
    return editText(fileOf(args), answers, context, (before) => ({ text: editKnownHosts(wanted, before), result }));
  },
});

function fileOf({ path }: { readonly path: string }) {
  return { path, create: true, backup: false, tellsFile: true } as const;
}

function isKeys(text: string): boolean {
  const lines = text.split('\n').filter((line) => !/^\s*(#.*)?$/.test(line));
  const entries = entriesOf(text);
  return (
    entries.length > 0 &&
    entries.length === lines.length &&
    entries.every(({ type, key }) => /^(ssh|ecdsa|sk)-/.test(type) && /^AAAA[\w+/=]*$/.test(key))
  );
}

function otherHost(name: string, key: string): { name: string; message: string } | undefined {
  const other = entriesOf(key).find(({ hosts }) => !matchesHost(hosts, name.toLowerCase()));
  if (other === undefined || !isKeys(key)) return undefined;
  return { name: 'key', message: `it is of ${other.hosts}, not of ${name}: the host stands before the key` };
}
