import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostAction } from '../../../src/shell/action.ts';
import { NOT_ENTERED } from '../../../src/shell/action-run.ts';
import { done, inEachShell } from './acting.ts';

inEachShell(({ root, act }) => {
  test('a tool: its script, what it reads, its environment', () => {
    const script = 'read -r x; echo "$x $Y $(umask)"; [ -e /nosuch ]';
    const environment = new Map([['Y', "it's"]]);
    const ran = act({ do: 'tool', script, stdin: "in'put\n", environment, leaves: [], reach: 'nothing' });
    expect(ran).toMatchObject({ rc: 1, stdout: expect.stringMatching(/^in'put it's 0\d+\n$/) });
    expect(act({ do: 'tool', script: 'cat # end', leaves: [], reach: 'nothing' })).toEqual(done);
  });

  describe('run', () => {
    const base = { do: 'run', environment: new Map<string, string>() } as const;

    test('argv is taken as it is; stdin is given or empty', () => {
      const argv = ['printf', '%s|', '-n', "it's", '$HOME', '', 'a\nb'];
      expect(act({ ...base, command: { kind: 'argv', argv } })).toEqual({ ...done, stdout: "-n|it's|$HOME||a\nb|" });
      expect(act({ ...base, command: { kind: 'argv', argv: ['cat'] }, stdin: "in'put\n" })).toEqual({
        ...done,
        stdout: "in'put\n",
      });
      expect(act({ ...base, command: { kind: 'argv', argv: ['cat'] } })).toEqual(done);
    });

    test('chdir, a missing one, a missing program, another shell', () => {
      const shellRun = (script: string, executable: string): HostAction => ({
        ...base,
        chdir: root,
        command: { kind: 'shell', script, executable },
      });
      expect(act(shellRun('pwd', '/bin/sh')).stdout).toBe(`${root}\n`);
      expect(act(shellRun('[[ a == a ]] && echo bash', '/bin/bash')).stdout).toBe('bash\n');
      const entered = act(shellRun('cd nope && pwd', '/bin/sh'));
      expect(entered.rc).not.toBe(0);
      expect(entered.stderr).not.toContain(NOT_ENTERED);
      for (const stdin of [undefined, 'text']) {
        const none = act({ ...base, chdir: join(root, 'none'), command: { kind: 'argv', argv: ['pwd'] }, stdin });
        expect(none).toMatchObject({ rc: 1, stdout: '' });
        expect(none.stderr.endsWith(`\n${NOT_ENTERED}\n`)).toBe(true);
      }
      expect(act({ ...base, command: { kind: 'argv', argv: ['no-such-program'] } }).rc).toBe(127);
    });
  });

  describe('a script', () => {
    const inShell = (script: string, changes: object = {}): HostAction => ({
      do: 'run',
      environment: new Map<string, string>(),
      command: { kind: 'shell', script, executable: '/bin/sh' },
      ...changes,
    });

    test('that means its own shell does not mean the one of the program', () => {
      expect(act(inShell('kill -9 $$; echo survived'))).toMatchObject({ rc: 137, stdout: '' });
      const { stdout } = act(inShell(`echo $$; exec sh -c 'echo $$ "\${$}"'`));
      expect(stdout).toMatch(/^(\d+)\n\1 \1\n$/);
      expect(act(inShell('echo $0')).stdout).toBe('/bin/sh\n');
      writeFileSync(join(root, 'read-in'), 'kill -s TERM $$');
      expect(act(inShell('. ./read-in; echo survived', { chdir: root }))).toMatchObject({ rc: 143, stdout: '' });
    });

    test('finds the same in a shell of its own as in the one that is there', () => {
      const environment = new Map([
        ['R', "a 'word'"],
        ['fresh', 'x y'],
      ]);
      const script = [
        `read -r line; echo "$line|$R|$fresh|$PWD|$#|\${LC_ALL-none}|$(umask)"`,
        `echo "\${N-}\${S-}\${O-}\${U-}\${A-}\${P-}\${F-}\${BROKKR_SCRIPT-}$(env | grep -c BROKKR)"`,
        'set -- 1 2; echo "$@"; type s m j leave >/dev/null 2>&1; echo $?',
        'trap "echo bye" EXIT; f() { return 3; }; f',
        '# a word at the end, ',
      ].join('\n');
      const changes = { environment, chdir: root, stdin: 'in\n' };
      const there = act(inShell(script, changes));
      expect(there).toMatchObject({
        rc: 3,
        stderr: '',
        stdout: expect.stringContaining(`in|a 'word'|x y|${root}|0|`),
      });
      expect(act(inShell(`${script}$$`, changes))).toEqual(there);
      const broken = act(inShell('if; then $$'));
      expect(broken).toMatchObject({ rc: 2, stdout: '' });
      expect(broken.stderr).toMatch(/syntax error/i);
    });

    test('is in no argument list, and as long as it likes', () => {
      expect(act(inShell("tr '\\0' ' ' </proc/$$/cmdline; : secret-word")).stdout).not.toContain('secret-word');
      expect(act(inShell(`: $$ ${'x'.repeat(200_000)}; echo long`)).stdout).toBe('long\n');
    });
  });

  test('wait: for a path, for a text in it, in vain', () => {
    const path = join(root, 'log');
    const wait = (until: object, timeout: number): HostAction => ({
      do: 'wait',
      until: { kind: 'path', path, state: 'present', ...until },
      timeout,
      delay: 0,
      sleep: 1,
    });
    expect(act(wait({}, 0))).toMatchObject({ rc: 1, stderr: `Timeout when waiting for ${path} to be present\n` });
    writeFileSync(path, 'started (ok)\n');
    expect(act(wait({}, 5))).toEqual(done);
    const search = { expression: 'started \\(ok\\)$', ignoresCase: false };
    expect(act(wait({ search }, 5))).toEqual({ ...done, stdout: 'started (ok)\n' });
    expect(act(wait({ search: { ...search, expression: 'STARTED' } }, 0)).rc).toBe(1);
    expect(act(wait({ search: { expression: 'STARTED', ignoresCase: true } }, 5)).rc).toBe(0);
  });
});
