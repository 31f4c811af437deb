import { z } from 'zod';
import { integer } from '../modules/argument-types.ts';
import { dataDirs } from '../modules/cluster-arguments.ts';
import { identityQuestions, readIdentityFile } from '../modules/identity-file.ts';
import type { Answers, Decision, Module } from '../modules/module.ts';
import { compareMyid } from './identity.ts';

const schema = z.strictObject({
  id: integer.pipe(z.int().min(1, 'an id is from 1 to 255').max(255, 'an id is from 1 to 255')),
  data_dirs: dataDirs,
});
type Args = z.output<typeof schema>;

/** Stops a run that would give a data directory to another server than the one it belongs to. Changes nothing. */
export const zookeeperIdentity: Module<Args> = {
  name: 'zookeeper_identity',
  collection: 'brokkr',
  summary: "Check that a server's data directory belongs to the id that the inventory gives it.",
  schema,
  aliases: { zookeeper_id: 'id', data_dir: 'data_dirs' },
  uniqueArgument: 'id',
  example: [
    '- name: The data on disk is that of this server',
    '  zookeeper_identity:',
    '    id: 1',
    '    data_dirs: /var/lib/zookeeper',
  ].join('\n'),
  noticedByOthers: false,
  probe: ({ data_dirs }) => data_dirs.flatMap((folder) => identityQuestions(`${folder}/myid`).all),
  decide,
};

function decide({ id, data_dirs }: Args, answers: Answers): Decision {
  for (const path of data_dirs.map((folder) => `${folder}/myid`)) {
    const file = readIdentityFile(path, answers);
    if (file.found === 'nothing') continue;
    const problem =
      file.found === 'text'
        ? compareMyid(path, file.text, id)
        : {
            message: `${path} cannot be read, so it cannot be told whose data it is`,
            hint: 'look at its owner and mode',
          };
    if (problem !== undefined) return { verdict: 'failed', ...problem, result: new Map([['id', id]]) };
  }
  return { verdict: 'unchanged', result: new Map([['id', id]]) };
}
