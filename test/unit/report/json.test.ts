import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Event } from '../../../src/apply/events.ts';
import { eventSchemas } from '../../../src/report/event-schema.ts';
import { eventsPage } from './events-page.ts';
import { ended, eventfulRun, identity, recapOf, started, summedUp, told } from './recording.ts';

const anyLine = z.discriminatedUnion('event', [
  eventSchemas.run.strict(),
  eventSchemas.warning.strict(),
  eventSchemas.problem.strict(),
  eventSchemas.plan.strict(),
  eventSchemas.connecting.strict(),
  eventSchemas.connected.strict(),
  eventSchemas.play.strict(),
  eventSchemas.batch.strict(),
  eventSchemas.program.strict(),
  eventSchemas.begin.strict(),
  eventSchemas.progress.strict(),
  eventSchemas.task.strict(),
  eventSchemas.owed.strict(),
  eventSchemas.interrupted.strict(),
  eventSchemas.server.strict(),
  eventSchemas.recap.strict(),
]);

async function linesOf(events: readonly Event[]): Promise<z.infer<typeof anyLine>[]> {
  const { stdout } = await told(events, { format: 'json' });
  if (stdout === '') return [];
  expect(stdout.endsWith('\n')).toBe(true);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => anyLine.parse(JSON.parse(line)));
}

describe('JSON', () => {
  it('tells each event as a line of the documented format', async () => {
    const { stdout, stderr } = await told(eventfulRun(), { format: 'json' });
    expect(stdout).toMatchSnapshot();
    expect(stderr).toBe('');
    const lines = await linesOf(eventfulRun());
    expect(lines.length).toBe(eventfulRun().length);
    expect(lines.at(0)).toMatchObject({ event: 'run', version: 1 });
    expect(lines.at(-1)).toMatchObject({ event: 'recap' });
  });

  it('covers every event that the engine knows', async () => {
    const rest: Event[] = [
      { event: 'problem', problem: { message: 'no', hint: 'yes', at: { file: 'a', line: 1, column: 1 } } },
    ];
    const lines = await linesOf([...eventfulRun().slice(0, -1), ...rest, summedUp([])]);
    expect(new Set(lines.map(({ event }) => event))).toEqual(new Set(Object.keys(eventSchemas)));
  });

  it('puts the first line first, whatever was told before it', async () => {
    const lines = await linesOf([{ event: 'warning', message: 'early' }, ...started(['s1']), summedUp([])]);
    expect(lines.map(({ event }) => event)).toEqual(['run', 'warning', 'play', 'batch', 'recap']);
  });

  it('begins and ends as documented when the input could not be read', async () => {
    const lines = await linesOf([{ event: 'problem', problem: { message: 'no such file' } }]);
    expect(lines).toMatchObject([
      { event: 'run', verb: '', hosts: [], tasks: 0 },
      { event: 'problem', message: 'no such file' },
      { event: 'recap', failed: true, hosts: [] },
    ]);
  });

  it('ends with a recap when the run was broken off', async () => {
    const lines = await linesOf([...started(['s1']), ended('s1', identity(0, 'Link it'), 'changed')]);
    expect(lines.at(-1)).toMatchObject({ event: 'recap', failed: true });
  });

  it('ends with a recap of its own when something is told after one', async () => {
    const lines = await linesOf([...started(['s1']), summedUp([recapOf('s1')]), { event: 'warning', message: 'late' }]);
    expect(lines.map(({ event }) => event).slice(-2)).toEqual(['warning', 'recap']);
  });

  it('says nothing of a run that was none', async () => {
    expect(await linesOf([])).toEqual([]);
  });

  it('keeps control characters inside strings', async () => {
    const [, , , task] = await linesOf([
      ...started(['s1']),
      ended('s1', identity(0, 'Say it'), 'ok', { message: 'a\u001b[2J\n\u2028b' }),
    ]);
    expect(task).toMatchObject({ message: 'a\u001b[2J\n\u2028b' });
  });

  it('is documented by docs/events.md, which is written from the schemas', async () => {
    await expect(eventsPage()).toMatchFileSnapshot('../../../docs/events.md');
  });
});
