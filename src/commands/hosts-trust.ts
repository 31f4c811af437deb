import { reachTargets } from '../ad-hoc.ts';
import { selectSomeHosts } from '../config/inventory/pattern.ts';
import { ExitCode, InputError, InterruptedError } from '../errors.ts';
import { type AskedHost, trustKeys } from '../trust-keys.ts';
import { type InspectOptions, openHosts } from './inspection.ts';
import { askSecret, confirm, type Io, print } from './io.ts';
import { warn } from './warn.ts';

/**
 * Shows the host keys of a pattern that are not known yet, all at once, and keeps them after a yes. A host that is known by
 * another key is never changed: it is told with both fingerprints, and the exit status is 1.
 */
export async function hostsTrust(io: Io, pattern: string, options: InspectOptions): Promise<ExitCode> {
  const setting = await openHosts(io, options);
  const { hosts, warnings, limitWarnings } = selectSomeHosts(setting.inventory, pattern, options.limit);
  warn(io, [...warnings, ...limitWarnings]);
  const passwords = {
    connection: undefined,
    become: undefined,
    askPassphrase: io.stdin.isTTY === true ? (question: string) => askSecret(io, question) : undefined,
  };
  const reaching = await reachTargets({ setting, options, passwords, redactor: io.redactor }, hosts);
  const interruption = new AbortController();
  const onSignal = (): void => interruption.abort(new InterruptedError('interrupted: no further key is kept'));
  process.once('SIGINT', onSignal);
  let failed = false;
  let refused = false;
  try {
    await trustKeys(reaching, interruption.signal, async (asked) => {
      interruption.signal.throwIfAborted();
      print(io, linesOf(asked));
      failed ||= asked.some(({ answer }) => answer.verdict === 'refused' || answer.verdict === 'unreachable');
      refused ||= !(await keepNew(io, asked, options));
    });
  } finally {
    process.off('SIGINT', onSignal);
  }
  return failed || refused ? ExitCode.failed : ExitCode.done;
}

/** @returns false when the answer was no */
async function keepNew(io: Io, asked: readonly AskedHost[], options: InspectOptions): Promise<boolean> {
  const fresh = asked.flatMap(({ answer }) => (answer.verdict === 'new' ? [answer] : []));
  if (fresh.length === 0) return true;
  const files = [...new Set(fresh.map(({ file }) => file))].join(', ');
  if (!options.yes) {
    if (io.stdin.isTTY !== true)
      throw new InputError([
        { message: 'nobody is at the terminal to say yes', hint: 'compare the fingerprints, then give --yes' },
      ]);
    const what = fresh.length === 1 ? 'this key' : `these ${fresh.length} keys`;
    if (!(await confirm(io, `Trust ${what}?`))) return false;
  }
  for (const each of fresh) each.keep();
  print(io, [`${fresh.length === 1 ? '1 key was' : `${fresh.length} keys were`} added to ${files}`]);
  return true;
}

function linesOf(asked: readonly AskedHost[]): string[] {
  const width = (pick: (each: AskedHost) => string): number => Math.max(0, ...asked.map((each) => pick(each).length));
  const [names, places] = [width(({ name }) => name), width(({ place }) => place)];
  return asked.flatMap(({ name, place, answer }) => {
    const head = `${name.padEnd(names)}  ${place.padEnd(places)}  `;
    if ('shown' in answer) return [`${head}${answer.verdict.padEnd(5)}  ${answer.shown}`];
    const word = answer.verdict === 'refused' ? 'other' : 'none ';
    return [`${head}${word}  ${answer.message}`, ...(answer.hint === undefined ? [] : [`  → ${answer.hint}`])];
  });
}
