import { expect, test, vi } from 'vitest';
import type { Event } from '../../../src/apply/events.ts';
import { forEachHost } from '../../../src/apply/slow-hosts.ts';

test('a host that the others wait for is named, ever more rarely, and not when they are many', async () => {
  vi.useFakeTimers();
  try {
    const told: Event[] = [];
    const hosts = ['a', 'b', 'c', 'slow'].map((name) => ({ name }));
    const finish = new Map<string, () => void>();
    const all = forEachHost(
      hosts,
      4,
      ({ name }) => new Promise<void>((resolve) => void finish.set(name, resolve)),
      (event) => void told.push(event),
    );
    await vi.advanceTimersByTimeAsync(15_000);
    expect(told).toEqual([]);
    for (const name of ['a', 'b', 'c']) finish.get(name)?.();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(told).toEqual([{ event: 'progress', text: '3 hosts wait for slow' }]);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(told).toHaveLength(1);
    finish.get('slow')?.();
    await all;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(told).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});
