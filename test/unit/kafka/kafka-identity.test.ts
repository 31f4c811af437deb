import { describe, expect, it } from 'vitest';
import { parseMetaProperties } from '../../../src/kafka/identity.ts';
import { kafkaIdentity } from '../../../src/kafka/kafka-identity.ts';
import { identityQuestions } from '../../../src/modules/identity-file.ts';
import type { Answer, Question } from '../../../src/shell/question.ts';
import { decideOn } from '../cluster/decide.ts';
import { fileStat } from '../stat.ts';

/** As a broker 2.8.1 writes it. */
const meta = (id: number | undefined, cluster = '2Mc_BQckRy-EteeeN3J8Hw') =>
  [
    '#',
    '#Sat Nov 21 03:26:45 UTC 2026',
    ...(id === undefined ? [] : [`broker.id=${id}`]),
    'version=0',
    `cluster.id=${cluster}`,
    '',
  ].join('\n');

function decide(files: Readonly<Record<string, string | null | 'unreadable'>>, rest: object = {}) {
  const answered = Object.entries(files).flatMap(([folder, text]): (readonly [Question, Answer])[] => {
    const questions = identityQuestions(`${folder}/meta.properties`);
    const content = text === null || text === 'unreadable' ? null : Buffer.from(text);
    return [
      [questions.content, content],
      [questions.stat, text === null ? null : fileStat],
    ];
  });
  return decideOn(kafkaIdentity, { id: 1, data_dirs: Object.keys(files), ...rest }, answered);
}

describe('meta.properties', () => {
  it('names the broker and the cluster, of a KRaft node too', () => {
    expect(parseMetaProperties(meta(1))).toEqual({ id: 1, clusterId: '2Mc_BQckRy-EteeeN3J8Hw' });
    expect(parseMetaProperties('version=1\nnode.id=4\ncluster.id=abc\n')).toEqual({ id: 4, clusterId: 'abc' });
    expect(parseMetaProperties('')).toEqual({ id: undefined, clusterId: undefined });
  });
});

describe('kafka_identity', () => {
  it('agrees with the data of this broker, and with directories that are new', () => {
    const decision = decide({ '/data/1': meta(1), '/data/2': null });
    expect(decision.verdict).toBe('unchanged');
    expect(decision.result.get('cluster_id')).toBe('2Mc_BQckRy-EteeeN3J8Hw');
    expect(decide({ '/data/1': null }).verdict).toBe('unchanged');
  });

  it.each([
    [
      { '/data/1': meta(1), '/data/2': meta(3) },
      {},
      '/data/2/meta.properties says that this is broker 3, but the inventory says that it is broker 1',
    ],
    [
      { '/data/1': meta(undefined) },
      {},
      '/data/1/meta.properties does not say whose data it is; the inventory says broker 1',
    ],
    [
      { '/data/1': meta(1), '/data/2': meta(1, 'other') },
      {},
      '/data/1/meta.properties belongs to the cluster 2Mc_BQckRy-EteeeN3J8Hw, but /data/2/meta.properties to other',
    ],
    [
      { '/data/1': meta(1) },
      { cluster_id: 'mine' },
      '/data/1/meta.properties belongs to the cluster 2Mc_BQckRy-EteeeN3J8Hw, not to mine',
    ],
    [{ '/data/1': 'unreadable' }, {}, '/data/1/meta.properties cannot be read, so it cannot be told whose data it is'],
  ])('refuses %j', (files, rest, message) => {
    expect(decide(files, rest)).toMatchObject({ verdict: 'failed', message });
  });
});
