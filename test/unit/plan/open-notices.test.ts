import { describe, expect, it } from 'vitest';
import { tryPass, wanted } from './fixture.ts';

describe('a task of which only a run can tell', () => {
  it('may notify its handlers, and they theirs; what they wait for is told', () => {
    const { lines, passes } = tryPass(`
  tasks:
    - act: ls
      register: r
    - name: first
      act: "{{ r.stdout }}"
      notify: "{{ 'restart' }}"
    - name: second
      act: "{{ r.stdout }}"
      notify: restart
  handlers:
    - name: other
      act: b
      listen: [other topic]
    - name: restart
      act: a
      notify: last
    - name: never notified
      act: c
    - name: last
      act: d
`);
    expect(lines.h1).toEqual([
      'change act',
      "unknown first: task 'act' ran",
      "unknown second: task 'act' ran",
      "unknown restart: task 'first' ran",
      "unknown last: task 'restart' ran",
    ]);
    expect(passes[0]?.wanted).toEqual([]);
  });

  it('notifies nobody where it never counts as changed, and none whose condition is false already', () => {
    const { lines } = tryPass(`
  vars: {may_restart: false}
  tasks:
    - act: ls
      register: r
    - block:
        - debug: {msg: "{{ r.stdout }}"}
        - act: "{{ r.stdout }}"
          changed_when: false
      notify: restart
    - act: "{{ r.stdout }}"
      notify: forbidden
  handlers:
    - name: restart
      act: a
    - name: forbidden
      act: b
      when: may_restart
`);
    expect(lines.h1?.filter((line) => /restart|forbidden/.test(line))).toEqual([]);
  });

  it('says nothing more of a handler that is notified anyhow, or has run at a flush', () => {
    const { lines } = tryPass(`
  tasks:
    - act: ls
      register: r
      notify: restart
    - act: "{{ r.stdout }}"
      notify: restart
    - meta: flush_handlers
    - act: "{{ r.stdout }}"
      notify: later
    - meta: flush_handlers
  handlers:
    - name: restart
      act: a
    - name: later
      act: b
`);
    expect(lines.h1?.filter((line) => /restart|later/.test(line))).toEqual([
      'change restart',
      "unknown later: task 'act' ran",
    ]);
  });

  it('asks what it has to know to tell whom it notifies', () => {
    const trial = tryPass(`
  tasks:
    - look: {path: /a}
      register: a
    - act: ls
      register: r
    - act: "{{ r.stdout }}"
      notify: "{{ 'restart' if a.exists else 'other' }}"
  handlers:
    - name: restart
      act: a
    - name: other
      act: b
`);
    expect(wanted(trial)).toEqual({ h1: ['/a'] });
  });

  it('holds a run up, so that its handlers are decided when it has run', () => {
    const { lines } = tryPass(
      `
  tasks:
    - act: ls
      register: r
    - act: "{{ r.stdout }}"
      notify: restart
  handlers:
    - name: restart
      act: a
`,
      { mode: 'apply' },
    );
    expect(lines.h1).toEqual(['change act']);
  });
});
