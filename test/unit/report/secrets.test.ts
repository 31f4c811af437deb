import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/apply/events.ts';
import { REDACTED, Redactor } from '../../../src/shell/redact.ts';
import { eventfulRun, FakeTerminal, openReport, Recorder, told } from './recording.ts';

const secret = 'hunter-22-"quoted"';

/** Copies of an event, each with the secret in another of its strings; words of a closed vocabulary stay. */
function planted(event: Event): Event[] {
  const copies: Event[] = [];
  const walk = (value: unknown, rebuild: (changed: unknown) => unknown): void => {
    if (typeof value === 'string') copies.push(rebuild(`x ${secret} y`) as Event);
    else if (Array.isArray(value))
      value.forEach((item, index) => {
        walk(item, (changed) => rebuild(value.with(index, changed)));
      });
    else if (value !== null && typeof value === 'object')
      for (const [key, item] of Object.entries(value))
        if (!['event', 'status', 'kind', 'what', 'verdict'].includes(key))
          walk(item, (changed) => rebuild({ ...value, [key]: changed }));
  };
  walk(event, (changed) => changed);
  return copies;
}

const everything: Event[] = [
  ...eventfulRun(),
  { event: 'problem', problem: { message: 'no', hint: 'yes', at: { file: 'a', line: 1, column: 1 } } },
];

describe('secrets', () => {
  const cases = everything.flatMap((event) => planted(event).map((copy) => ({ name: event.event, copy })));
  const redactor = new Redactor();
  redactor.add(secret);
  const options = { redactor, verbosity: 2, diff: true } as const;

  it('are planted in many places', () => {
    expect(cases.length).toBeGreaterThan(200);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(16);
  });

  it.each(['lines', 'json', 'tree'] as const)('do not show in %s', async (format) => {
    const heard: Event[] = [];
    const stdout = format === 'tree' ? new FakeTerminal(400, 40) : new Recorder();
    const events = cases.map(({ copy }) => copy);
    const output = await told(events, { ...options, format, stdout, listeners: [(event) => heard.push(event)] });
    for (const text of [output.stdout, output.stderr, JSON.stringify(heard)]) {
      expect(text).not.toContain('hunter');
      expect(text).not.toContain('quoted');
    }
    expect(output.stdout).toContain(REDACTED);
    expect(heard.length).toBe(cases.length);
  });

  it('that look like our own words do not break the report', async () => {
    const words = new Redactor();
    for (const word of ['changed', 'task', 'host', 'text', 'message', 'hosts', 'before', 'recap']) words.add(word);
    const { stdout } = await told(eventfulRun(), { ...options, redactor: words });
    expect(stdout).toMatch(/^changed +Write zoo.cfg: s1 s2 s3$/m);
    const { stdout: json } = await told(eventfulRun(), { ...options, redactor: words, format: 'json' });
    expect(json.split('\n').length - 1).toBe(eventfulRun().length);
  });

  it('are found in the keys of a state, too', async () => {
    const event: Event = {
      ...({ event: 'task', host: 's1', status: 'changed', seconds: 0 } as const),
      task: { play: 'p', task: 't', module: 'm', at: { file: 'f', line: 1, column: 1 }, index: 0 },
      diff: [{ kind: 'state', subject: 'it', before: {}, after: { [secret]: 'x' } }],
    };
    const { stdout } = await told([event], options);
    expect(stdout).toContain(`${REDACTED}: – → x`);
  });
});

describe('a report', () => {
  it('goes on when nobody reads it any more', async () => {
    const stdout = new Recorder();
    const report = openReport({ stdout });
    stdout.destroy(new Error('EPIPE'));
    for (const event of eventfulRun()) report.emit(event);
    await report.end();
    expect(stdout.text).toBe('');
  });

  it('does not throw into the engine, but at its end', async () => {
    const stdout = new Recorder();
    const broken = (): Date => new Date(Number.NaN);
    const report = openReport({ format: 'json', stdout, now: broken });
    expect(() => report.emit({ event: 'warning', message: 'x' })).not.toThrow();
    await expect(report.end()).rejects.toThrow(RangeError);
  });
});
