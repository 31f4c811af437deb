import { z } from 'zod';
import type { Value } from '../jinja/value.ts';
import { integer, text } from '../modules/argument-types.ts';
import { dataDirs } from '../modules/cluster-arguments.ts';
import { identityQuestions, readIdentityFile } from '../modules/identity-file.ts';
import type { Answers, Decision, Module } from '../modules/module.ts';
import { compareMeta, type MetaFile, parseMetaProperties } from './identity.ts';

const schema = z.strictObject({
  id: integer.pipe(z.int().min(0, 'a broker id is 0 or more')),
  data_dirs: dataDirs,
  cluster_id: text.optional(),
});
type Args = z.output<typeof schema>;

/** Stops a run that would give a data directory to another broker than the one it belongs to. Changes nothing. */
export const kafkaIdentity: Module<Args> = {
  name: 'kafka_identity',
  collection: 'brokkr',
  summary: "Check that a broker's data directories belong to the id that the inventory gives it.",
  schema,
  aliases: { broker_id: 'id', log_dirs: 'data_dirs' },
  uniqueArgument: 'id',
  example: [
    '- name: The data on disk is that of this broker',
    '  kafka_identity:',
    '    id: 1',
    '    data_dirs: [/var/lib/kafka]',
  ].join('\n'),
  noticedByOthers: false,
  probe: ({ data_dirs }) => data_dirs.flatMap((folder) => identityQuestions(`${folder}/meta.properties`).all),
  decide,
};

function decide({ id, data_dirs, cluster_id }: Args, answers: Answers): Decision {
  const files: MetaFile[] = [];
  for (const path of data_dirs.map((folder) => `${folder}/meta.properties`)) {
    const file = readIdentityFile(path, answers);
    if (file.found === 'unreadable') {
      const message = `${path} cannot be read, so it cannot be told whose data it is`;
      return { verdict: 'failed', message, hint: 'look at its owner and mode', result: new Map([['id', id]]) };
    }
    if (file.found === 'text') files.push({ path, meta: parseMetaProperties(file.text) });
  }
  const problem = compareMeta(files, { id, clusterId: cluster_id });
  if (problem !== undefined) return { verdict: 'failed', ...problem, result: new Map([['id', id]]) };
  const clusterId = files.find(({ meta }) => meta.clusterId !== undefined)?.meta.clusterId ?? null;
  const result = new Map<string, Value>([['id', id]]);
  return { verdict: 'unchanged', result: result.set('cluster_id', clusterId) };
}
