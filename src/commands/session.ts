import { BrokkrError, InterruptedError, problemsOf } from '../errors.ts';
import type { RunInputs } from '../prepare.ts';
import type { Report } from '../report/sink.ts';
import { inventorySources } from './files.ts';
import { askSecret, askText, type Io, reportFor } from './io.ts';
import type { SharedOptions } from './options.ts';
import { timingsFor } from './timings.ts';
import { vaultPasswords } from './vault-passwords.ts';

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

/**
 * Opens a report, asks for passwords where that was asked for, listens to Ctrl-C, and runs `body`. The report is ended in
 * any case.
 */
export async function withSession<T>(
  io: Io,
  playbook: string,
  options: SharedOptions,
  checkMode: boolean,
  body: (session: Session, interruption: { current: Interruption | undefined }) => Promise<T>,
): Promise<T> {
  const timings = await timingsFor(io, options);
  const report = await reportFor(io, options, timings === undefined ? [] : [timings.listen]);
  const abort = new AbortController();
  const interruption: { current: Interruption | undefined } = { current: undefined };
  let interrupts = 0;
  const onSignal = (): void => {
    interrupts += 1;
    if (interrupts === 1) {
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
    const passwords = {
      connection: options.askPass ? await askSecret(io, 'SSH password: ') : undefined,
      become: options.askBecomePass ? await askSecret(io, 'BECOME password: ') : undefined,
      askPassphrase: io.stdin.isTTY === true ? (question: string) => askSecret(io, question) : undefined,
      vault: await vaultPasswords(io, options),
    };
    const inputs: RunInputs = {
      playbook,
      inventory: inventorySources(options.inventory, io.environment),
      options,
      checkMode,
      passwords,
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
    timings?.end();
  }
}

/** Asks for a variable of `vars_prompt`. */
function askVariable(io: Io, report: Report): RunInputs['ask'] {
  return async (question, isPrivate) => {
    await report.pause();
    return isPrivate ? (await askSecret(io, question)).reveal() : askText(io, question);
  };
}
