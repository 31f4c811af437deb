import type { PlaybookSetting } from '../apply/playbook-run.ts';
import { BrokkrError } from '../errors.ts';
import { compileStop } from '../shell/apply-program.ts';
import type { Interruption } from './session.ts';

/** Ctrl-C on hosts: once, no host begins another step; twice, what runs there is ended by its watchdog. */
export function stopHosts(setting: PlaybookSetting): Interruption {
  return {
    onStop() {
      for (const run of setting.runs.values()) {
        for (const account of run.locks.values()) {
          run.host.runBeside(account.become, compileStop(), { frame: () => {} }).catch((error: unknown) => {
            // A host that cannot be told stops at the end of its program.
            if (!(error instanceof BrokkrError)) throw error;
          });
        }
      }
    },
    onAbort() {
      for (const run of setting.runs.values()) void run.host.abort();
    },
  };
}
