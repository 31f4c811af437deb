import { createHash } from 'node:crypto';
import type { HostAction } from './action.ts';
import { actionText } from './action-text.ts';
import { newNonce } from './frame.ts';
import { type Expectation, guardText } from './guard.ts';
import { LEFT_RUNNING, LOCK, STEP_JOURNAL, UNLOCK } from './host-state.ts';
import { preamble, STATE_FOLDER } from './program.ts';
import { quote } from './quote.ts';

/** One action of a program, and what stands around it. */
export interface Step {
  /** For the journal on the host: the task's name and place. Never a secret. */
  readonly label: string;
  readonly action: HostAction;
  /** Handlers that this step may come to owe: recorded on the host before it, so that a run that fails later cannot lose them. */
  readonly owes: readonly string[];
  /** Handlers whose record is removed once this step has succeeded. */
  readonly pays: readonly string[];
}

export interface ApplyProgram {
  readonly nonce: string;
  readonly text: string;
}

export interface ApplyOptions {
  /** Names this run in the lock, the journal and temporary files: eight or more hexadecimal digits. */
  readonly run: string;
  /** Who runs it, for those who find the lock: `user@host`. */
  readonly owner: string;
  /** A run whose lock is taken away from it, with what it does on the host: its connection is ended there. */
  readonly forceUnlock?: string | undefined;
  /** Where the host was seen when the steps were decided. */
  readonly expectations: readonly Expectation[];
  /** The number of the first step, so that temporary names differ between the programs of a run. */
  readonly firstStep: number;
}

/**
 * A program that does steps in order. Its frames: `NOSTATE` (there is no place for its records: lines with the path, its owner and type if it is somebody else's, and the reason), `LOCKED` (the payload tells
 * the holder), `LEFT` (the step in which an earlier run was cut off), `MOVED` (the host is not as it was when the steps were
 * decided; nothing was done), `B i` and `E i rc` around each step, `STOPPED i` (the user wants no further one), `END` when it
 * came to its end.
 * What a step writes on stderr stands between the same markers on stderr. It stops at the first step that fails.
 */
export function compileApply(steps: readonly Step[], options: ApplyOptions): ApplyProgram {
  const nonce = newNonce();
  const lines = [...opening(nonce, options), guardText(options.expectations)];
  steps.forEach((step, index) => {
    const number = options.firstStep + index;
    lines.push(
      // The file is made when the user asks to stop: the step that runs is finished, the next one is not begun.
      `[ ! -e "$S/stop" ] || { rm -f "$S/stop" "$S/running"; m STOPPED ${index}; m END; exit 0; }`,
      `j begin ${number} ${quote(step.label)}`,
      `m B ${index}`,
      ...recorded(step, `( ${actionText(step.action, number)} ) </dev/null`),
      `m E ${index} "$rc"; j end ${number} "$rc"`,
      '[ "$rc" = 0 ] || { rm -f "$S/running"; m END; exit 0; }',
    );
  });
  lines.push('rm -f "$S/running"', 'm END');
  return { nonce, text: lines.join('\n') };
}

/** A program for one step whose content comes on the channel after the program (`unpack` of a streamed archive). */
export function compileReceive(step: Step, options: ApplyOptions): ApplyProgram {
  const nonce = newNonce();
  const lines = [
    ...opening(nonce, options),
    guardText(options.expectations),
    `j begin ${options.firstStep} ${quote(step.label)}`,
    'm B 0',
    ...recorded(step, `( ${actionText(step.action, options.firstStep)} )`),
    `m E 0 "$rc"; j end ${options.firstStep} "$rc"; rm -f "$S/running"; m END`,
    // What is left of the content is read, or the sender would see a broken pipe instead of the answer.
    'cat >/dev/null',
  ];
  return { nonce, text: lines.join('\n') };
}

/** A program that makes the running one stop before its next step. Its frame: `END`. */
export function compileStop(): ApplyProgram {
  const nonce = newNonce();
  return { nonce, text: [preamble(nonce), STATE_FOLDER, ': > "$S/stop"', 's END'].join('\n') };
}

/**
 * A program that gives the host's lock back, and removes the records of handlers that were paid. Its frame: `END`.
 * @param isWhole every step has told its end, so that none counts as cut off
 */
export function compileUnlock(run: string, paid: readonly string[], isWhole = false): ApplyProgram {
  const nonce = newNonce();
  const records = paid.map((handler) => `rm -f "$S/owed/${owedKey(handler)}"`);
  return {
    nonce,
    text: [preamble(nonce), STATE_FOLDER, `R=${run}`, ...records, `W=${isWhole ? 'yes' : ''}`, UNLOCK, 's END'].join(
      '\n',
    ),
  };
}

/**
 * A program that removes what a run has left that did not come to its end, when nobody is at work on the host: its lock, the
 * note of the step that was cut off, and what it had not put in place. Its frames: `END`, and those of {@link compileApply}
 * where the lock is not to be had.
 */
export function compileTidy(options: Pick<ApplyOptions, 'run' | 'owner' | 'forceUnlock'>): ApplyProgram {
  const nonce = newNonce();
  return { nonce, text: [...locked(nonce, options), 'W=yes', UNLOCK, 'm END'].join('\n') };
}

function opening(nonce: string, options: ApplyOptions): string[] {
  return [...locked(nonce, options), LEFT_RUNNING, STEP_JOURNAL];
}

function locked(nonce: string, options: Pick<ApplyOptions, 'run' | 'owner' | 'forceUnlock'>): string[] {
  return [
    preamble(nonce),
    // The same marker on both streams, so that each step's stderr is known from its neighbours'.
    'm() { s "$@"; s "$@" >&2; }',
    STATE_FOLDER,
    `R=${options.run} O=${quote(options.owner)} F=${quote(options.forceUnlock ?? '')} U=$(umask)`,
    LOCK,
  ];
}

/**
 * What a step does, and what it owes and pays. What it owes is recorded before: were it cut off after the change and before the
 * record, nobody would ever know of the restart. It is taken back when the step has failed by itself, and kept when something
 * was killed, since the change may have been made. A change whose restart cannot be recorded is not made. A record that was
 * there already is of now: a server that was restarted before this change owes it all the same.
 */
function recorded(step: Step, does: string): string[] {
  const cannot = '{ echo "what is owed cannot be recorded" >&2; rc=1; }';
  const owes = step.owes.map((handler) => {
    const file = `"$S/owed/${owedKey(handler)}"`;
    return `{ if [ -f ${file} ]; then touch ${file}; else fresh="$fresh ${owedKey(handler)}"; printf '%s\\n' ${quote(handler)} > ${file}; fi; }`;
  });
  const pays = step.pays.map((handler) => `rm -f "$S/owed/${owedKey(handler)}"`);
  const doing =
    owes.length === 0
      ? [does, 'rc=$?']
      : [
          `rc=0; fresh=; ${['mkdir -p "$S/owed"', ...owes].join(' && ')} || ${cannot}`,
          `if [ "$rc" = 0 ]; then ${does}`,
          'rc=$?; fi',
          'if [ "$rc" != 0 ] && [ "$rc" -le 128 ]; then for k in $fresh; do rm -f "$S/owed/$k"; done; fi',
        ];
  return [...doing, ...(pays.length === 0 ? [] : [`if [ "$rc" = 0 ]; then ${pays.join(' && ')} || ${cannot}; fi`])];
}

/** The file name under which an owed handler is recorded. */
export function owedKey(handler: string): string {
  return createHash('sha256').update(handler).digest('hex').slice(0, 16);
}
