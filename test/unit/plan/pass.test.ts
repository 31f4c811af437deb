import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../src/errors.ts';
import type { Value } from '../../../src/jinja/value.ts';
import { type Trial, tryPass, wanted } from './fixture.ts';

describe('questions', () => {
  it('are collected over all tasks and all items, whatever stands between them', () => {
    const trial = tryPass(`
  tasks:
    - look: {path: /a}
    - debug: {msg: hello}
    - make: {path: "/{{ item }}"}
      loop: [b, c]
    - look: {path: /d}
      register: d
    - look: {path: /e}
      when: d.exists
    - look: {path: /f}
`);
    expect(wanted(trial)).toEqual({ h1: ['/a', '/b', '/c', '/d', '/f'] });
    expect(trial.passes[0]?.stoppedAt).toBeUndefined();
  });

  it('about the user who asks them do not hold the next ones up', () => {
    const trial = tryPass(`
  tasks:
    - someone: {name: root}
    - look: {path: /a}
    - someone: {name: root}
      become_user: kafka
    - look: {path: /b}
`);
    expect(wanted(trial)).toEqual({ h1: ['root', '/a', 'root', '/b'] });
  });

  it('of a user wait where another one asks whether that user is there', () => {
    const trial = tryPass(`
  tasks:
    - someone: {name: kafka}
    - look: {path: /a}
      become_user: kafka
    - look: {path: /b}
`);
    expect(wanted(trial)).toEqual({ h1: ['kafka', '/b'] });
  });

  it('do not hide an error that is not one yet', () => {
    const trial = tryPass(`
  tasks:
    - look: {path: /a}
      register: a
    - debug: {msg: "{{ nowhere if a.exists else 'fine' }}"}
    - look: {path: /b}
`);
    expect(wanted(trial)).toEqual({ h1: ['/a', '/b'] });
    expect(trial.lines.h1).toEqual(['unknown debug: the host was asked']);
  });
});

describe('what is wrong with the files', () => {
  const problems = (trial: Trial) => trial.passes.flatMap((pass) => pass.problems.map(formatProblem));

  it('is a problem with its place, of a task and of an item of a loop', () => {
    const trial = tryPass(`
  tasks:
    - make: {path: "/{{ item }}"}
      loop: ["{{ nowhere }}", b]
    - debug: {msg: "{{ elsewhere }}"}
`);
    expect(problems(trial)).toEqual([
      "site.yml:5:18: 'nowhere' is undefined",
      "site.yml:6:24: 'elsewhere' is undefined",
    ]);
  });

  it('is none where it is ignored or rescued, nor where the task does not run', () => {
    const trial = tryPass(`
  tasks:
    - debug: {msg: "{{ nowhere }}"}
      ignore_errors: true
    - block:
        - debug: {msg: "{{ nowhere }}"}
      rescue:
        - debug: {msg: saved}
    - debug: {msg: "{{ nowhere }}"}
      when: false
    - fail: {msg: as it shall}
`);
    expect(problems(trial)).toEqual([]);
    expect(trial.lines.h1).toContain('failed fail');
  });

  it('is not known where a task that may set the variable has not run', () => {
    const trial = tryPass(`
  tasks:
    - act: ls
      register: r
    - set_fact: {a: 1, b: "{{ r.stdout }}"}
      when: r.rc == 0
    - debug: {msg: "{{ a }}"}
    - debug: {msg: "{{ b | default('none') }}"}
      when: a == 2
`);
    expect(problems(trial)).toEqual([]);
    expect(trial.lines.h1?.slice(1)).toEqual([
      "unknown set_fact: task 'act' ran",
      "unknown debug: task 'act' ran",
      "unknown debug: task 'act' ran",
    ]);
  });
});

