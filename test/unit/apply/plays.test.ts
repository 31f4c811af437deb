import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Event } from '../../../src/apply/events.ts';
import { runLocally } from './local-hosts.ts';

// Real shells do the work, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const folder = fileURLToPath(new URL('../../differential/plays/', import.meta.url));
const counts = z.record(z.string(), z.number());
const answersSchema = z.record(
  z.string(),
  z.array(
    z.strictObject({
      arguments: z.array(z.string()),
      exit: z.number(),
      hosts: z.record(z.string(), z.array(z.string())),
      recap: z.record(z.string(), counts),
    }),
  ),
);
const answers = answersSchema.parse(JSON.parse(readFileSync(`${folder}answers.json`, 'utf8')));

/** What came of each task on each host, as the answers have it: status, name, what `debug` said. */
function told(events: readonly Event[]): Record<string, string[]> {
  const hosts: Record<string, string[]> = {};
  for (const event of events) {
    if (event.event !== 'task') continue;
    const status = event.status === 'rescued' ? 'failed' : event.status;
    const says =
      event.task.module === 'debug' && (status === 'ok' || status === 'changed')
        ? `: ${(event.message ?? '').split('\n').join(' / ')}`
        : '';
    hosts[event.host] = [...(hosts[event.host] ?? []), `${status} ${event.task.task}${says}`];
  }
  return hosts;
}

describe.each(Object.entries(answers))('%s.yml', (name, runs) => {
  it.each(runs)('with $arguments comes to what Ansible makes of it', async (run) => {
    const result = await runLocally({
      playbook: `${folder}${name}.yml`,
      inventory: `${folder}hosts.yml`,
      arguments: run.arguments,
    });
    expect(told(result.events)).toEqual(run.hosts);
    const recap = Object.fromEntries(
      result.recap
        .map(
          ({ host, ok, changed, failed, ignored, rescued, skipped, unreachable }) =>
            [host, { ok, failures: failed, unreachable, changed, skipped, rescued, ignored }] as const,
        )
        .filter(([, figures]) => Object.values(figures).some((count) => count > 0)),
    );
    expect(recap).toEqual(run.recap);
    expect(result.good).toBe(run.exit === 0);
  });
});
