import { describe, expect, it } from 'vitest';
import { tryPass } from './fixture.ts';

describe('handlers', () => {
  const text = `
  handlers:
    - {name: first, debug: {msg: x}}
    - {name: second, debug: {msg: x}, listen: topic}
    - {name: third, make: {path: /c}, notify: first}
  tasks:
    - {name: a, make: {path: /a}, notify: [topic, first, topic]}
    - {name: b, make: {path: /b}, notify: third}
`;
  it('run once each, in the order in which they are defined', () => {
    const { lines } = tryPass(text, { paths: { h1: { '/a': false, '/b': true } } });
    expect(lines.h1).toEqual(['change a', 'unchanged b', 'unchanged first', 'unchanged second']);
  });

  it('do not run when nothing changed', () => {
    expect(tryPass(text, { paths: { h1: { '/a': true, '/b': true } } }).lines.h1).toEqual([
      'unchanged a',
      'unchanged b',
    ]);
  });

  it('that were passed already wait for the next flush', () => {
    const { lines } = tryPass(`${text}  post_tasks:\n    - {name: post, debug: {msg: x}}\n`, {
      paths: { h1: { '/a': true, '/b': false, '/c': false } },
    });
    expect(lines.h1).toEqual(['unchanged a', 'change b', 'change third', 'unchanged post', 'unchanged first']);
  });

  it('that nobody has break the task that would notify them', () => {
    const { lines } = tryPass(
      `
  vars: {who: nobody}
  handlers:
    - {name: "{{ who }} else", debug: {msg: x}}
  tasks:
    - {name: same, make: {path: /b}, notify: "{{ who }}"}
    - {name: a, make: {path: /a}, notify: "{{ who }}"}
`,
      { paths: { h1: { '/a': false, '/b': true } } },
    );
    expect(lines.h1).toEqual([
      'unchanged same',
      expect.stringMatching(/^broken a: no handler is named 'nobody' or listens to it \(site\.yml:\d+:\d+\)$/),
    ]);
  });
});

describe('meta', () => {
  it('ends a host where its condition holds', () => {
    const { lines } = tryPass(
      `
  tasks:
    - {meta: end_host, when: me == 'h1'}
    - {name: goes on, debug: {msg: x}}
`,
      { hosts: ['h1', 'h2'] },
    );
    expect(lines).toEqual({ h1: ['meta end_host'], h2: ['meta noop', 'unchanged goes on'] });
  });

  it('ends a play for all by the first host', () => {
    const { lines } = tryPass(
      `
  tasks:
    - {meta: end_play, when: me == 'h2'}
    - {name: goes on, debug: {msg: x}}
    - {meta: end_play, when: me == 'h1'}
    - {name: not here, debug: {msg: x}}
`,
      { hosts: ['h1', 'h2'] },
    );
    expect(lines).toEqual({
      h1: ['meta noop', 'unchanged goes on', 'meta end_play'],
      h2: ['meta noop', 'unchanged goes on', 'meta end_play'],
    });
  });
});

describe('a failure', () => {
  it('ends the host, and only it', () => {
    const trial = tryPass(
      `
  tasks:
    - {name: a, fail: , when: me == 'h1'}
    - {name: b, debug: {msg: "{{ ansible_play_hosts }}"}}
`,
      { hosts: ['h1', 'h2'] },
    );
    expect(trial.lines).toEqual({ h1: ['failed a'], h2: ['skipped a', 'unchanged b'] });
  });

  it("is everybody's where any error is fatal", () => {
    const trial = tryPass(
      `
  any_errors_fatal: true
  tasks:
    - block:
        - {name: a, fail: , when: me == 'h1'}
        - {name: b, debug: {msg: x}}
      rescue:
        - {name: c, debug: {msg: x}}
    - {name: d, fail: , when: me == 'h2'}
    - {name: e, debug: {msg: x}}
`,
      { hosts: ['h1', 'h2'] },
    );
    expect(trial.lines).toEqual({
      h1: ['failed a', 'unchanged c', 'skipped d'],
      h2: ['skipped a', 'unchanged c', 'failed d'],
    });
  });

  it('of a template is that of its task', () => {
    const { lines } = tryPass(`
  tasks:
    - {name: ignored, debug: {msg: "{{ nowhere }}"}, ignore_errors: true, register: r}
    - {name: read, debug: {msg: x}, when: r is failed}
    - {name: broken, debug: {msg: "{{ nowhere }}"}}
    - {name: never, debug: {msg: x}}
`);
    expect(lines.h1).toEqual([
      "broken ignored: 'nowhere' is undefined",
      'unchanged read',
      "broken broken: 'nowhere' is undefined",
      // The plan is not carried out; what comes after is looked at for more of the kind.
      'unchanged never',
    ]);
  });

  it('of one item leaves the others', () => {
    const { lines } = tryPass(
      `
  tasks:
    - name: items
      debug: {msg: "{{ item.name }}"}
      loop: [{name: a}, {}, {name: c}]
`,
    );
    expect(lines.h1).toEqual(['unchanged,failed,unchanged items']);
  });
});

describe('check_mode of a task', () => {
  it('tells what would change, and changes nothing', () => {
    const trial = tryPass(
      `
  tasks:
    - {name: made, make: {path: /a}, check_mode: true, register: r}
    - {name: look, look: {path: /a}, register: l}
    - {name: run, act: x, check_mode: true}
`,
      { mode: 'apply', paths: { h1: { '/a': false } } },
    );
    expect(trial.lines.h1).toEqual(['unchanged made', 'unchanged look', 'skipped run']);
    expect([trial.registered('h1', 'r'), trial.registered('h1', 'l')]).toMatchObject([
      new Map<string, unknown>([
        ['path', '/a'],
        ['changed', true],
        ['failed', false],
      ]),
      new Map<string, unknown>([
        ['exists', false],
        ['changed', false],
        ['failed', false],
      ]),
    ]);
  });
});

describe('until', () => {
  it('needs no run when it holds already', () => {
    const trial = tryPass('\n  tasks:\n    - {name: look, look: {path: /a}, register: r, until: r.exists}\n', {
      mode: 'apply',
      paths: { h1: { '/a': true } },
    });
    expect(trial.passes[0]?.stoppedAt).toBeUndefined();
    expect(trial.registered('h1', 'r')).toEqual(
      new Map<string, unknown>([
        ['exists', true],
        ['attempts', 1],
        ['changed', false],
        ['failed', false],
      ]),
    );
  });

  it('is waited for when it does not', () => {
    const text = `
  tasks:
    - {name: look, look: {path: /a}, register: r, until: r.exists}
    - {name: use, debug: {msg: "{{ r.exists }}"}}
`;
    const run = tryPass(text, { mode: 'apply', paths: { h1: { '/a': false } } });
    expect([run.lines.h1, run.passes[0]?.stoppedAt]).toEqual([['unchanged look'], 1]);
    expect(tryPass(text, { paths: { h1: { '/a': false } } }).lines.h1).toEqual([
      'unchanged look',
      "unknown use: task 'look' ran",
    ]);
  });
});
