import { BrokkrError, InterruptedError, problemsOf } from '../errors.ts';
import type { RunInputs } from '../prepare.ts';
import type { Report } from '../report/sink.ts';
import type { Secret } from '../shell/redact.ts';
import { inventorySources } from './files.ts';
import { askSecret, askText, type Io, reportFor } from './io.ts';
import type { SharedOptions } from './options.ts';
import { type TimedRun, timingsFor } from './timings.ts';
import { vaultPasswords } from './vault-passwords.ts';

/** What the runs of one command share: nothing is asked twice, and what took time is told once, at the end. */
export interface Shared {
  readonly timings: TimedRun | undefined;
  passwords(): Promise<RunInputs['passwords']>;
}

/** What a verb does with a playbook: its report, and what the engine has to be given. */
export interface Session {
  readonly report: Report;
  readonly inputs: RunInputs;
}

/** Who is told when the user presses Ctrl-C. */
export interface Interruption {
  /** The first Ctrl-C: finish the step, then stop. */
  onStop(): void;
  /** The second: end what runs on the hosts. */
  onAbort(): void;
}

/** Several runs of one command, each by `runSession`. */
export async function sharing<T>(io: Io, options: SharedOptions, body: (shared: Shared) => Promise<T>): Promise<T> {
  const timings = await timingsFor(io, options);
  let asked: Promise<RunInputs['passwords']> | undefined;
  const passwords = (): Promise<RunInputs['passwords']> => {
    asked ??= askPasswords(io, options);
    return asked;
  };
  try {
    return await body({ timings, passwords });
  } finally {
    timings?.end();
  }
}

/** A command with one run. */
export function withSession<T>(io: Io, ...[playbook, options, checkMode, body]: SessionOf<T>): Promise<T> {
  return sharing(io, options, (shared) => runSession(io, shared, playbook, options, checkMode, body));
}

type SessionOf<T> = [
  playbook: string,
  options: SharedOptions,
  checkMode: boolean,
  body: (session: Session, interruption: { current: Interruption | undefined }) => Promise<T>,
];

/**
 * Opens a report, asks for passwords where that was asked for, listens to Ctrl-C, and runs `body`. The report is ended in
 * any case.
 */
export async function runSession<T>(
  io: Io,
  shared: Shared,
  ...[playbook, options, checkMode, body]: SessionOf<T>
): Promise<T> {
  const { timings } = shared;
  const report = await reportFor(io, options, timings === undefined ? [] : [timings.listen]);
  const abort = new AbortController();
  const interruption: { current: Interruption | undefined } = { current: undefined };
  let interrupts = 0;
  const onSignal = (): void => {
    interrupts += 1;
    if (interrupts === 1) {
      if (interruption.current !== undefined)
        report.emit({
          event: 'warning',
          message: 'stopping after the steps that are running; press Ctrl-C again to end them',
        });
      interruption.current?.onStop();
      // Before anything runs on a host there is nothing to finish.
      if (interruption.current === undefined) abort.abort(new InterruptedError('interrupted: no host was changed'));
    } else {
      interruption.current?.onAbort();
      abort.abort(
        new InterruptedError(
          'interrupted: steps that were running may be half done; the journal on each host tells which',
        ),
      );
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    const inputs: RunInputs = {
      playbook,
      inventory: inventorySources(options.inventory, io.environment),
      options,
      checkMode,
      passwords: await shared.passwords(),
      emit: report.emit,
      redactor: io.redactor,
      ask: io.stdin.isTTY === true ? askVariable(io, report) : undefined,
      signal: abort.signal,
      stopRequested: () => interrupts > 0,
    };
    return await body({ report, inputs }, interruption);
  } catch (error) {
    if (options.json && error instanceof BrokkrError) {
      for (const problem of problemsOf(error)) report.emit({ event: 'problem', problem });
      io.told.add(error);
    }
    throw error;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    await report.end();
  }
}

async function askPasswords(io: Io, options: SharedOptions): Promise<RunInputs['passwords']> {
  const connection = options.askPass ? await askSecret(io, 'SSH password: ') : undefined;
  return {
    connection,
    become: options.askBecomePass ? await askBecomePassword(io, connection) : undefined,
    askPassphrase: io.stdin.isTTY === true ? (question: string) => askSecret(io, question) : undefined,
    openedKeys: new Map(),
    vault: await vaultPasswords(io, options),
  };
}

/** Nothing but Enter means the password of the connection, where that was asked for. */
async function askBecomePassword(io: Io, connection: Secret | undefined): Promise<Secret> {
  if (connection === undefined) return askSecret(io, 'BECOME password: ');
  const given = await askSecret(io, 'BECOME password [defaults to SSH password]: ');
  return given.reveal() === '' ? connection : given;
}

/** Asks for a variable of `vars_prompt`. */
function askVariable(io: Io, report: Report): RunInputs['ask'] {
  return async (question, isPrivate) => {
    await report.pause();
    return isPrivate ? (await askSecret(io, question)).reveal() : askText(io, question);
  };
}
