import { describe, expect, it } from 'vitest';
import { type Health, waitForHealth } from '../../../src/modules/waiting.ts';
import { controlContext } from '../cluster/loopback.ts';

const health = (progress: string, healthy = false): Health => ({ healthy, progress, value: progress });

function looks(...told: readonly Health[]): () => Promise<Health> {
  const left = [...told];
  return async () => {
    const next = left.shift();
    if (next === undefined) throw new Error('nobody should look again');
    return next;
  };
}

const setting = { timeoutMs: 10_000, intervalMs: 0, failure: async () => 'too late' };

describe('waitForHealth', () => {
  it('tells each reason once, also when two of them take turns', async () => {
    const context = controlContext();
    const look = looks(
      health('refused'),
      health('no answer'),
      health('refused'),
      health('no answer'),
      health('up', true),
    );
    const outcome = await waitForHealth({ ...setting, context, look });
    expect(outcome).toEqual({ rc: 0, stdout: 'up', stderr: '', value: 'up' });
    expect(context.told).toEqual(['refused', 'no answer']);
  });

  it('ends with what it has seen when the user asks for the end of the run', async () => {
    const context = controlContext({ stopRequested: () => true });
    const outcome = await waitForHealth({ ...setting, context, look: looks(health('1 of 3 serve')) });
    expect(outcome).toEqual({
      rc: 1,
      stdout: '',
      stderr: 'stopped while waiting: 1 of 3 serve',
      value: '1 of 3 serve',
    });
  });

  it('is well also when the end was asked for in the meantime', async () => {
    const context = controlContext({ stopRequested: () => true });
    const outcome = await waitForHealth({ ...setting, context, look: looks(health('up', true)) });
    expect(outcome).toMatchObject({ rc: 0, stdout: 'up' });
  });

  it('says why when the time is over', async () => {
    const context = controlContext();
    const outcome = await waitForHealth({ ...setting, timeoutMs: 0, context, look: looks(health('1 of 3 serve')) });
    expect(outcome).toEqual({ rc: 1, stdout: '', stderr: 'too late', value: '1 of 3 serve' });
  });
});
