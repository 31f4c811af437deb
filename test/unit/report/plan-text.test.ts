import { describe, expect, it } from 'vitest';
import type { HostView, PlanView, TaskView } from '../../../src/plan/plan-view.ts';
import { type PlanTextOptions, planLines } from '../../../src/report/plan-text.ts';
import { REDACTED, Redactor } from '../../../src/shell/redact.ts';

const hosts = ['s1', 's2', 's3'];

function task(name: string, views: readonly Partial<HostView>[], handler = false): TaskView {
  return {
    task: name,
    module: 'file',
    at: { file: 'site.yml', line: 7, column: 5 },
    handler,
    hosts: views.map((view, index) => ({ host: hosts[index] ?? '', verdict: 'ok', diff: [], ...view })),
  };
}

function all(view: Partial<HostView>): Partial<HostView>[] {
  return hosts.map(() => view);
}

function text(plan: PlanView, options: Partial<PlanTextOptions> = {}): string {
  const plain = { redactor: new Redactor(), color: false, columns: 100, diff: true, verbosity: 0 };
  return planLines(plan, { ...plain, ...options }).join('\n');
}

const plan: PlanView = {
  plays: [
    {
      play: 'Install Kafka',
      hosts,
      tasks: [
        task('Make the user', all({})),
        task(
          'Make the folder',
          all({
            verdict: 'change',
            diff: [{ kind: 'state', subject: '/data', before: { state: 'absent' }, after: { state: 'directory' } }],
          }),
        ),
        task(
          'Write server.properties',
          hosts.map((_, index) => ({
            verdict: 'change' as const,
            diff: [
              {
                kind: 'text' as const,
                path: '/etc/server.properties',
                before: 'a=1\nb=2\n',
                after: `a=1\nbroker.id=${index}\n`,
              },
            ],
          })),
        ),
        task('Remove the old link', [
          {
            verdict: 'change',
            diff: [{ kind: 'state', subject: '/kafka', before: { state: 'link' }, after: { state: 'absent' } }],
          },
          {},
          { verdict: 'skipped', reason: 'when is false' },
        ]),
        task(
          'Unpack',
          all({
            verdict: 'change',
            diff: [{ kind: 'note', text: 'unpacks kafka.tgz (68.2 MB)' }],
            items: [
              { label: 'a', verdict: 'ok' },
              { label: 'b', verdict: 'change' },
            ],
          }),
        ),
        task(
          'Ask the version',
          all({ verdict: 'run', diff: [{ kind: 'note', text: 'runs kafka-topics.sh --version' }] }),
        ),
        task(
          'Use the version',
          all({ verdict: 'unknown', reason: 'not known until the task "Ask the version" has run' }),
        ),
        task('Assert memory', [{}, { verdict: 'failed', reason: 'only 1 GB' }, {}]),
        task('Make topics', [{ verdict: 'change' }, { verdict: 'once' }, { verdict: 'once' }]),
        task('Restart Kafka', all({ verdict: 'change', diff: [] }), true),
      ],
    },
    { play: 'Nothing here', hosts: ['s1'], tasks: [task('Make the user', [{}])] },
  ],
};

describe('planLines', () => {
  it('shows what would change on which hosts', () => {
    expect(text(plan)).toMatchSnapshot();
  });

  it('folds hosts whose differences are not shown', () => {
    expect(text(plan, { diff: false })).toMatchSnapshot();
  });

  it('tells with -v what stays as it is', () => {
    const shown = text(plan, { verbosity: 1, diff: false });
    expect(shown).toContain('  = Make the user: s1 s2 s3\n');
    expect(shown).toContain('  · Remove the old link: s3\n      when is false\n');
  });

  it('says so when there is nothing to change', () => {
    expect(text({ plays: plan.plays.slice(1) })).toBe('nothing to change');
  });

  it('does not say so of hosts that it could not look at', () => {
    expect(text({ plays: [] }, { unreached: 2 })).toBe('not known for 2 hosts: no look could be had at them');
  });

  it('says how a saved plan is applied', () => {
    const saved = text(plan, { applyWith: 'brokkr apply p.json' });
    expect(saved.split('\n').at(-1)).toMatch(/; apply with: brokkr apply p\.json$/);
    expect(text(plan).split('\n').at(-1)).toMatch(/^up to \d+ changes on 3 hosts$/);
  });

  it('does not offer to apply a plan that only fails', () => {
    const failing = {
      plays: [{ play: 'p', hosts, tasks: [task('Assert', all({ verdict: 'failed', reason: 'no' }))] }],
    };
    expect(text(failing).split('\n').at(-1)).toMatch(/^3 steps would fail/);
  });

  it('says what helps against a failure, as a run does', () => {
    const failed = all({
      verdict: 'failed',
      reason: 'the folder /x does not exist',
      hint: 'make it\nin a task before',
    });
    const shown = text({ plays: [{ play: 'p', hosts, tasks: [task('Copy', failed)] }] });
    expect(shown.split('\n').slice(1, 6)).toEqual([
      '  ! Copy: s1 s2 s3',
      '      at site.yml:7:5',
      '      the folder /x does not exist',
      '      → make it',
      '        in a task before',
    ]);
  });

  it('shows no secret, and obeys no escape sequence', () => {
    const redactor = new Redactor();
    redactor.add('hunter22');
    const diff = [{ kind: 'text' as const, path: '/x', before: '', after: 'password=hunter22\n\u001b[2J' }];
    const shown = text(
      { plays: [{ play: 'p', hosts, tasks: [task('t', all({ verdict: 'change', diff }))] }] },
      { redactor },
    );
    expect(shown).toContain(`+password=${REDACTED}`);
    expect(shown).toContain('+\\x1b[2J');
  });

  it('marks with colours when they are wanted', () => {
    expect(text(plan, { color: true })).toContain('\u001b[32m+\u001b[39m Make the folder');
  });
});
