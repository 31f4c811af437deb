import { z } from 'zod';
import { path } from './argument-types.ts';
import { failed, unchanged } from './decisions.ts';
import { expandHome } from './home-paths.ts';
import type { Module } from './module.ts';
import { stat } from './paths.ts';

/** Larger files do not belong into a variable. */
const maxBytes = 16 * 1024 * 1024;

const schema = z.strictObject({ src: path });

/** A file's content, for `register`. */
export const slurp: Module<z.infer<typeof schema>> = expandHome(['src'], {
  name: 'slurp',
  collection: 'ansible.builtin',
  summary: 'Reads a file of the host, in base64.',
  schema,
  aliases: { path: 'src' },
  example: `- name: Which cluster do the disks belong to
  slurp:
    src: /var/lib/kafka/meta.properties
  register: identity`,
  noticedByOthers: false,
  neverChanges: true,
  probe: ({ src }) => [stat(src), { ask: 'content', path: src, maxBytes }],
  decide({ src }, answers) {
    const found = answers.get(stat(src));
    if (found === null) return failed({ message: `File not found: ${src}` });
    if (found.type === 'directory') return failed({ message: `Source is a directory and must be a file: ${src}` });
    const content = answers.get({ ask: 'content', path: src, maxBytes });
    if (content === null) return failed({ message: `${src} is not a regular file of at most 16 MB that can be read` });
    return unchanged({ content: Buffer.from(content).toString('base64'), source: src, encoding: 'base64' });
  },
});
