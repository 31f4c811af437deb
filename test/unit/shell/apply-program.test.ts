import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { HostAction } from '../../../src/shell/action.ts';
import {
  type ApplyOptions,
  compileApply,
  compileStop,
  compileUnlock,
  owedKey,
  type Step,
} from '../../../src/shell/apply-program.ts';
import { localShells, marks, payloadOf, runLocal, runLocalBeside, temporaryFolder } from './local-shell.ts';

const place = temporaryFolder();
const RUN = 'aaaaaaaaaaaa';
let state = '';
let count = 0;
beforeEach(() => {
  state = join(place, `state${count++}`);
});

function run(script: string): HostAction {
  return { do: 'run', command: { kind: 'shell', script, executable: '/bin/sh' }, environment: new Map() };
}

/** A script of the user's would only end its own shell. */
const PROGRAM_KILLED: HostAction = { do: 'tool', script: 'kill -9 $$', leaves: [], reach: 'nothing' };

function step(script: string, changes: Partial<Step> = {}): Step {
  return {
    label: 'a task (site.yml:3)',
    action: run(script),
    owes: [],
    pays: [],
    ...changes,
  };
}

function options(changes: Partial<ApplyOptions> = {}): ApplyOptions {
  return { run: RUN, owner: 'me@here', expectations: [], firstStep: 0, ...changes };
}

function holders(): string[] {
  return readdirSync(state).filter((name) => name.startsWith('holder'));
}

/** A lock as it is left by a run whose shell has ended. */
function leaveLock(name: string, run_: string, pid = '999999'): void {
  mkdirSync(state, { recursive: true });
  runLocal(
    { name: 'sh', command: ['sh'], path: '/usr/bin:/bin' },
    { nonce: 'n', text: `ln -s '${run_} ${pid} 12345 boot 1 them@there' '${state}/${name}'` },
    state,
  );
}

