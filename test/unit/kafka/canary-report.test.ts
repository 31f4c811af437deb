import { describe, expect, it } from 'vitest';
import { canaryText, PartitionTrack, summarize } from '../../../src/kafka/canary-report.ts';

/** Sends batches of two, each acknowledged at the given millisecond. */
function sent(...at: readonly number[]): PartitionTrack {
  const track = new PartitionTrack(0);
  for (const time of at) {
    track.next(2);
    track.acknowledged(time, 5);
  }
  return track;
}

function read(track: PartitionTrack, ...numbers: readonly number[]): PartitionTrack {
  for (const number of numbers) track.readBack(number);
  return track;
}

describe('what a canary has noticed', () => {
  it('is nothing when every message comes back once and in order', () => {
    const report = summarize([read(sent(0, 100, 900), 0, 1, 2, 3, 4, 5)], []);
    expect(report).toMatchObject({ sent: 6, acknowledged: 6, lost: 0, duplicated: 0, outOfOrder: 0, good: true });
    expect(report.longestGapMs).toBe(800);
    expect(canaryText(report)).toBe(
      'canary: 6 messages, 0 lost, 0 duplicated, 0 out of order; longest gap 0.8 s, p99 5 ms',
    );
  });

  it('tells when nothing was acknowledged for longer than a second', () => {
    expect(summarize([sent(0, 100, 1500, 1600)], []).gaps).toEqual([{ partition: 0, from: 100, to: 1500 }]);
  });

  it('counts what is lost, what is there twice, and what comes too late', () => {
    const report = summarize([read(sent(0, 10, 20), 0, 2, 1, 2, 5)], []);
    expect(report).toMatchObject({ lost: 2, duplicated: 1, outOfOrder: 1, good: false });
  });

  it('is not good when a message was never acknowledged, though it may be there', () => {
    const track = sent(0);
    track.next(2);
    track.giveUp();
    const report = summarize([read(track, 0, 1, 2, 3)], []);
    expect(report).toMatchObject({ sent: 4, acknowledged: 2, lost: 0, good: false });
    expect(report.problems).toEqual(['partition 0: the last messages were not acknowledged']);
  });

  it('is not good when nothing was sent, or when it could not be read', () => {
    expect(summarize([new PartitionTrack(0)], []).good).toBe(false);
    expect(summarize([read(sent(0), 0, 1)], ['it could not be read back: no broker answers']).good).toBe(false);
  });
});
