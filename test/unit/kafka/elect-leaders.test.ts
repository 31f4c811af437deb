import { describe, expect, it } from 'vitest';
import { electLeadersApi } from '../../../src/kafka/elect-leaders.ts';
import { WireReader, WireWriter } from './wire.ts';

describe('ElectLeaders', () => {
  it('names topics and partitions as version 0 has them', async () => {
    const body = await electLeadersApi.encode({
      topics: [
        { topic: 'logs', partitions: [0, 2] },
        { topic: 'größe', partitions: [1] },
      ],
      timeout: 15_000,
    });
    const reader = new WireReader(body);
    const topics = reader.array(() => ({ topic: reader.string(), partitions: reader.array(() => reader.int32()) }));
    expect(topics).toEqual([
      { topic: 'logs', partitions: [0, 2] },
      { topic: 'größe', partitions: [1] },
    ]);
    expect(reader.int32()).toBe(15_000);
  });

  it('gives the result of each partition', async () => {
    const answer = new WireWriter().int32(0);
    const results = [
      { partition: 0, errorCode: 0, errorMessage: null },
      { partition: 2, errorCode: 80, errorMessage: 'the preferred leader is not available' },
    ];
    answer.array(['logs'], (name) => {
      answer.string(name);
      answer.array(results, ({ partition, errorCode, errorMessage }) =>
        answer.int32(partition).int16(errorCode).string(errorMessage),
      );
    });
    expect(await electLeadersApi.decode(answer.toBuffer())).toEqual(
      results.map((result) => ({ topic: 'logs', ...result })),
    );
  });
});