describe('what an earlier task does', () => {
  it('is there for the later ones', () => {
    const trial = tryPass(
      `
  tasks:
    - make: {path: /a}
    - look: {path: /a}
      register: a
    - debug: {msg: there}
      when: a.exists
    - look: {path: /a/b}
`,
      { paths: { h1: { '/a': false } } },
    );
    expect(wanted(trial)).toEqual({ h1: [] });
    expect(trial.lines.h1).toEqual(['change make', 'unchanged look', 'unchanged debug', 'unchanged look']);
  });

  it('is unknown through register, when and loop until it ran, in a plan', () => {
    const trial = tryPass(`
  tasks:
    - {name: run, act: x, register: r}
    - {name: cond, debug: {msg: x}, when: r.rc == 0, register: c}
    - {name: args, debug: {msg: "{{ r.stdout }}"}}
    - {name: loops, debug: {msg: "{{ item }}"}, loop: "{{ r.stdout }}"}
    - {name: chain, debug: {msg: x}, when: c is skipped}
    - {name: changed, debug: {msg: x}, when: r is changed}
    - {name: default, debug: {msg: "{{ r.nothing | default('fine') }}"}}
    - {name: false before, debug: {msg: x}, when: [false, r.rc == 0]}
    - {name: independent, debug: {msg: x}}
`);
    expect(trial.lines.h1).toEqual([
      'change run',
      "unknown cond: task 'run' ran",
      "unknown args: task 'run' ran",
      "unknown loops: task 'run' ran",
      "unknown chain: task 'run' ran",
      "unknown changed: task 'run' ran",
      'unchanged default',
      'skipped false before',
      'unchanged independent',
    ]);
  });

  it('is waited for in a run', () => {
    const trial = tryPass(
      `
  tasks:
    - {name: before, debug: {msg: x}}
    - {name: run, act: x, register: r}
    - {name: after, debug: {msg: "{{ r.rc }}"}}
`,
      { mode: 'apply' },
    );
    expect(trial.lines.h1).toEqual(['unchanged before', 'change run']);
    expect(trial.passes[0]?.stoppedAt).toBe(2);
  });

  it('ends nothing where it only concerns the host itself and can be foreseen', () => {
    const trial = tryPass(
      `
  tasks:
    - make: {path: /a}
    - make: {path: /b}
`,
      { mode: 'apply', paths: { h1: { '/a': false, '/b': false } } },
    );
    expect(trial.lines.h1).toEqual(['change make', 'change make']);
    expect(trial.passes[0]?.stoppedAt).toBeUndefined();
  });
});

describe('what is done once', () => {
  it('is done by the first host and taken over by the others', () => {
    const trial = tryPass(
      `
  tasks:
    - {name: once, debug: {msg: "{{ me }}"}, run_once: true, register: r}
    - {name: use, debug: {msg: "{{ r.msg }}"}}
`,
      { hosts: ['h1', 'h2'] },
    );
    expect(trial.lines).toEqual({ h1: ['unchanged once', 'unchanged use'], h2: ['once once', 'unchanged use'] });
    expect(trial.registered('h2', 'r')).toEqual(trial.registered('h1', 'r'));
  });

  it('is waited for by the others when it acts', () => {
    const text = `
  tasks:
    - {name: once, make: {path: /a}, run_once: true, register: r}
    - {name: use, debug: {msg: x}}
`;
    const options = { hosts: ['h1', 'h2'], paths: { h1: { '/a': false }, h2: { '/a': false } } };
    const run = tryPass(text, { ...options, mode: 'apply' });
    expect(run.lines).toEqual({ h1: ['change once'], h2: [] });
    expect(run.passes.map(({ stoppedAt }) => stoppedAt)).toEqual([1, 0]);
    expect(tryPass(text, options).lines.h2).toEqual(['once once', 'unchanged use']);
  });

  it('is taken over from a run', () => {
    const done = new Map<number, Value>([[0, new Map<Value, Value>([['stdout', 'text']])]]);
    const trial = tryPass(
      `
  tasks:
    - {name: once, act: x, run_once: true, register: r}
    - {name: use, debug: {msg: "{{ r.stdout }}"}}
`,
      { hosts: ['h2'], onceDone: done, mode: 'apply' },
    );
    expect(trial.lines).toEqual({ h2: ['once once', 'unchanged use'] });
  });

  it('is not left to a host that has a failure to deal with', () => {
    const trial = tryPass(
      `
  tasks:
    - block:
        - {name: fails, fail: , when: me == 'h1'}
        - {name: once, debug: {msg: x}, run_once: true}
      rescue:
        - {name: rescue, debug: {msg: x}}
`,
      { hosts: ['h1', 'h2'] },
    );
    expect(trial.lines).toEqual({
      h1: ['failed fails', 'unchanged rescue'],
      h2: ['skipped fails', 'unchanged once'],
    });
  });

  it('fails for all', () => {
    const trial = tryPass(
      `
  tasks:
    - {name: once, fail: , run_once: true}
    - {name: after, debug: {msg: x}}
`,
      { hosts: ['h1', 'h2'] },
    );
    expect(trial.lines).toEqual({ h1: ['failed once'], h2: ['once once'] });
    expect(trial.passes.map(({ failed }) => failed)).toEqual([true, true]);
  });

  it('is asked once when it concerns a cluster', () => {
    const trial = tryPass('\n  tasks:\n    - {name: cluster, whole: {name: x}}\n', { hosts: ['h1', 'h2'] });
    expect(wanted(trial).h1).toHaveLength(1);
    expect(wanted(trial).h2).toEqual([]);
    expect(
      tryPass('\n  tasks:\n    - {name: cluster, whole: {name: x}}\n', { hosts: ['h1', 'h2'], found: ['x'] }).lines,
    ).toEqual({
      h1: ['unchanged cluster'],
      h2: ['once cluster'],
    });
  });

  it('is not decided by answers from before a task that others could notice', () => {
    const { lines } = tryPass('\n  tasks:\n    - {name: run, act: y}\n    - {name: cluster, whole: {name: x}}\n', {
      hosts: ['h1', 'h2'],
      found: ['x'],
    });
    expect(lines.h1).toEqual(['change run', "unknown cluster: task 'run' ran"]);
  });
});