describe.each(localShells(place))('an apply program in $name', (shell) => {
  const apply = (steps: readonly Step[], changes: Partial<ApplyOptions> = {}) =>
    runLocal(shell, compileApply(steps, options(changes)), state);

  test('frames each step on both outputs and ends with END', () => {
    const { stdout, stderr } = apply([step('echo one; echo first >&2'), step('printf two')]);
    expect(marks(stdout)).toEqual(['B 0', 'E 0 0', 'B 1', 'E 1 0', 'END']);
    expect(marks(stderr)).toEqual(marks(stdout));
    expect([payloadOf(stdout, 'B 0'), payloadOf(stderr, 'B 0'), payloadOf(stdout, 'B 1')]).toEqual([
      'one\n',
      'first\n',
      'two',
    ]);
  });

  test('stops at the first failure', () => {
    expect(marks(apply([step('exit 3'), step('echo no')]).stdout)).toEqual(['B 0', 'E 0 3', 'END']);
  });

  test('a step reads nothing, and cannot touch the program around it', () => {
    const { stdout } = apply([
      step('cat; N=x; R=y; S=/nowhere; cd /tmp; umask 000; trap "" EXIT'),
      step('pwd; umask; m x 2>/dev/null || echo none'),
    ]);
    expect(marks(stdout)).toEqual(['B 0', 'E 0 0', 'B 1', 'E 1 0', 'END']);
    expect(payloadOf(stdout, 'B 1')).toBe('/root\n0022\nnone\n');
  });

  test('a syntax error in a script, and a killed step, do not end the program before it has said so', () => {
    expect(marks(apply([step('if'), step('echo no')]).stdout)).toEqual(['B 0', 'E 0 2', 'END']);
    const killed = step('sh -c "kill -9 \\$\\$"');
    expect(marks(apply([killed, step('echo no')]).stdout)).toEqual(['B 0', 'E 0 137', 'END']);
  });

  test('output without a line break ends where the step does', () => {
    const { stdout } = apply([step('printf x'), step('echo y')]);
    expect(marks(stdout)).toEqual(['B 0', 'E 0 0', 'B 1', 'E 1 0', 'END']);
    expect(payloadOf(stdout, 'B 0')).toBe('x');
  });

  test('a script finds the locale of the account, and the environment of the task', () => {
    const action: HostAction = {
      do: 'run',
      command: { kind: 'shell', script: 'echo "$LC_ALL|$A_B"', executable: '/bin/sh' },
      environment: new Map([['A_B', "it's"]]),
    };
    expect(payloadOf(apply([step('', { action })]).stdout, 'B 0')).toBe("|it's\n");
  });

  test('writes a journal, and says what is being done only while it is', () => {
    apply([step(`cat '${state}/running'`), step('exit 4')], { firstStep: 7 });
    const lines = readFileSync(join(state, 'journal'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\d+ /, ''));
    expect(lines).toEqual([
      `${RUN} begin 7 a task (site.yml:3)`,
      `${RUN} end 7 0`,
      `${RUN} begin 8 a task (site.yml:3)`,
      `${RUN} end 8 4`,
    ]);
    expect(existsSync(join(state, 'running'))).toBe(false);
    // A program that is killed leaves it: the next run tells of it.
    const { stdout } = apply([step('', { action: PROGRAM_KILLED })]);
    expect(marks(stdout)).not.toContain('END');
    expect(readFileSync(join(state, 'running'), 'utf8')).toBe(`${RUN} begin 0 a task (site.yml:3)\n`);
  });

  test('records what a step owes when it succeeds, and takes away what it pays', () => {
    const handler = "restart kafka's broker";
    apply([step('true', { owes: [handler] }), step('false', { owes: ['another'] })]);
    expect(readdirSync(join(state, 'owed'))).toEqual([owedKey(handler)]);
    expect(readFileSync(join(state, 'owed', owedKey(handler)), 'utf8')).toBe(`${handler}\n`);
    apply([step('false', { pays: [handler] })]);
    expect(readdirSync(join(state, 'owed'))).toEqual([owedKey(handler)]);
    apply([step('true', { pays: [handler] })]);
    expect(readdirSync(join(state, 'owed'))).toEqual([]);
  });

  test('what was owed before is of the last change that owes it', () => {
    apply([step('true', { owes: ['restart'] })]);
    const record = join(state, 'owed', owedKey('restart'));
    utimesSync(record, 1000, 1000);
    apply([step('true')]);
    expect(statSync(record).mtimeMs).toBe(1_000_000);
    apply([step('true', { owes: ['restart'] })]);
    expect(statSync(record).mtimeMs).toBeGreaterThan(1_000_000);
    expect(readFileSync(record, 'utf8')).toBe('restart\n');
  });

  test('what a step owes is recorded before its change, and kept when something of it was killed', () => {
    apply([step(`ls '${state}/owed' > '${state}/seen'`, { owes: ['seen'] })]);
    expect(readFileSync(join(state, 'seen'), 'utf8')).toBe(`${owedKey('seen')}\n`);
    apply([step('', { action: PROGRAM_KILLED, owes: ['all'] })]);
    apply([step('sh -c "kill -9 \\$\\$"', { owes: ['a helper'] })]);
    // It was owed before, so that a failure does not take it back.
    apply([step('exit 3', { owes: ['seen', 'of a failure'] })]);
    const kept = ['seen', 'all', 'a helper'].map(owedKey).sort();
    expect(readdirSync(join(state, 'owed')).sort()).toEqual(kept);
  });

  test('a restart that cannot be recorded makes its step fail', () => {
    mkdirSync(state);
    writeFileSync(join(state, 'owed'), 'in the way');
    const { stdout, stderr } = apply([step('echo made', { owes: ['restart'] }), step('echo no')]);
    expect(marks(stdout)).toEqual(['B 0', 'E 0 1', 'END']);
    expect(payloadOf(stderr, 'B 0')).toContain('what is owed cannot be recorded');
    expect(payloadOf(stdout, 'B 0')).toBe('');
  });

  test('stops before the next step when it is told to', () => {
    const { stdout } = apply([step(`: > '${state}/stop'; echo done`), step('echo no')]);
    expect(marks(stdout)).toEqual(['B 0', 'E 0 0', 'STOPPED 1', 'END']);
    expect(existsSync(join(state, 'stop'))).toBe(false);
    expect(existsSync(join(state, 'running'))).toBe(false);
    expect(marks(runLocal(shell, compileStop(), state).stdout)).toEqual(['END']);
    expect(existsSync(join(state, 'stop'))).toBe(true);
  });

  test('a later run does not obey a stop that was meant for an earlier one', () => {
    mkdirSync(state);
    writeFileSync(join(state, 'stop'), '');
    expect(marks(apply([step('echo yes')]).stdout)).toEqual(['B 0', 'E 0 0', 'END']);
  });

  test('says that it cannot keep its state', () => {
    writeFileSync(state, 'a file in the way');
    const { stdout } = apply([step('echo no')]);
    expect(marks(stdout)).toEqual(['NOSTATE', 'END']);
    expect(payloadOf(stdout, 'NOSTATE')).toMatch(new RegExp(`^${state}\\n\\nmkdir: .*exist.*\\n$`));
  });

  test('the lock names its holder, and a second run is refused', () => {
    apply([step('true')]);
    expect(readlinkSync(join(state, 'holder'))).toMatch(
      new RegExp(`^${RUN} ${process.pid} \\d+ [0-9a-f-]{36} \\d+ me@here$`),
    );
    const second = apply([step('echo no')], { run: 'bbbbbbbbbbbb', owner: 'you@there' });
    expect(marks(second.stdout)).toEqual(['LOCKED', 'END']);
    expect(payloadOf(second.stdout, 'LOCKED')?.trim()).toBe(readlinkSync(join(state, 'holder')));
    // The run that holds it goes on.
    expect(marks(apply([step('echo yes')]).stdout)).toEqual(['B 0', 'E 0 0', 'END']);
  });

  test('a holder that is being ended is waited for', () => {
    const holder = execFileSync('sh', ['-c', 'sleep 2 >/dev/null & echo $!'], { encoding: 'utf8' }).trim();
    const other = compileApply([step('true')], options({ run: 'bbbbbbbbbbbb' }));
    runLocal(shell, { ...other, text: `P=${holder}\n${other.text}` }, state);
    expect(readlinkSync(join(state, 'holder'))).toMatch(new RegExp(`^b+ ${holder} `));
    expect(marks(apply([step('echo yes')]).stdout)).toEqual(['B 0', 'E 0 0', 'END']);
  });

  test('whoever does not hold the lock cannot give it back', () => {
    apply([step('true')]);
    expect(marks(runLocal(shell, compileUnlock('bbbbbbbbbbbb', []), state).stdout)).toEqual(['END']);
    expect(holders()).toEqual(['holder']);
    runLocal(shell, compileUnlock(RUN, []), state);
    expect(holders()).toEqual([]);
    expect(marks(apply([step('echo yes')], { run: 'bbbbbbbbbbbb' }).stdout)).toEqual(['B 0', 'E 0 0', 'END']);
  });

  test('a lock whose holder is gone is taken over, what it left unfinished removed, and all of it given back', () => {
    leaveLock('holder', 'cccccccccccc');
    leaveLock('holder-after-cccccccccccc-999999', 'dddddddddddd');
    const left = join(place, `.brokkr-${shell.name}-left`);
    const kept = join(place, `kept-${shell.name}`);
    for (const path of [left, kept]) writeFileSync(path, '');
    writeFileSync(join(state, 'temporary'), `${left}\n${kept}\n`);
    expect(marks(apply([step('true')]).stdout)).toEqual(['B 0', 'E 0 0', 'END']);
    expect(existsSync(left)).toBe(false);
    expect(existsSync(kept)).toBe(true);
    expect(readlinkSync(join(state, 'holder-after-dddddddddddd-999999'))).toMatch(new RegExp(`^${RUN} `));
    expect(marks(apply([step('no')], { run: 'bbbbbbbbbbbb' }).stdout)).toEqual(['LOCKED', 'END']);
    runLocal(shell, compileUnlock(RUN, []), state);
    expect(holders()).toEqual([]);
  });

  test('what says that a step is being done goes with the lock when every step has told its end', () => {
    apply([step('true')]);
    const running = join(state, 'running');
    writeFileSync(running, `${RUN} begin 0 x\n`);
    runLocal(shell, compileUnlock('bbbbbbbbbbbb', [], true), state);
    expect(existsSync(running)).toBe(true);
    runLocal(shell, compileUnlock(RUN, []), state);
    expect(existsSync(running)).toBe(true);
    apply([step('true')]);
    writeFileSync(running, `${RUN} begin 0 x\n`);
    runLocal(shell, compileUnlock(RUN, [], true), state);
    expect([existsSync(running), holders()]).toEqual([false, []]);
  });

  test('a link that comes after itself leads nobody round and round', () => {
    for (const name of ['holder', 'holder-after-cccccccccccc-999999']) leaveLock(name, 'cccccccccccc');
    expect(marks(runLocal(shell, compileUnlock(RUN, []), state).stdout)).toEqual(['END']);
    expect(marks(apply([step('true')]).stdout)).toEqual(['B 0', 'E 0 0', 'END']);
    expect(marks(apply([step('no')], { run: 'bbbbbbbbbbbb' }).stdout)).toEqual(['LOCKED', 'END']);
    runLocal(shell, compileUnlock(RUN, []), state);
    expect(holders()).toEqual([]);
  });

  test('a process of the same number that began at another time is not the holder', () => {
    leaveLock('holder', 'cccccccccccc', String(process.pid));
    expect(marks(apply([step('true')]).stdout)).toEqual(['B 0', 'E 0 0', 'END']);
  });

  test.each(['nobody', 'one who is gone'])(
    'of many that come at once, with the lock held by %s, one gets it',
    async (who) => {
      if (who !== 'nobody') leaveLock('holder', 'cccccccccccc');
      const runs = Array.from({ length: 8 }, (_, index) => `${index}`.repeat(12));
      const all = await Promise.all(
        runs.map((each) => runLocalBeside(shell, compileApply([step('sleep 0.1')], options({ run: each })), state)),
      );
      expect(all.map((each) => each.join()).sort()).toEqual([
        'B 0,E 0 0,END',
        ...runs.slice(1).map(() => 'LOCKED,END'),
      ]);
    },
  );

  test('compileUnlock removes the records of what was paid', () => {
    apply([step('true', { owes: ['a', 'b'] })]);
    runLocal(shell, compileUnlock(RUN, ['a']), state);
    expect(readdirSync(join(state, 'owed'))).toEqual([owedKey('b')]);
  });
});
